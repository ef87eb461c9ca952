import { countLineFeeds, maxRowBytes, type RowEnd, RowSeeker } from './csv-row-ends';

interface FramerOptions {
  /** What stands between columns. */
  delimiter?: string;
  /** Where the bytes begin in the object. */
  offset?: number;
  /** Bytes that are looked at together. */
  blockBytes?: number;
  /** Longest row that is kept. */
  rowBytes?: number;
}

const lineFeed = 0x0a;
const quote = 0x22;

interface Frame {
  start: number;
  /** Before the line feed. */
  end: number;
  /** Holds a quote character. */
  quoted: boolean;
  /** Holds a quote that opens a field and is not closed. */
  unclosed: boolean;
  /** Is longer than a row may be; only its end is at hand. */
  oversized: boolean;
  /** Physical lines. */
  lines: number;
}

/** Whole rows. Without `frames` no quote is among the bytes: each line is a row. */
interface RowBlock {
  /** Where the bytes begin in the object. */
  offset: number;
  bytes: Buffer;
  frames?: Frame[];
}

/**
 * Takes a CSV's bytes as they come and gives back whole rows, in memory that does not grow with the stream.
 *
 * @example
 * const framer = new RowFramer();
 * for await (const bytes of stream) for (const block of framer.push(bytes)) …
 * for (const block of framer.finish()) …
 */
class RowFramer {
  /** After `finish`: the bytes end inside a quoted field. */
  open = false;
  readonly #blockBytes: number;
  readonly #rowBytes: number;
  readonly #delimiter: string;
  #offset: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #wanted: number;
  /** The row in progress is longer than a row may be. Its first pending byte is an old one: what comes before the new. */
  #oversized = false;
  #skimmedLines = 0;

  constructor({ offset = 0, blockBytes = 128 * 1024, rowBytes = maxRowBytes, delimiter = ',' }: FramerOptions = {}) {
    this.#delimiter = delimiter;
    this.#offset = offset;
    this.#blockBytes = blockBytes;
    this.#rowBytes = rowBytes;
    this.#wanted = blockBytes;
  }

  push(bytes: Buffer): RowBlock[] {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    return this.#pendingBytes < this.#wanted ? [] : this.#frame(false);
  }

  finish(): RowBlock[] {
    return this.#pendingBytes === 0 ? [] : this.#frame(true);
  }

  #frame(atEnd: boolean): RowBlock[] {
    const offset = this.#offset;
    const bytes = this.#pending.length === 1 ? (this.#pending[0] as Buffer) : Buffer.concat(this.#pending);
    const plain = !this.#oversized && bytes.length <= this.#rowBytes && !bytes.includes(quote);
    const { used, frames } = plain
      ? { used: atEnd ? bytes.length : bytes.lastIndexOf(lineFeed) + 1, frames: undefined }
      : this.#rows(bytes, atEnd);
    this.#keep(bytes.subarray(used));
    this.#offset += used;
    return used === 0 ? [] : [{ offset, bytes: bytes.subarray(0, used), frames }];
  }

  #keep(bytes: Buffer): void {
    this.#pending = bytes.length === 0 ? [] : [bytes];
    this.#pendingBytes = bytes.length;
    this.#wanted = bytes.length + this.#blockBytes;
  }

  #rows(bytes: Buffer, atEnd: boolean): { used: number; frames: Frame[] } {
    const seeker = new RowSeeker(bytes, atEnd, { longest: this.#rowBytes, delimiter: this.#delimiter });
    const frames: Frame[] = [];
    let start = 0;
    while (start < bytes.length) {
      const row = this.#oversized ? seeker.next(1, -1) : seeker.next(start, start);
      if (row.end === -1 && !atEnd) return { used: this.#skim(bytes, start, row.settled), frames };
      this.open ||= row.open;
      const end = row.end === -1 ? bytes.length : row.end;
      frames.push(this.#toFrame(bytes, start, end, row));
      this.#oversized = false;
      this.#skimmedLines = 0;
      start = end + 1;
    }
    return { used: bytes.length, frames };
  }

  #toFrame(bytes: Buffer, start: number, end: number, { quoted, unclosed }: RowEnd): Frame {
    const inside = quoted ? countLineFeeds(bytes, this.#oversized ? 1 : start, end) : 0;
    const oversized = this.#oversized || end - start > this.#rowBytes;
    return { start, end, quoted, unclosed, oversized, lines: 1 + this.#skimmedLines + inside };
  }

  /** How many bytes of a row that goes on can be let go: none while it may still be one that is read. */
  #skim(bytes: Buffer, start: number, settled: number): number {
    if (settled - start <= this.#rowBytes) return start;
    this.#skimmedLines += countLineFeeds(bytes, this.#oversized ? 1 : start, settled);
    this.#oversized = true;
    return settled - 1;
  }
}

export type { Frame, FramerOptions, RowBlock };
export { RowFramer };
