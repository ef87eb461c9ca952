import { isUtf8 } from 'node:buffer';
import { rowColumns } from '../../contract';
import type { Format } from '../formats/format-schema';
import { normaliseName } from '../formats/names';
import type { Settings } from '../platform/settings';
import { RecordPacker } from '../stream/records';
import { dayWindow } from '../uploads/days';
import type { Chunk, Upload } from '../uploads/upload';
import { isFault, type Row, readBlock, readBytes } from './csv-fields';
import { type RowBlock, RowFramer } from './csv-framing';
import { addDates, dateCounter } from './date-order';
import type { Delimiter } from './dialect';
import { LineParser, type Numbers } from './line-parser';
import {
  isMeasurement,
  type Layout,
  leftOut,
  type Measurement,
  measurementReader,
  present,
  type ReadRow,
  setAside,
  unknown,
  type Violation,
} from './measurement';
import { type PlainRows, plainRows } from './plain-rows';
import { rejectionLine } from './rejections';
import { addTo, type ColumnCounts, type Summary } from './summaries';
import { zoneOf } from './zone';

/** Takes what a chunk yields, in order. */
interface ChunkSink {
  stage(payload: Buffer): Promise<void>;
  /** Lines of the list of rejected rows. */
  reject(lines: string): Promise<void>;
  /** Lines of the list of values that were set aside. */
  setAside(lines: string): Promise<void>;
}

type PlannedRows = Pick<
  Upload,
  'id' | 'columns' | 'names' | 'width' | 'dialect' | 'day' | 'received' | 'datesPresumed'
>;

/** Unknown, present, set aside. */
const statesOfValue = 3;

/** So many rows more that have to be read in the general way than others: then all are, which is faster than to try each. */
const mostRefused = 2_000;

const layoutOf = (upload: PlannedRows, format: Format, settings: Settings): Layout => ({
  format,
  dialect: upload.dialect,
  columns: upload.columns,
  width: upload.width,
  day: upload.day,
  window: dayWindow(upload.received, settings),
  zone: zoneOf(settings.timeZone),
});

/** Judges the rows of one chunk and packs the valid ones. */
class ChunkValidator {
  readonly summary: Summary;
  readonly #delimiter: Delimiter;
  readonly #read: ReadRow;
  readonly #lines: LineParser;
  readonly #plain: PlainRows | undefined;
  /** Only where their order was presumed. */
  readonly #dates: ReturnType<typeof dateCounter> | undefined;
  /** Rows that were not plain, more than those that were. */
  #refused = 0;
  readonly #packer: RecordPacker;
  readonly #names: readonly string[];
  /** Rows by column and by what became of its value. */
  readonly #states = new Uint32Array(rowColumns.length * statesOfValue);
  #rejected = '';
  #setAside = '';
  #counts = { setAside: {} as Record<string, number>, rows: 0, headers: 0, leftOut: 0 };

  constructor(upload: PlannedRows, format: Format, chunk: Chunk, settings: Settings) {
    const { recordRows, recordBytes } = settings;
    const layout = layoutOf(upload, format, settings);
    this.#delimiter = upload.dialect.delimiter;
    this.#read = measurementReader(layout);
    this.#lines = new LineParser(this.#delimiter);
    this.#packer = new RecordPacker({
      upload: upload.id,
      chunk: chunk.index,
      recordRows,
      recordBytes,
    });
    this.#plain = plainRows(layout, this.#packer);
    this.#dates = upload.datesPresumed && dateCounter(upload.columns.date?.[0] ?? -1);
    this.#names = upload.names;
    this.summary = {
      ...chunk,
      rows: 0,
      valid: 0,
      rejected: 0,
      lines: 0,
      open: false,
      records: [],
      days: {},
      reasons: {},
    };
  }

  /** Judges the rows of a block. */
  read(block: RowBlock): void {
    if (this.#plain === undefined || this.#refused > mostRefused || !isUtf8(block.bytes)) {
      readBlock(block, this.#delimiter, this.#take, this.#lines);
    } else readBytes(block, this.#delimiter, this.#take, this.#takeFrom);
  }

  readonly #takeFrom = (bytes: Buffer, start: number): number => {
    const plain = this.#plain as PlainRows;
    const end = plain.take(bytes, start);
    if (end === -1) {
      this.#refused += 1;
      return end;
    }
    if (this.#refused > 0) this.#refused -= 1;
    this.summary.lines += 1;
    this.summary.rows += 1;
    this.summary.valid += 1;
    if (plain.aside.length > 0) this.#noteAside(plain.aside, this.summary.lines);
    return end;
  };

  readonly #take = (row: Row, lines: number, numbers?: Numbers): void => {
    const { summary } = this;
    const line = summary.lines + 1;
    summary.lines += lines;
    if (row === undefined) return;
    this.#dates?.take(row);
    const judged = isFault(row) ? { column: 'row', ...row, value: row.text } : this.#read(row, numbers);
    if (judged === leftOut) {
      this.#counts.leftOut += 1;
      return;
    }
    if (isMeasurement(judged)) this.#accept(judged, line);
    else if (!isFault(row) && this.#isHeader(row)) {
      // Two files in one: the header of the second is no row.
      this.#counts.headers += 1;
      return;
    } else this.#reject(judged, line);
    summary.rows += 1;
  };

  #accept({ day, line, states, aside }: Measurement, at: number): void {
    this.summary.valid += 1;
    addTo(this.summary.days, day);
    const counts = this.#states;
    for (let place = 0; place < states.length; place += 1) {
      (counts[place * statesOfValue + (states[place] as number)] as number) += 1;
    }
    if (aside.length > 0) this.#noteAside(aside, at);
    this.#packer.add(day, line);
  }

  #noteAside(aside: readonly Violation[], line: number): void {
    this.#counts.rows += 1;
    for (const violation of aside) {
      addTo(this.#counts.setAside, `${violation.column} ${violation.rule}`);
      this.#setAside += rejectionLine({ ...violation, line });
    }
  }

  #reject(violation: Violation, line: number): void {
    this.summary.rejected += 1;
    addTo(this.summary.reasons, `${violation.column} ${violation.rule}`);
    this.#rejected += rejectionLine({ ...violation, line });
  }

  #isHeader(fields: readonly string[]): boolean {
    const names = this.#names;
    return names.length > 0 && names.every((name, index) => normaliseName(fields[index] ?? '') === name);
  }

  /** Gives away what the rows so far have made. */
  async drain(sink: ChunkSink, atEnd = false): Promise<void> {
    if (atEnd) this.#packer.flush();
    const [rejected, aside] = [this.#rejected, this.#setAside];
    this.#rejected = '';
    this.#setAside = '';
    for (const { payload, rows } of this.#packer.take()) {
      this.summary.records.push(rows);
      await sink.stage(payload);
    }
    if (rejected !== '') await sink.reject(rejected);
    if (aside !== '') await sink.setAside(aside);
  }

  finish(open: boolean): Summary {
    this.#plain?.tell((place, state, rows) => {
      (this.#states[place * statesOfValue + state] as number) += rows;
    }, this.summary.days);
    const dates = this.#dates?.counts;
    if (dates !== undefined) this.#plain?.tellDates((told, rows) => addDates(dates, told, rows));
    const count = (place: number, state: number) => this.#states[place * statesOfValue + state] as number;
    const counts = rowColumns.map(({ name }, place): [string, ColumnCounts] => [
      name,
      [count(place, present), count(place, unknown), count(place, setAside)],
    ]);
    const columns = Object.fromEntries(counts.filter(([name]) => name !== madeColumn));
    const { setAside: aside, rows, headers, leftOut: left } = this.#counts;
    const counted = { setAside: aside, rowsWithSetAside: rows, headers, leftOut: left };
    return { ...this.summary, open, columns, ...counted, ...(dates && { dates }) };
  }
}

/** Is in no file, so that nobody asks how often it is there. */
const madeColumn = 'utc_offset';

interface ValidationInput {
  upload: PlannedRows;
  format: Format;
  chunk: Chunk;
  settings: Settings;
}

/** Validates a chunk's bytes as they come: the same bytes give the same records, byte for byte. */
const validateBytes = async (
  stream: AsyncIterable<Buffer>,
  sink: ChunkSink,
  { upload, format, chunk, settings }: ValidationInput,
): Promise<Summary> => {
  const { delimiter } = upload.dialect;
  const validator = new ChunkValidator(upload, format, chunk, settings);
  const framer = new RowFramer({ offset: chunk.start, delimiter });
  const take = async (blocks: RowBlock[]) => {
    for (const block of blocks) {
      validator.read(block);
      await validator.drain(sink);
    }
  };
  for await (const bytes of stream) await take(framer.push(bytes));
  await take(framer.finish());
  await validator.drain(sink, true);
  return validator.finish(framer.open);
};

export type { ChunkSink, PlannedRows };
export { validateBytes };
