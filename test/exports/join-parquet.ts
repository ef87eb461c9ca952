/** Joins Parquet files as *Seal upload* does: `tsx join-parquet.ts JOINED FILE…`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { joinFiles } from '../../core/lake/parquet/joining';

const [joined, ...files] = process.argv.slice(2);
writeFileSync(joined as string, joinFiles(files.map((file) => readFileSync(file))));
