/**
 * `node --import tsx bench/merged.ts FOLDER N`, which `objects.py` calls: prints the object that the merging function makes, by its
 * own code, of the files of a folder as the Nth merge.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyIn } from '../core/lake/copies';
import { takeRows } from '../core/lake/merging/writing';
import { noColumns, readColumns, writeColumns } from '../core/lake/parquet/columns';

const [folder = '', merge] = process.argv.slice(2);

const main = async (): Promise<void> => {
  const merged = noColumns();
  for (const name of readdirSync(folder).sort()) {
    const file = await readColumns(readFileSync(join(folder, name)));
    const uploads = new Set((file.values.get('upload_id') ?? []).map(String));
    takeRows(merged, file, new Map([...uploads].map((upload) => [upload, copyIn(Number(merge), upload)])));
  }
  process.stdout.write(writeColumns(merged));
};

main();
