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
  numberOf(bytes: Buffer, start: number, end: number, hash: number): number {
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

  #miss(bytes: Buffer, start: number, end: number, place: number): number {
    this.#missed += 1;
    if (this.#missed % trial === 0) this.isVaried = this.#found < this.#missed;
    if (this.lengths[place] !== 0 || end === start) return notKnown;
    this.bytes.set(bytes.subarray(start, end), place * longest);
    this.lengths[place] = end - start;
    this.texts[place] = bytes.toString('utf8', start, end);
    return place;
  }
}

export { KnownTexts, notKnown, places };
