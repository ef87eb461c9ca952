import { parquetWriteBuffer } from 'hyparquet-writer';
import { readColumns } from '../../core/lake/parquet/columns';
import { writeSealed } from '../../core/lake/sealed';
import { enlist, makeVisible } from '../../core/lake/visibility';
import { lakeKeys, type TableName, tables } from '../../core/platform/keys';
import type { Upload } from '../../core/uploads/upload';
import type { MemoryS3 } from './memory-s3';
import { claimFor, lake, makeUpload } from './uploads';

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');

/** The version of a file that the numbered claim stands for: shards of the log get their share of them. */
const smallUpload = (claim: number, version = 1): Upload =>
  makeUpload({
    id: hex(claim * 100 + version, 16),
    claim: `claims/${hex(claim, 2).split('').reverse().join('').padEnd(32, '0')}.json`,
  });

/** A file of Parquet with rows of an upload, of an earlier version of the columns where it has no operator. */
const fileOf = (upload: string, rows: number, withOperator: boolean): Buffer => {
  const each = [...new Array(rows).keys()];
  const bytes = parquetWriteBuffer({
    columnData: [
      { name: 'measured_at', type: 'TIMESTAMP', data: each.map((row) => new Date(1_772_000_000_000 + row)) },
      { name: 'signal', type: 'INT32', data: each.map((row) => (row % 3 === 0 ? null : row)) },
      ...(withOperator
        ? [{ name: 'operator', type: 'STRING' as const, data: each.map((row) => `${upload} ${row}`) }]
        : []),
      { name: 'upload_id', type: 'STRING', data: each.map(() => upload) },
    ],
  });
  return Buffer.from(bytes);
};

interface Small {
  days: string[];
  /** Of each day and table. @default 3 */
  rows?: number;
  withOperator?: boolean;
  generation?: number;
}

/** Seals an upload with a file a table and day, and makes it visible. */
const showSmall = async (
  s3: MemoryS3,
  upload: Upload,
  { days, rows = 3, withOperator = true, generation = 1 }: Small,
) => {
  claimFor(s3, upload, generation);
  await enlist(lake, upload);
  const objects = days.flatMap((day) =>
    tables.map((table) => ({ key: lakeKeys.table(table, day, upload.id, 0), table, day, rows })),
  );
  await writeSealed(lake, { upload: upload.id, objects });
  for (const { key } of objects) s3.objects.set(`${lake}/${key}`, fileOf(upload.id, rows, withOperator));
  await makeVisible(lake, upload, { delay: 100 });
};

/** What lies in a bucket at a moment: buffers are never changed. */
type Snapshot = ReadonlyMap<string, Buffer>;

const rowsOf = new WeakMap<Buffer, Promise<[id: string, row: string][]>>();

const decode = (bytes: Buffer): Promise<[string, string][]> => {
  const decoded =
    rowsOf.get(bytes) ??
    readColumns(bytes).then(({ rows, values }) =>
      [...new Array(rows).keys()].map((row): [string, string] => {
        const cells = [...values].filter(([name]) => name !== 'upload_id').sort(([a], [b]) => (a < b ? -1 : 1));
        const text = cells.flatMap(([name, column]) => (column[row] === null ? [] : [`${name}=${column[row]}`])).join();
        return [String(values.get('upload_id')?.[row]), text];
      }),
    );
  rowsOf.set(bytes, decoded);
  return decoded;
};

/** Ids that objects of the log show to a query that began at a moment, as the views ask it. */
const idsShownBy = (log: Iterable<Buffer>, began: number): Set<string> => {
  const times = new Map<string, { from: number; until: number }>();
  for (const bytes of log) {
    for (const line of bytes.toString().trim().split('\n')) {
      const { upload_id, visible_from = Infinity, visible_until = Infinity } = JSON.parse(line || '{}');
      const known = times.get(upload_id) ?? { from: Infinity, until: Infinity };
      times.set(upload_id, { from: Math.min(known.from, visible_from), until: Math.min(known.until, visible_until) });
    }
  }
  return new Set([...times].filter(([, { from, until }]) => from <= began && began < until).map(([id]) => id));
};

/** Rows of a table that a query sees which began at a moment, each with its upload; in an order of their own. */
const seenRows = async (table: TableName, log: Snapshot, objects: Snapshot, began: number): Promise<string[]> => {
  const entries = [...log].filter(([name]) => name.startsWith(`${lake}/visibility/`)).map(([, bytes]) => bytes);
  const visible = idsShownBy(entries, began);
  const found: string[] = [];
  for (const [name, bytes] of objects) {
    if (!name.startsWith(`${lake}/${table}/`)) continue;
    const day = /day=([^/]+)/.exec(name)?.[1];
    for (const [id, row] of await decode(bytes)) if (visible.has(id)) found.push(`${id.slice(0, 16)} ${day} ${row}`);
  }
  return found.sort();
};

export type { Snapshot };
export { idsShownBy, seenRows, showSmall, smallUpload };
