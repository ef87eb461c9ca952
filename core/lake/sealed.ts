import { lakeKeys, type TableName, tables } from '../platform/keys';
import { getJson, putJson } from '../platform/objects';

interface SealedObject {
  key: string;
  table: TableName;
  day: string;
  rows: number;
}

/** What an upload has, or is about to have, in the lake's tables: written before the first copy, and always the same. */
interface Sealed {
  upload: string;
  objects: SealedObject[];
}

const readSealed = async (bucket: string, upload: string): Promise<Sealed | undefined> =>
  (await getJson<Sealed>(bucket, lakeKeys.sealed(upload)))?.value;

const writeSealed = (bucket: string, sealed: Sealed): Promise<void> =>
  putJson(bucket, lakeKeys.sealed(sealed.upload), sealed);

const rowsByTable = (objects: readonly SealedObject[]): Record<TableName, number> => {
  const rows = Object.fromEntries(tables.map((table) => [table, 0])) as Record<TableName, number>;
  for (const object of objects) rows[object.table] += object.rows;
  return rows;
};

/** Measurement rows. */
const countRows = (objects: readonly SealedObject[]): number => rowsByTable(objects).measurements;

export type { Sealed, SealedObject };
export { countRows, readSealed, rowsByTable, writeSealed };
