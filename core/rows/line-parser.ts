import type { Delimiter } from './dialect';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Texts that are known of a column. */
const placeBits = 11;
const places = 1 << placeBits;
/** Longest text that is known, in bytes. */
const longest = 32;
/** After so many texts that were not known it is asked whether it pays to look. */
const trial = 1_024;

/** Number of a text that is not known. */
const notKnown = -1;

/** Texts of one column that came before, each at a place of its own for good. */
class KnownTexts {
  readonly bytes = new Uint8Array(places * longest);
  readonly lengths = new Uint8Array(places);
  readonly texts: string[] = new Array(places).fill('');
  /** The column's texts hardly repeat. */
  isVaried = false;
  #found = 0;
  #missed = 0;

  /** The number of a text by its bytes; makes it known where there is room for it. */
  numberOf(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const length = end - start;
    if (length > longest) return notKnown;
    // The upper bits of a product with an odd number near the golden ratio's part of 2^32 depend on all bits of the hash.
    const place = Math.imul(hash, 0x9e3779b1) >>> (32 - placeBits);
    if (this.lengths[place] === length && length > 0) {
      const base = place * longest - start;
      let at = start;
      while (at < end && this.bytes[base + at] === bytes[at]) at += 1;
      if (at === end) {
        this.#found += 1;
        return place;
      }
    }
    return this.#miss(bytes, start, end, place);
  }

  #miss(bytes: Uint8Array, start: number, end: number, place: number): number {
    this.#missed += 1;
    if (this.#missed % trial === 0) this.isVaried = this.#found < this.#missed;
    if (this.lengths[place] !== 0 || end === start) return notKnown;
    this.bytes.set(bytes.subarray(start, end), place * longest);
    this.lengths[place] = end - start;
    this.texts[place] = String.fromCharCode(...bytes.subarray(start, end));
    return place;
  }
}

/** Numbers of a line's texts, each among those of its column. */
type Numbers = Int16Array;

/** Takes the fields of a line and their numbers, which are good until the next line is taken; nothing of a blank one. */
type TakeLine = (fields: readonly string[] | undefined, lines: 1, numbers?: Numbers) => void;

/**
 * Parts lines of ASCII without quotes into fields, and numbers the texts of each column: what was found out about one is found
 * again by its number. That costs less than to make a text of each field and to look it up.
 */
class LineParser {
  readonly #delimiter: number;
  readonly #columns: KnownTexts[] = [];
  #fields: string[] = [];
  #numbers: Numbers = new Int16Array(64);

  constructor(delimiter: Delimiter) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** @param text the bytes as text */
  parse(bytes: Buffer, text: string, take: TakeLine): void {
    const delimiter = this.#delimiter;
    let start = 0;
    let hash = 0;
    let index = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] as number;
      if (byte !== delimiter && byte !== lineFeed) {
        hash = (Math.imul(hash, 31) + byte) | 0;
        continue;
      }
      if (byte === delimiter) {
        this.#put(index, bytes, text, start, at, hash);
        index += 1;
      } else {
        this.#end(index, bytes, text, start, at, hash, take);
        index = 0;
      }
      start = at + 1;
      hash = 0;
    }
    const { length } = bytes;
    if (index > 0 || start < length) this.#end(index, bytes, text, start, length, hash, take);
  }

  #put(index: number, bytes: Buffer, text: string, start: number, end: number, hash: number): void {
    const known = this.#columns[index] ?? this.#addColumn(index);
    const number = known.isVaried ? notKnown : known.numberOf(bytes, start, end, hash);
    this.#numbers[index] = number;
    this.#fields[index] = number === notKnown ? text.slice(start, end) : (known.texts[number] as string);
  }

  #end(index: number, bytes: Buffer, text: string, start: number, at: number, hash: number, take: TakeLine): void {
    const end = at > start && bytes[at - 1] === carriageReturn ? at - 1 : at;
    if (index === 0 && end === start) {
      take(undefined, 1);
      return;
    }
    this.#put(index, bytes, text, start, end, hash);
    if (this.#fields.length > index + 1) this.#fields.length = index + 1;
    take(this.#fields, 1, this.#numbers);
  }

  #addColumn(index: number): KnownTexts {
    const added = new KnownTexts();
    this.#columns[index] = added;
    if (index >= this.#numbers.length) {
      const more = new Int16Array(2 * index);
      more.set(this.#numbers);
      this.#numbers = more;
    }
    return added;
  }
}

export type { Numbers };
export { LineParser, notKnown, places };
