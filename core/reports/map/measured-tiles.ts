import { around, quadkeyOf, tableZoom, tileOf } from './quadkeys';

/** Tiles a side of a block, whose tiles are a bit each. */
const side = 16;
/** Blocks that are remembered: 51 million tiles, in about 40 MB. */
const mostBlocks = 200_000;
/** All bits of a row of a block. */
const everyTile = 2 ** side - 1;
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

  /** A row of a block as bits, the first being its tile in the west: none beyond an edge of the map. */
  #rowAt(column: number, y: number): number {
    // Not the block at the other end of the row of blocks beneath or above.
    if (column < 0 || column >= blocksAcross) return 0;
    return this.#blocks.get(Math.floor(y / side) * blocksAcross + column)?.[y % side] ?? 0;
  }

  /** The tiles of a row of a block that are in the set or beside one of the same row. */
  #widened(column: number, y: number): number {
    const west = this.#rowAt(column - 1, y) >> (side - 1);
    const row = this.#rowAt(column, y);
    const east = this.#rowAt(column + 1, y) << (side - 1);
    return (row | (row << 1) | west | (row >> 1) | east) & everyTile;
  }

  /** The tiles beside those of the set that are not in it, block by block. */
  *neighbours(): Generator<string> {
    // What was forgotten would pass for not measured.
    if (this.isFull) return;
    const done = new Set<number>();
    for (const block of this.#blocks.keys()) {
      const [column, row] = [block % blocksAcross, Math.floor(block / blocksAcross)];
      for (const [right, down] of [[0, 0], ...around] as const) {
        const [across, below] = [column + right, row + down];
        if (across < 0 || below < 0 || across >= blocksAcross || below >= blocksAcross) continue;
        const near = below * blocksAcross + across;
        if (done.has(near)) continue;
        done.add(near);
        yield* this.#besideIn(across, below);
      }
    }
  }

  *#besideIn(column: number, row: number): Generator<string> {
    for (let y = row * side; y < (row + 1) * side; y += 1) {
      const near = this.#widened(column, y - 1) | this.#widened(column, y) | this.#widened(column, y + 1);
      for (let left = near & ~this.#rowAt(column, y); left !== 0; left &= left - 1) {
        // The lowest bit that is left.
        const x = column * side + 31 - Math.clz32(left & -left);
        yield quadkeyOf({ x, y }, tableZoom);
      }
    }
  }
}

export { MeasuredTiles };
