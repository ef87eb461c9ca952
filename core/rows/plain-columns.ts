import { Buffer } from 'node:buffer';
import { controls } from './csv-fields';
import { KnownTexts, notKnown, places } from './known-texts';

/** Entry of the empty text, which has no number. */
const emptyText = places;

/** Bytes that are each written once and copied often, by their entries. */
class Pieces {
  bytes = Buffer.alloc(4 * 1024);
  readonly starts = new Int32Array(places + 1);
  readonly lengths = new Int32Array(places + 1);
  #used = 0;

  put(entry: number, text: string): void {
    const piece = Buffer.from(text);
    if (this.#used + piece.length > this.bytes.length) {
      const larger = Buffer.alloc(2 * (this.#used + piece.length));
      larger.set(this.bytes.subarray(0, this.#used));
      this.bytes = larger;
    }
    this.bytes.set(piece, this.#used);
    this.starts[entry] = this.#used;
    this.lengths[entry] = piece.length;
    this.#used += piece.length;
  }
}

/** A text that no plain row has: the general way tells what is wrong with it. */
const noText = 'none';

/** What the texts of a column say, by their numbers, and how many rows have each. */
class TextColumn<Said extends object> {
  readonly known = new KnownTexts();
  readonly pieces = new Pieces();
  readonly said: (Said | typeof noText | undefined)[] = new Array(places + 1).fill(undefined);
  readonly uses = new Uint32Array(places + 1);
  readonly #read: (text: string) => Said | typeof noText;
  readonly #pieceOf: (said: Said) => string;

  constructor(read: (text: string) => Said | typeof noText, pieceOf: (said: Said) => string) {
    this.#read = read;
    this.#pieceOf = pieceOf;
  }

  /** Entry of a text by its bytes; `notKnown` where it has to be read for itself. */
  entryOf(bytes: Buffer, start: number, end: number, hash: number): number {
    if (start === end) return emptyText;
    return this.known.isVaried ? notKnown : this.known.numberOf(bytes, start, end, hash);
  }

  /** What the text of an entry says. */
  at(entry: number): Said | typeof noText {
    return this.said[entry] ?? this.#learn(entry);
  }

  /** What a text says that has no entry. */
  read(text: string): Said | typeof noText {
    return controls.test(text) ? noText : this.#read(text);
  }

  #learn(entry: number): Said | typeof noText {
    const said = this.read(entry === emptyText ? '' : (this.known.texts[entry] as string));
    this.said[entry] = said;
    if (said !== noText) this.pieces.put(entry, this.#pieceOf(said));
    return said;
  }
}

export type { Pieces };
export { noText, TextColumn };
