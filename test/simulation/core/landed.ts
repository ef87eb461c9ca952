import { lakeKeys, landingPrefix, tables } from '../../../core/platform/keys';
import type { Plan } from '../../../core/uploads/plan';
import { claimKey, type Totals, type Upload, uploadId } from '../../../core/uploads/upload';
import { landingFolder } from '../../../core/uploads/version-0.1';
import { makeTotals as anyTotals, makeUpload as anyUpload } from '../../support/uploads';
import type { Store } from './store';
import type { Row } from './truth';

const lake = 'lake';
const uploads = 'uploads';

/** A version of a file, and what the streaming job has landed of it. */
interface Landed {
  upload: Upload;
  totals: Totals;
  plan: Plan;
  /** Rows, by table: what a query must see of it. */
  rows: Map<string, string[]>;
  /** Days that it touches. */
  days: string[];
}

/** A version as *Plan upload* and *Judge upload* describe it. */
const makeUpload = (key: string, version: string, days: string[], records: number): Omit<Landed, 'rows'> => {
  const id = uploadId(uploads, key, version);
  const upload = anyUpload({
    id,
    bucket: uploads,
    key,
    version,
    claim: claimKey(uploads, key),
    day: days[0] as string,
    received: '2026-01-01',
    chunks: 1,
    chunkList: { bucket: lake, key: lakeKeys.chunks(id) },
  });
  const rows = records;
  const totals = anyTotals({
    lines: rows + 1,
    rows,
    valid: rows,
    records,
    chunks: 1,
    firstDay: days[0] as string,
    lastDay: days.at(-1) as string,
    days,
  });
  const plan: Plan = { upload: id, chunks: [{ chunk: 0, records, rows }], days: { [days[0] as string]: rows } };
  return { upload, totals, plan, days };
};

/** A page of the ledger, where it lies; the job of version 0.1 named it, and its objects, by query and batch. */
const writePage = (store: Store, id: string, n: number, token: string, objects: object[]): void => {
  const page = {
    upload: id,
    at: '2026-01-01T00:00:00Z',
    rows: 1,
    objects,
    records: { 0: [[n - 1, n - 1]] },
    setAside: [],
  };
  const [query = '', batch] = token.split('-');
  const [key, version] =
    batch === undefined
      ? [lakeKeys.ledgerPage(id, n), { v: 3, columns: 2, n, token }]
      : [`${lakeKeys.landings(id)}${token}.json`, { v: 1, query, batch: Number(batch) }];
  store.put(lake, key, JSON.stringify({ ...version, ...page }));
};

/** Puts a version into the lake as the streaming job leaves it: a record a batch, each with a row of one day. */
const land = (store: Store, key: string, version: string, days: string[], byOldJob: boolean): Landed => {
  const described = makeUpload(key, version, days, days.length);
  const { id } = described.upload;
  const rows = new Map<string, string[]>(tables.map((table) => [table, []]));
  for (const [batch, day] of days.entries()) {
    const token = byOldJob ? `1f2e3d4c-${batch}` : `1f2e3d4c${batch}`;
    const bodies = tables.map(
      (table) => `${JSON.stringify({ upload_id: id, row: `${version}/${table}/${day}` } satisfies Row)}\n`,
    );
    const landed = tables.map((table, index) => {
      rows.get(table)?.push(`${version}/${table}/${day}`);
      const name = byOldJob
        ? `${landingFolder(id, table, day)}${token}-0.parquet`
        : `${landingPrefix(id)}${token}-0-0-0`;
      const offset = byOldJob ? {} : { offset: bodies.slice(0, index).join('').length };
      if (byOldJob) store.put(lake, name, bodies[index] as string);
      const bytes = (bodies[index] as string).length;
      return { key: name, table, day, ...offset, rows: 1, bytes };
    });
    if (!byOldJob) store.put(lake, `${landingPrefix(id)}${token}-0-0-0`, bodies.join(''));
    writePage(store, id, batch + 1, token, landed);
  }
  return { ...described, rows };
};

export type { Landed };
export { lake, land, uploads };
