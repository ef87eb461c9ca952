import { gzipSync } from 'node:zlib';
import { version } from '../../contract';

/** What a Kinesis record says of itself, in clear. */
interface RecordHeader {
  /** Version of the columns that its rows have. */
  v: number;
  /** `<upload>/<chunk>/<n>`, also the partition key. */
  id: string;
  upload: string;
  rows: number;
  /** Landing shards of the streaming job. */
  shards: number;
}

interface PackedRecord {
  payload: Buffer;
  rows: number;
}

interface PackerOptions {
  upload: string;
  chunk: number;
  shards: number;
  /** Most rows of a record. */
  recordRows: number;
  /** Bytes before compression at which a record is closed. */
  recordBytes: number;
}

const recordId = (upload: string, chunk: number, n: number): string => `${upload}/${chunk}/${n}`;

/** Level 1 packs to a quarter at several times the speed of the default; Node's gzip carries no time, so the same rows give the same bytes. */
const pack = (header: RecordHeader, rows: string): Buffer =>
  Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), gzipSync(rows, { level: 1 })]);

/** Packs canonical rows into the payloads of Kinesis records, numbered from 0 within the chunk. */
class RecordPacker {
  readonly #options: PackerOptions;
  #lines: string[] = [];
  #bytes = 0;
  #packed = 0;

  constructor(options: PackerOptions) {
    this.#options = options;
  }

  /** @returns a record, where the row closes one */
  add(line: string): PackedRecord | undefined {
    const bytes = Buffer.byteLength(line) + 1;
    const { recordBytes, recordRows } = this.#options;
    // A row that would lead beyond the limit begins the next record, so that a record is never much longer than one row.
    const closed = this.#bytes + bytes > recordBytes ? this.flush() : undefined;
    this.#lines.push(line);
    this.#bytes += bytes;
    return closed ?? (this.#lines.length >= recordRows ? this.flush() : undefined);
  }

  /** @returns what is left, where anything is */
  flush(): PackedRecord | undefined {
    const rows = this.#lines.length;
    if (rows === 0) return undefined;
    const { upload, chunk, shards } = this.#options;
    const header: RecordHeader = { v: version, id: recordId(upload, chunk, this.#packed), upload, rows, shards };
    const payload = pack(header, `${this.#lines.join('\n')}\n`);
    this.#packed += 1;
    this.#lines = [];
    this.#bytes = 0;
    return { payload, rows };
  }
}

export type { PackedRecord, RecordHeader };
export { RecordPacker, recordId };
