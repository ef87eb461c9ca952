import { mapAtOnce } from '../platform/concurrency';
import type { Chunk } from '../uploads/upload';
import { UnreadableUpload } from '../uploads/upload-errors';
import { isFault, parseRows } from './csv-fields';
import { type RowBlock, RowFramer } from './csv-framing';
import { closingQuote, maxRowBytes, RowSeeker } from './csv-row-ends';
import { type Delimiter, hasWidth } from './dialect';
import type { Span } from './source';

/** Bytes read around a cut at first; more where no row ends among them. */
const windowBytes = 16 * 1024;

/** A row that may be read ends within these, whatever comes before and after it. */
const longestWindow = 4 * maxRowBytes;

/** A window that shows a row end, but not surely one outside quotes, is not made longer than this. */
const longestDoubt = 128 * 1024;

/** Windows read at a time. */
const readsAtOnce = 32;

const lineFeed = 0x0a;

interface CutPlan {
  /** What to call the file in messages. */
  name: string;
  /** The rows, without the header. */
  span: Span;
  /** Columns of the header. */
  width: number;
  delimiter: Delimiter;
  chunkBytes: number;
  maxChunks: number;
}

type ReadSpan = (span: Span) => Promise<Buffer>;

/** Bytes at which a chunk should end; the row that holds one is still its. */
const cutTargets = ({ span: { start, end }, chunkBytes, maxChunks }: CutPlan): number[] => {
  const size = Math.max(chunkBytes, Math.ceil((end - start) / maxChunks));
  const targets: number[] = [];
  for (let target = start + size; target < end; target += size) targets.push(target);
  return targets;
};

const toChunks = ({ start, end }: Span, cuts: readonly number[]): Chunk[] => {
  const inner = [...new Set(cuts)].filter((cut) => cut > start && cut < end).sort((one, other) => one - other);
  const bounds = [start, ...inner, end];
  return bounds.slice(1).map((bound, index) => ({ index, start: bounds[index] as number, end: bound }));
};

/** What a window looks like to one who takes its first byte to be inside, or outside, a quoted field. */
interface Reading {
  /** After the first line feed that ends a row; -1 where none does. */
  cut: number;
  /** Whole rows after the cut that have the header's columns. */
  right: number;
  /** Those that have not. */
  wrong: number;
}

/** Rows of a window that are looked at to judge a reading. */
const judgedRows = 64;

interface WindowContext {
  /** Columns of the header. */
  width: number;
  delimiter: Delimiter;
  /** The window ends with the file. */
  last: boolean;
}

const fieldsIn = (text: string, delimiter: Delimiter): readonly string[] | undefined => {
  const row = text.includes('"') ? parseRows([text], delimiter)[0] : text.split(delimiter);
  return row === undefined || isFault(row) ? undefined : row;
};

const textOf = (window: Buffer, start: number, end: number): string =>
  window.toString('latin1', start, end).replace(/\r$/, '');

/**
 * Reads a window's rows.
 *
 * @param from the first byte that is outside quotes
 * @param before what would stand before the window's second byte, for the rest of the row there to be read as a row
 */
const readWindow = (window: Buffer, from: number, before: string, context: WindowContext): Reading => {
  const { width, last, delimiter } = context;
  const seeker = new RowSeeker(window, last, { delimiter });
  const first = from < 1 ? -1 : seeker.next(from, -1).end;
  if (first === -1) return { cut: -1, right: 0, wrong: 0 };
  const isPlausible = fieldsIn(before + textOf(window, 1, first), delimiter) !== undefined;
  const reading: Reading = { cut: first + 1, right: 0, wrong: isPlausible ? 0 : 1 };
  for (let start = reading.cut; start < window.length && reading.right + reading.wrong < judgedRows; ) {
    const { end } = seeker.next(start, start);
    if (end === -1) break;
    const text = textOf(window, start, end);
    if (text !== '') reading[hasWidth(fieldsIn(text, delimiter), width) ? 'right' : 'wrong'] += 1;
    start = end + 1;
  }
  return reading;
};

const score = ({ right, wrong }: Reading): number => right - wrong;

/** Where a window is best cut, and whether more of the file could tell better. */
const judgeWindow = (window: Buffer, context: WindowContext): { cut: number; sure: boolean } => {
  // The first byte only tells whether the second begins a field.
  const beginsField = window[0] === context.delimiter.charCodeAt(0) || window[0] === lineFeed;
  const outside = readWindow(window, 1, beginsField ? '' : 'x', context);
  const inside = readWindow(window, closingQuote(window, 1, context.last) + 1, '"', context);
  if (outside.cut === inside.cut) return { cut: outside.cut, sure: outside.cut !== -1 };
  const [better, other] = score(inside) > score(outside) ? [inside, outside] : [outside, inside];
  const sure = better.right > 0 && score(better) > score(other);
  return { cut: better.cut === -1 ? other.cut : better.cut, sure };
};

/**
 * The end of the row that holds the byte before `target`, told from a window around it.
 *
 * Whether a line break there is inside quotes cannot be known from a window for certain: *Judge upload* finds out when it was taken wrongly.
 */
const findCut = async (read: ReadSpan, target: number, plan: CutPlan): Promise<number> => {
  const { end } = plan.span;
  for (let bytes = windowBytes; ; bytes *= 8) {
    const length = Math.min(bytes, longestWindow);
    const last = target - 1 + length >= end;
    // One byte more, so that a line feed right before the target is seen with what precedes it.
    const start = target - 2;
    const window = await read({ start, end: Math.min(start + 1 + length, end) });
    const { cut, sure } = judgeWindow(window, { width: plan.width, delimiter: plan.delimiter, last });
    if (cut !== -1 && (sure || last || length >= longestDoubt)) return start + cut;
    if (last) return end;
    if (length === longestWindow) {
      throw new UnreadableUpload(
        `${plan.name} has no end of a row in ${longestWindow} bytes from byte ${target}. ` +
          `A row may have ${maxRowBytes} bytes, and ends with LF or CRLF.`,
      );
    }
  }
};

/** Cuts a file at row ends, reading around the cuts only. */
const cutByWindows = async (read: ReadSpan, plan: CutPlan): Promise<Chunk[]> => {
  const cuts = await mapAtOnce(readsAtOnce, cutTargets(plan), (target) => findCut(read, target, plan));
  return toChunks(plan.span, cuts);
};

/** Index of the first line feed at or after `from` that ends a row of the block; -1 where none does. */
const rowEndFrom = ({ bytes, frames }: RowBlock, from: number): number =>
  frames === undefined
    ? bytes.indexOf(lineFeed, Math.max(0, from))
    : (frames.find(({ end }) => end >= from && end < bytes.length)?.end ?? -1);

/** Cuts a file at row ends, reading all of it from where its rows begin. */
const cutByReading = async (stream: AsyncIterable<Buffer>, plan: CutPlan): Promise<Chunk[]> => {
  const framer = new RowFramer({ offset: plan.span.start, delimiter: plan.delimiter });
  const targets = cutTargets(plan).values();
  let target = targets.next().value;
  const cuts: number[] = [];
  const cutBlock = (block: RowBlock) => {
    while (target !== undefined) {
      const found = rowEndFrom(block, target - 1 - block.offset);
      if (found === -1) return;
      cuts.push(block.offset + found + 1);
      target = targets.next().value;
    }
  };
  for await (const bytes of stream) framer.push(bytes).forEach(cutBlock);
  framer.finish().forEach(cutBlock);
  return toChunks(plan.span, cuts);
};

export type { CutPlan };
export { cutByReading, cutByWindows };
