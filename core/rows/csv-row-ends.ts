/**
 * Where the rows of a CSV end, told from its bytes.
 *
 * A quote opens a quoted field at the field's start only, and is closed by the next quote that is not doubled, at most `maxRowBytes` on.
 * One that is not closed is a stray character: so a forgotten quote costs its own row, not the rest of the file,
 * and where a row ends can be told from the bytes around it.
 */

/** Longest row that is read, in bytes: with its packing it has to fit in one Kinesis record. */
const maxRowBytes = 512 * 1024;

const lineFeed = 0x0a;
const quote = 0x22;
/** What may stand before a field, besides the beginning of its row. */
const anyDelimiters: ReadonlySet<number> = new Set([0x2c, 0x3b, 0x09, 0x7c]);

/** A short way is walked; a long one is left to the native search, whose call costs more than some bytes do. */
const find = (bytes: Buffer, byte: number, from: number): number => {
  const near = Math.min(bytes.length, from + 24);
  for (let at = from; at < near; at += 1) if (bytes[at] === byte) return at;
  return near === bytes.length ? -1 : bytes.indexOf(byte, near);
};

/** Index of the quote that closes the field whose content begins at `from`; -1 where none does (yet). */
const closingQuote = (bytes: Buffer, from: number, atEnd: boolean): number => {
  let at = find(bytes, quote, from);
  while (at !== -1 && bytes[at + 1] === quote) at = find(bytes, quote, at + 2);
  // A quote that is the last byte at hand may be the first of two.
  return at === bytes.length - 1 && !atEnd ? -1 : at;
};

const countLineFeeds = (bytes: Buffer, from: number, to: number): number => {
  let count = 0;
  for (let at = find(bytes, lineFeed, from); at !== -1 && at < to; at = find(bytes, lineFeed, at + 1)) count += 1;
  return count;
};

/** Tells the next place of a byte, and looks for it only once. */
class ByteSeeker {
  readonly #bytes: Buffer;
  readonly #byte: number;
  #at = -2;

  constructor(bytes: Buffer, byte: number) {
    this.#bytes = bytes;
    this.#byte = byte;
  }

  /** @param from never less than the last time */
  next(from: number): number {
    if (this.#at !== -1 && this.#at < from) this.#at = find(this.#bytes, this.#byte, from);
    return this.#at;
  }
}

interface RowEnd {
  /** Index of the row's line feed; -1 where it is not among the bytes. */
  end: number;
  /** Holds a quote character. */
  quoted: boolean;
  /** Holds a quote that opens a field and is not closed. */
  unclosed: boolean;
  /** The bytes end inside a quoted field. */
  open: boolean;
  /** Where the row goes on beyond the bytes: up to here nothing need be looked at again. */
  settled: number;
}

interface SeekerOptions {
  /** Most bytes from a quote to the one that closes its field. */
  longest?: number;
  /** What stands between columns. */
  delimiter?: string;
  /** It is not known yet what stands between columns: a quote behind any of them opens a field. */
  anyDelimiter?: boolean;
}

/** Finds one row end after the other. */
class RowSeeker {
  readonly #bytes: Buffer;
  readonly #atEnd: boolean;
  readonly #longest: number;
  readonly #delimiter: number;
  readonly #anyDelimiter: boolean;
  readonly #lineFeeds: ByteSeeker;
  readonly #quotes: ByteSeeker;

  /**
   * @param atEnd no bytes follow these
   */
  constructor(
    bytes: Buffer,
    atEnd: boolean,
    { longest = maxRowBytes, delimiter = ',', anyDelimiter = false }: SeekerOptions = {},
  ) {
    this.#bytes = bytes;
    this.#atEnd = atEnd;
    this.#longest = longest;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#anyDelimiter = anyDelimiter;
    this.#lineFeeds = new ByteSeeker(bytes, lineFeed);
    this.#quotes = new ByteSeeker(bytes, quote);
  }

  /**
   * @param from where to look from, outside quotes; never less than the last time
   * @param rowStart where the row begins, for a quote there opens a field; -1 where that is before the bytes
   */
  next(from: number, rowStart: number): RowEnd {
    const row: RowEnd = { end: -1, quoted: false, unclosed: false, open: false, settled: this.#bytes.length };
    let position = from;
    for (;;) {
      const newline = this.#lineFeeds.next(position);
      const at = this.#quotes.next(position);
      if (at === -1 || (newline !== -1 && newline < at)) {
        row.end = newline;
        return row;
      }
      row.quoted = true;
      position = at + 1;
      if (at !== rowStart && !this.#parts(this.#bytes[at - 1] as number)) continue;
      const close = closingQuote(this.#bytes, position, this.#atEnd);
      if (close !== -1 && close - at <= this.#longest) {
        position = close + 1;
        continue;
      }
      const undecided = close === -1 && this.#bytes.length - at <= this.#longest + 1;
      row.open ||= undecided;
      row.unclosed = true;
      if (undecided && !this.#atEnd) {
        row.settled = at;
        return row;
      }
    }
  }

  #parts(byte: number): boolean {
    return byte === this.#delimiter || (this.#anyDelimiter && anyDelimiters.has(byte));
  }
}

export type { RowEnd };
export { closingQuote, countLineFeeds, maxRowBytes, RowSeeker };
