import type { JudgedTile } from '../../map/choosing';
import { plural } from '../numbers';

/** How much lies in tiles, in words. */
const sizeOf = (tiles: readonly Pick<JudgedTile, 'counts'>[]): string => {
  const measured = tiles.filter(({ counts }) => counts.rows > 0);
  const rows = measured.reduce((sum, { counts }) => sum + counts.rows, 0);
  return `${plural(rows, 'row')} in ${plural(measured.length, 'tile')}`;
};

export { sizeOf };
