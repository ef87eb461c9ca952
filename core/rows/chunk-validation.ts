import type { Settings } from '../platform/settings';
import { type PackedRecord, RecordPacker } from '../stream/records';
import { type DayWindow, dayWindow } from '../uploads/days';
import type { Chunk, Upload } from '../uploads/upload';
import { isFault, type Row, readBlock } from './csv-fields';
import { type RowBlock, RowFramer } from './csv-framing';
import { isMeasurement, type Measurement, measurementReader, type Violation } from './measurement';
import { type Rejection, rejectionLine } from './rejections';
import { addTo, type Summary } from './summaries';

/** Takes what a chunk yields, in order. */
interface ChunkSink {
  stage(payload: Buffer): Promise<void>;
  reject(lines: string): Promise<void>;
}

const uploadWindow = (upload: Upload, settings: Settings): DayWindow => dayWindow(upload.received, settings);

/** Judges the rows of one chunk and packs the valid ones. */
class ChunkValidator {
  readonly summary: Summary;
  readonly #read: (fields: readonly string[]) => Measurement | Violation;
  readonly #packer: RecordPacker;
  /** Made by the rows at hand, not given away yet. */
  #packed: PackedRecord[] = [];
  #rejected = '';

  constructor(upload: Upload, chunk: Chunk, settings: Settings) {
    const { columns, width, day, shards } = upload;
    const { recordRows, recordBytes } = settings;
    this.#read = measurementReader({ columns, width, day, window: uploadWindow(upload, settings) });
    this.#packer = new RecordPacker({ upload: upload.id, chunk: chunk.index, shards, recordRows, recordBytes });
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

  readonly take = (row: Row, lines: number): void => {
    const { summary } = this;
    const line = summary.lines + 1;
    summary.lines += lines;
    if (row === undefined) return;
    summary.rows += 1;
    const judged = isFault(row) ? { column: 'row', ...row, value: row.text } : this.#read(row);
    if (isMeasurement(judged)) this.#accept(judged);
    else this.#reject({ ...judged, line });
  };

  #accept({ day, line }: Measurement): void {
    this.summary.valid += 1;
    addTo(this.summary.days, day);
    const record = this.#packer.add(line);
    if (record !== undefined) this.#packed.push(record);
  }

  #reject(rejection: Rejection): void {
    this.summary.rejected += 1;
    addTo(this.summary.reasons, `${rejection.column} ${rejection.rule}`);
    this.#rejected += rejectionLine(rejection);
  }

  /** Gives away what the rows so far have made. */
  async drain(sink: ChunkSink, atEnd = false): Promise<void> {
    const last = atEnd ? this.#packer.flush() : undefined;
    const packed = last === undefined ? this.#packed : [...this.#packed, last];
    const rejected = this.#rejected;
    this.#packed = [];
    this.#rejected = '';
    for (const { payload, rows } of packed) {
      this.summary.records.push(rows);
      await sink.stage(payload);
    }
    if (rejected !== '') await sink.reject(rejected);
  }
}

/** Validates a chunk's bytes as they come: the same bytes give the same records, byte for byte. */
const validateBytes = async (
  stream: AsyncIterable<Buffer>,
  sink: ChunkSink,
  { upload, chunk, settings }: { upload: Upload; chunk: Chunk; settings: Settings },
): Promise<Summary> => {
  const validator = new ChunkValidator(upload, chunk, settings);
  const framer = new RowFramer({ offset: chunk.start });
  const take = async (blocks: RowBlock[]) => {
    for (const block of blocks) {
      readBlock(block, validator.take);
      await validator.drain(sink);
    }
  };
  for await (const bytes of stream) await take(framer.push(bytes));
  await take(framer.finish());
  await validator.drain(sink, true);
  validator.summary.open = framer.open;
  return validator.summary;
};

export type { ChunkSink };
export { validateBytes };
