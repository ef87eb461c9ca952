import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { mapGeoJson, noMapGeoJson } from '../map/geojson';

type Texts = Iterable<string> | AsyncIterable<string>;
type Write = (bytes: Buffer) => Promise<void>;

/** As fast as the fastest here, and a sixth smaller: the features of a map are so alike that it leaves a twentieth. */
const level = 2;

const pack = (texts: Texts, write: Write): Promise<void> =>
  pipeline(texts, createGzip({ level, chunkSize: 65_536 }), async (packed: AsyncIterable<Buffer>) => {
    for await (const bytes of packed) await write(bytes);
  });

/**
 * Writes the map as GeoJSON, packed by gzip.
 *
 * @param fewestRows - rows below which a tile says nothing, as on the page
 * @param write - takes the bytes in order; the next wait for it
 * @throws {@link UnsortedMap}
 */
const writeMapFile = (csv: Readable, fewestRows: number, write: Write): Promise<void> =>
  pack(mapGeoJson(csv, fewestRows), write);

/** In its place where the report is no map: one of nothing, which says why. */
const writeNoMapFile = (why: string, write: Write): Promise<void> => pack([noMapGeoJson(why)], write);

export { writeMapFile, writeNoMapFile };
