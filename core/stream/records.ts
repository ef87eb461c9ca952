import { version } from '../../contract';
import { type Codec, packRows } from './codec';
import { joinDays, type RecordLimits } from './day-blocks';
import { DayRows } from './day-rows';

/** How records are written, besides their columns: the second version names its codec, and may be packed by zstd. */
const recordsVersion = 2;

/** What a Kinesis record says of itself, in clear. */
interface RecordHeader {
  /** Version of the columns that its rows have. */
  v: number;
  /** `<upload>/<chunk>/<n>`, also the partition key. */
  id: string;
  upload: string;
  rows: number;
  codec: Codec;
  /** First and last day of the rows. */
  days: [first: string, last: string];
}

interface PackedRecord {
  payload: Buffer;
  rows: number;
}

interface PackerOptions extends RecordLimits {
  upload: string;
  chunk: number;
}

/** Bytes of rows that are held back to be joined by days: what a chunk of the usual size has. */
const mostHeld = 16 * 1024 * 1024;

const recordId = (upload: string, chunk: number, n: number): string => `${upload}/${chunk}/${n}`;

/**
 * Packs canonical rows into the payloads of Kinesis records, numbered from 0 within the chunk.
 *
 * A day whose rows fill a record closes it; what days have left at the end is joined with days near to them. So rows in any order
 * give records of few days, and the memory for them is bounded. The same rows give the same records.
 */
class RecordPacker {
  readonly #options: PackerOptions;
  #days = new Map<string, DayRows>();
  /** Of the row before. */
  #day = new DayRows('');
  #held = 0;
  #packed: PackedRecord[] = [];
  #closed = 0;
  #numbered = 0;

  constructor(options: PackerOptions) {
    this.#options = options;
  }

  add(day: string, line: string): void {
    const rows = this.of(day);
    this.wrote(rows, rows.write(`${line}\n`));
  }

  /** The rows of a day, for the next row to be written behind them. */
  of(day: string): DayRows {
    if (this.#day.day === day) return this.#day;
    let rows = this.#days.get(day);
    if (rows === undefined) {
      rows = new DayRows(day);
      this.#days.set(day, rows);
    }
    this.#day = rows;
    return rows;
  }

  /** A row was written behind the rows of a day; it ends at `end`. */
  wrote(day: DayRows, end: number): void {
    const { recordBytes, recordRows } = this.#options;
    const start = day.bytes;
    this.#held += end - start;
    // A row that would lead beyond the limit begins the next record, so that a record is never much longer than one row.
    if (end > recordBytes && day.rows > 0) {
      this.#close([day]);
      day.keep(start, end);
    } else day.bytes = end;
    day.rows += 1;
    if (day.rows >= recordRows) {
      this.#close([day]);
      day.keep(0, 0);
    }
    if (this.#held > mostHeld) this.flush();
  }

  /** Packs what is left. */
  flush(): void {
    for (const group of joinDays(this.#days.values(), this.#closed, this.#options)) this.#close(group);
    this.#days = new Map();
    this.#day = new DayRows('');
    this.#held = 0;
    this.#closed = 0;
  }

  /** Gives away the records that are packed. */
  take(): PackedRecord[] {
    const packed = this.#packed;
    if (packed.length > 0) this.#packed = [];
    return packed;
  }

  #close(days: readonly DayRows[]): void {
    const { upload, chunk } = this.#options;
    const [first, last] = [days[0] as DayRows, days.at(-1) as DayRows];
    const text = days.length === 1 ? first.view() : Buffer.concat(days.map((day) => day.view()));
    const rows = days.reduce((all, day) => all + day.rows, 0);
    const { codec, bytes } = packRows(text);
    const id = recordId(upload, chunk, this.#numbered);
    const header: RecordHeader = { v: version, id, upload, rows, codec, days: [first.day, last.day] };
    this.#packed.push({ payload: Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), bytes]), rows });
    this.#numbered += 1;
    this.#closed += 1;
    this.#held -= text.length;
  }
}

export type { PackedRecord, RecordHeader };
export { RecordPacker, recordId, recordsVersion };
