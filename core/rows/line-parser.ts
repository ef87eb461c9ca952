import type { Delimiter } from './dialect';
import { KnownTexts, notKnown } from './known-texts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

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
export { LineParser };
