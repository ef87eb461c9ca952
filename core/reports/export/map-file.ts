import type { Readable, TransformOptions } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { createGzip, type ZlibOptions } from 'node:zlib';
import { mapGeoJson, noMapGeoJson } from '../map/geojson';

type Texts = Iterable<string> | AsyncIterable<string>;
type Write = (bytes: Buffer) => Promise<void>;

/** As fast as the fastest here, and a sixth smaller: the features of a map are so alike that it leaves a twentieth. */
const level = 2;

/** Bytes that wait to be packed, at most. */
const waitingBytes = 1024 * 1024;

const packing: ZlibOptions & TransformOptions = { level, chunkSize: 65_536, writableHighWaterMark: waitingBytes };

/** Packing has a thread of its own: the next text is made meanwhile, and each turn of the loop hands one over. */
async function* inTurns(texts: Texts): AsyncGenerator<string> {
  for await (const text of texts) {
    yield text;
    await setImmediate();
  }
}

const pack = (texts: Texts, write: Write): Promise<void> =>
  pipeline(inTurns(texts), createGzip(packing), async (packed: AsyncIterable<Buffer>) => {
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
