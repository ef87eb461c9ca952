import type { Readable } from 'node:stream';
import { readTileMap } from '../../map/tile-map';
import type { Html } from '../html';
import { renderTileMap } from './figure';
import { loadWorld } from './world';

/**
 * Draws the map of a report's CSV, of all its rows; nothing where it has no tiles.
 *
 * @param id - prefix of every id in it
 * @param fewestRows - rows below which a tile says nothing
 */
const drawTileMap = async (csv: Readable, id: string, fewestRows: number): Promise<Html | undefined> => {
  const tiles = await readTileMap(csv);
  return tiles.entries.length === 0 ? undefined : renderTileMap({ tiles, world: await loadWorld() }, id, fewestRows);
};

export { drawTileMap };
