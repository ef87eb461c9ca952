import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { writeMapFile } from '../../core/reports/export/map-file';

/** Writes the map of a report's CSV, for a test in another language to read: `write-map.ts SIGNAL-MAP.csv MAP.geojson`. */
const main = async ([csv = '', map = '']: string[]): Promise<void> => {
  const file = await open(map, 'w');
  await writeMapFile(
    createReadStream(csv),
    async (text) => {
      await file.write(text);
    },
    5,
  );
  await file.close();
};

await main(process.argv.slice(2));
