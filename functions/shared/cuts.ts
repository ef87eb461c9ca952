import type { Readable } from 'node:stream';
import { mapAtOnce } from './concurrency';
import { isFault, parseRows } from './csv-fields';
import { RowFramer } from './csv-framing';
import { closingQuote, maxRowBytes, RowSeeker } from './csv-row-ends';
import { readSource, type Source, type Span, streamSource } from './source';
import type { Chunk } from './upload';
import { UnreadableUpload } from './upload-errors';

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
  /** The rows, without the header. */
  span: Span;
  /** Columns of the header. */
  width: number;
  chunkBytes: number;
  maxChunks: number;
}

/** Bytes at which a chunk should end; the row that holds one is still its. */
const cutTargets = ({ span: { start, end }, chunkBytes, maxChunks }: CutPlan): number[] => {
  const size = Math.max(chunkBytes, Math.ceil((end - start) / maxChunks));
  const targets: number[] = [];
  for (let target = start + size; target < end; target += size) targets.push(target);
  return targets;
};

const toChunks = ({ start, end }: Span, cuts: readonly number[]): Chunk[] => {
  const inner = [...new Set(cuts)].filter((cut) => cut > start && cut < end);
  const bounds = [start, ...inner, end];
  return bounds.slice(1).map((bound, chunk) => ({ chunk, start: bounds[chunk] as number, end: bound }));
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

/** @param from the first byte to look at, outside quotes; the byte before it is there */
const readWindow = (window: Buffer, from: number, { width, last }: { width: number; last: boolean }): Reading => {
  const seeker = new RowSeeker(window, last);
  const first = from < 1 ? undefined : seeker.next(from, -1);
  if (first === undefined || first.end === -1) return { cut: -1, right: 0, wrong: 0 };
  const reading: Reading = { cut: first.end + 1, right: 0, wrong: first.unclosed ? 1 : 0 };
  let start = reading.cut;
  while (start < window.length && reading.right + reading.wrong < judgedRows) {
    const { end, quoted } = seeker.next(start, start);
    if (end === -1) break;
    const text = window.toString('latin1', start, end).replace(/\r$/, '');
    const row = quoted ? parseRows([text])[0] : text.split(',');
    const isRight = row !== undefined && !isFault(row) && row.length === width;
    if (text !== '') reading[isRight ? 'right' : 'wrong'] += 1;
    start = end + 1;
  }
  return reading;
};

/** Where a window is best cut, and whether more of the file could tell better. */
const judgeWindow = (window: Buffer, context: { width: number; last: boolean }): { cut: number; sure: boolean } => {
  const outside = readWindow(window, 1, context);
  const inside = readWindow(window, closingQuote(window, 1, context.last) + 1, context);
  const [better, other] =
    inside.right - inside.wrong > outside.right - outside.wrong ? [inside, outside] : [outside, inside];
  const sure = better.right > 0 && better.right - better.wrong > other.right - other.wrong;
  return { cut: better.cut === -1 ? other.cut : better.cut, sure };
};

/**
 * The end of the row that holds the byte before `target`, told from a window around it.
 *
 * Whether a line break there is inside quotes cannot be known from a window for certain: *Judge upload* finds out when it was taken wrongly.
 */
const findCut = async (source: Source, target: number, plan: CutPlan): Promise<number> => {
  const { end } = plan.span;
  for (let bytes = windowBytes; ; bytes *= 8) {
    const length = Math.min(bytes, longestWindow);
    const last = target - 1 + length >= end;
    // One byte more, so that a line feed right before the target is seen with what precedes it.
    const start = target - 2;
    const window = await readSource(source, { start, end: Math.min(start + 1 + length, end) });
    const { cut, sure } = judgeWindow(window, { width: plan.width, last });
    if (cut !== -1 && (sure || last || length >= longestDoubt)) return start + cut;
    if (last) return end;
    if (length === longestWindow) {
      throw new UnreadableUpload(
        `s3://${source.bucket}/${source.key} has no end of a row in ${longestWindow} bytes from byte ${target}. ` +
          `A row may have ${maxRowBytes} bytes, and ends with LF or CRLF.`,
      );
    }
  }
};

/** Cuts an upload at row ends, reading around the cuts only. */
const cutByWindows = async (source: Source, plan: CutPlan): Promise<Chunk[]> => {
  const cuts = await mapAtOnce(readsAtOnce, cutTargets(plan), (target) => findCut(source, target, plan));
  return toChunks(plan.span, cuts);
};

/** Cuts a stream of rows at their ends, with every quote looked at. */
const cutStream = async (stream: Readable, plan: CutPlan): Promise<Chunk[]> => {
  const framer = new RowFramer(plan.span.start);
  const targets = cutTargets(plan);
  const cuts: number[] = [];
  const cutBlocks = (blocks: ReturnType<RowFramer['push']>) => {
    for (const { offset, bytes, frames } of blocks) {
      const end = offset + bytes.length;
      let frame = 0;
      while (targets[0] !== undefined && targets[0] <= end) {
        const target = targets[0] - 1 - offset;
        if (frames === undefined) {
          const found = bytes.indexOf(lineFeed, Math.max(0, target));
          if (found === -1) break;
          cuts.push(offset + found + 1);
        } else {
          while (frame < frames.length && (frames[frame] as { end: number }).end < target) frame += 1;
          const found = frames[frame];
          if (found === undefined) break;
          cuts.push(offset + found.end + 1);
        }
        targets.shift();
      }
    }
  };
  for await (const bytes of stream) cutBlocks(framer.push(bytes as Buffer));
  cutBlocks(framer.finish());
  return toChunks(plan.span, cuts);
};

/** Cuts an upload at row ends, reading all of it. */
const cutByReading = async (source: Source, plan: CutPlan): Promise<Chunk[]> =>
  cutStream(await streamSource(source, plan.span), plan);

export type { CutPlan };
export { cutByReading, cutByWindows, cutStream };
