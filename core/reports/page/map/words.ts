import type { JudgedTile } from '../../map/choosing';
import { kilometresOf, latitudeOf } from '../../map/quadkeys';
import { formatNumber, plural } from '../numbers';

/** How much lies in tiles, in words. */
const amountOf = (tiles: readonly Pick<JudgedTile, 'counts'>[]): string => {
  const measured = tiles.filter(({ counts }) => counts.rows > 0);
  const rows = measured.reduce((sum, { counts }) => sum + counts.rows, 0);
  return `${plural(rows, 'row')} in ${plural(measured.length, 'tile')}`;
};

/**
 * How wide the tiles of a zoom are, in words.
 *
 * @param y - a row of tiles of that zoom, from whose latitude it is
 */
const widthOf = (y: number, zoom: number): string => {
  const side = kilometresOf(latitudeOf(y, zoom), zoom);
  if (side < 0.95) return `${formatNumber(Math.round(side * 100) * 10)}\u202fm`;
  return `${formatNumber(side, side < 4.95 ? 1 : 0)}\u202fkm`;
};

export { amountOf, widthOf };
