import type { Readable } from 'node:stream';
import { UnsortedMap, writeMapGeoJson } from '../map/geojson';

/** The report that the map is made of. */
const mapReport = 'signal-map';

/**
 * Writes the map as GeoJSON.
 *
 * @returns whether there is anything on it. A query that somebody changed by hand may leave nothing that is a map.
 */
const writeMapFile = async (csv: Readable, write: (text: string) => Promise<void>): Promise<boolean> => {
  try {
    const { features } = await writeMapGeoJson(csv, write);
    return features > 0;
  } catch (error) {
    if (error instanceof UnsortedMap) return false;
    throw error;
  }
};

export { mapReport, writeMapFile };
