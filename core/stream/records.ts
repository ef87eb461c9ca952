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
const pack = (header: RecordHeader, rows: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), gzipSync(rows, { level: 1 })]);

/** Most bytes of a unit of a text in UTF-8. */
const mostBytes = 3;

/** Packs canonical rows into the payloads of Kinesis records, numbered from 0 within the chunk. */
class RecordPacker {
  readonly #options: PackerOptions;
  /** Rows of the record in progress, written at once: as texts they would have to be measured, joined and turned into bytes. */
  #buffer = Buffer.allocUnsafe(16 * 1024);
  #bytes = 0;
  #rows = 0;
  #packed = 0;

  constructor(options: PackerOptions) {
    this.#options = options;
  }

  /** @returns a record, where the row closes one */
  add(line: string): PackedRecord | undefined {
    const { recordBytes, recordRows } = this.#options;
    const start = this.#bytes;
    const end = this.#write(`${line}\n`);
    // A row that would lead beyond the limit begins the next record, so that a record is never much longer than one row.
    const closed = end > recordBytes ? this.flush() : undefined;
    if (closed !== undefined) this.#buffer.copyWithin(0, start, end);
    this.#bytes = closed === undefined ? end : end - start;
    this.#rows += 1;
    return closed ?? (this.#rows >= recordRows ? this.flush() : undefined);
  }

  /** @returns what is left, where anything is */
  flush(): PackedRecord | undefined {
    const rows = this.#rows;
    if (rows === 0) return undefined;
    const { upload, chunk, shards } = this.#options;
    const header: RecordHeader = { v: version, id: recordId(upload, chunk, this.#packed), upload, rows, shards };
    const payload = pack(header, this.#buffer.subarray(0, this.#bytes));
    this.#packed += 1;
    this.#rows = 0;
    this.#bytes = 0;
    return { payload, rows };
  }

  /** Writes a text behind the rows. @returns where it ends */
  #write(text: string): number {
    const needed = this.#bytes + text.length * mostBytes;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(2 * needed);
      this.#buffer.copy(larger, 0, 0, this.#bytes);
      this.#buffer = larger;
    }
    return this.#bytes + this.#buffer.write(text, this.#bytes);
  }
}

export type { PackedRecord, RecordHeader };
export { RecordPacker, recordId };
