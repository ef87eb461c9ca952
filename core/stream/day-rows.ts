/** Most bytes of a unit of a text in UTF-8. */
const mostBytes = 3;

/** Bytes that a day begins with; a file may have thousands of days. */
const firstBytes = 512;

/** Canonical rows of one day, not packed yet. Written at once: as texts they would have to be measured, joined and turned into bytes. */
class DayRows {
  buffer = Buffer.allocUnsafe(firstBytes);
  bytes = 0;
  rows = 0;

  constructor(readonly day: string) {}

  /** Makes room for so many bytes behind the rows. */
  reserve(bytes: number): void {
    const needed = this.bytes + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * needed);
    this.buffer.copy(larger, 0, 0, this.bytes);
    this.buffer = larger;
  }

  /** Writes a text behind the rows without counting it. @returns where it ends */
  write(text: string): number {
    this.reserve(text.length * mostBytes);
    return this.bytes + this.buffer.write(text, this.bytes);
  }

  /** Forgets the rows but those that begin at `from` and end at `to`. */
  keep(from: number, to: number): void {
    this.buffer.copyWithin(0, from, to);
    this.bytes = to - from;
    this.rows = 0;
  }

  /** The rows, good until the next one is written. */
  view(): Buffer {
    return this.buffer.subarray(0, this.bytes);
  }
}

export { DayRows };
