import type { Readable } from 'node:stream';
import { UnsortedMap, writeMapGeoJson } from '../map/geojson';

/** The report that the map is made of. */
const mapReport = 'signal-map';

/**
 * Writes the map as GeoJSON.
 *
 * @param fewestRows - rows below which a tile says nothing, as on the page
 * @returns whether there is anything on it. A query that somebody changed by hand may leave nothing that is a map.
 */
const writeMapFile = async (
  csv: Readable,
  write: (text: string) => Promise<void>,
  fewestRows: number,
): Promise<boolean> => {
  try {
    const { features } = await writeMapGeoJson(csv, write, fewestRows);
    return features > 0;
  } catch (error) {
    if (error instanceof UnsortedMap) return false;
    throw error;
  }
};

export { mapReport, writeMapFile };
