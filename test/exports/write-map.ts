import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { writeMapFile } from '../../core/reports/export/map-file';

/** Writes the map of a report's CSV, for a test in another language to read: `write-map.ts SIGNAL-MAP.csv MAP.geojson`. */
const main = async ([csv = '', map = '']: string[]): Promise<void> => {
  // As a browser does that saves it.
  const unpack = createGunzip();
  const saved = pipeline(unpack, createWriteStream(map));
  await writeMapFile(createReadStream(csv), 5, async (bytes) => {
    if (!unpack.write(bytes)) await new Promise((resolve) => unpack.once('drain', resolve));
  });
  unpack.end();
  await saved;
};

await main(process.argv.slice(2));
