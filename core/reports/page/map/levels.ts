import { type Choosable, sumTiles } from '../../map/choosing';
import { judge } from '../../map/judging';

/** Pixels that a tile is wide at least: smaller ones are specks. */
const leastPixels = 6.5;
/** Pixels above which a tile is not made larger, however little the tiles tell. */
const enoughPixels = 26;
/** Share of the rows that lie in tiles with enough of them, from which on tiles tell something. */
const tellingShare = 0.6;
/** Tiles of it are a quarter of the world. */
const leastZoom = 1;

/**
 * Which tiles are shown at a scale: the smallest that can be seen and that tell something. Where rows are few and far between, small
 * tiles would nearly all be of too few rows. It goes by all rows, so that tiles stay as they are when an operator is chosen.
 */
class Levels {
  readonly #map: Choosable;
  readonly #fewestRows: number;
  readonly #shares = new Map<number, number>();

  constructor(map: Choosable, fewestRows: number) {
    this.#map = map;
    this.#fewestRows = fewestRows;
  }

  /** Of the map's own tiles. */
  get zoom(): number {
    return this.#map.zoom;
  }

  /** @param scale - pixels of a tile of the map's own zoom */
  zoomAt(scale: number): number {
    const pixelsAt = (zoom: number) => scale * 2 ** (this.#map.zoom - zoom);
    let zoom = this.#map.zoom;
    while (zoom > leastZoom && pixelsAt(zoom) < leastPixels) zoom -= 1;
    while (zoom > leastZoom && pixelsAt(zoom) < enoughPixels && this.#shareAt(zoom) < tellingShare) zoom -= 1;
    return zoom;
  }

  /** Share of the rows that lie in tiles with enough of them. */
  #shareAt(zoom: number): number {
    const known = this.#shares.get(zoom);
    if (known !== undefined) return known;
    let [all, telling] = [0, 0];
    for (const counts of sumTiles(this.#map, {}, zoom).values()) {
      all += counts.rows;
      if (judge(counts, this.#fewestRows).kind !== 'too few') telling += counts.rows;
    }
    const share = all === 0 ? 1 : telling / all;
    this.#shares.set(zoom, share);
    return share;
  }
}

export { Levels };
