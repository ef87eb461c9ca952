import { around, quadkeyOf, tableZoom, tileOf } from './quadkeys';

/** Tiles a side of a block, whose tiles are a bit each. */
const side = 16;
/** Blocks that are remembered: 51 million tiles, in about 40 MB. */
const mostBlocks = 200_000;
const blocksAcross = 2 ** tableZoom / side;

/** A set of tiles that needs a bit for each, for countries of them. */
class MeasuredTiles {
  readonly #blocks = new Map<number, Uint16Array>();
  readonly #most: number;
  /** Whether there were more than can be remembered. */
  isFull = false;

  constructor(most = mostBlocks) {
    this.#most = most;
  }

  add(quadkey: string): void {
    const { x, y } = tileOf(quadkey);
    const block = Math.floor(y / side) * blocksAcross + Math.floor(x / side);
    let rows = this.#blocks.get(block);
    if (rows === undefined) {
      if (this.#blocks.size >= this.#most) {
        this.isFull = true;
        return;
      }
      rows = new Uint16Array(side);
      this.#blocks.set(block, rows);
    }
    rows[y % side] = (rows[y % side] ?? 0) | (1 << (x % side));
  }

  #has(x: number, y: number): boolean {
    // Beyond an edge of the map is no tile, and not one of the row of blocks beneath.
    if (x < 0 || x >= blocksAcross * side) return false;
    const rows = this.#blocks.get(Math.floor(y / side) * blocksAcross + Math.floor(x / side));
    return (((rows?.[y % side] ?? 0) >> (x % side)) & 1) === 1;
  }

  #isBesideOne(x: number, y: number): boolean {
    return around.some(([right, down]) => this.#has(x + right, y + down));
  }

  /** The tiles beside those of the set that are not in it, block by block. */
  *neighbours(): Generator<string> {
    // What was forgotten would pass for not measured.
    if (this.isFull) return;
    const last = 2 ** tableZoom - 1;
    const done = new Set<number>();
    for (const block of this.#blocks.keys()) {
      const [column, row] = [block % blocksAcross, Math.floor(block / blocksAcross)];
      for (const [right, down] of [[0, 0], ...around] as const) {
        const [across, below] = [column + right, row + down];
        if (across < 0 || below < 0 || across >= blocksAcross || below >= blocksAcross) continue;
        const near = below * blocksAcross + across;
        if (done.has(near)) continue;
        done.add(near);
        for (let at = 0; at < side * side; at += 1) {
          const [x, y] = [across * side + (at % side), below * side + Math.floor(at / side)];
          if (x > last || y > last) continue;
          if (!this.#has(x, y) && this.#isBesideOne(x, y)) yield quadkeyOf({ x, y }, tableZoom);
        }
      }
    }
  }
}

export { MeasuredTiles };
