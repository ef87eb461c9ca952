import { version } from '../../contract';
import type { LandedFile, Ledger } from '../../core/lake/ledger';
import { lakeKeys, landingPrefix } from '../../core/platform/keys';
import type { Plan } from '../../core/uploads/plan';
import type { Totals, Upload } from '../../core/uploads/upload';
import { landingFolder } from '../../core/uploads/version-0.1';
import type { MemoryS3 } from './memory-s3';
import { makeParquet } from './parquet-files';

const lake = 'lake';

/** An upload's id made of one digit. */
const idOf = (digit: string): string => digit.repeat(16);

const makeUpload = (changes: Partial<Upload> = {}): Upload => ({
  outcome: 'planned',
  id: idOf('a'),
  bucket: 'uploads',
  key: 'north/2026-01-01.csv',
  version: 'v1',
  claim: `claims/${'c'.repeat(32)}.json`,
  format: 'cellflow',
  dialect: { delimiter: ',', decimal: '.' },
  columns: { hour: [0] },
  names: ['hour'],
  width: 1,
  headerEnd: 5,
  headerLines: 1,
  size: 100,
  day: '2026-01-01',
  received: '2026-01-02',
  chunks: 2,
  exact: false,
  chunkList: { bucket: lake, key: `runs/${idOf('a')}/chunks.json` },
  ...changes,
});

const makeTotals = (changes: Partial<Totals> = {}): Totals => ({
  lines: 31,
  rows: 30,
  valid: 30,
  rejected: 0,
  records: 3,
  chunks: 2,
  firstDay: '2026-01-01',
  lastDay: '2026-01-02',
  days: ['2026-01-01', '2026-01-02'],
  reasons: {},
  setAside: {},
  rowsWithSetAside: 0,
  columns: {},
  strayDays: [],
  strayRows: 0,
  headers: 0,
  leftOut: 0,
  ...changes,
});

/** Two chunks of two and one records with ten rows each. */
const makePlan = (upload = idOf('a')): Plan => ({
  upload,
  chunks: [
    { chunk: 0, records: 2, rows: 20 },
    { chunk: 1, records: 1, rows: 10 },
  ],
  days: { '2026-01-01': 20, '2026-01-02': 10 },
});

/** What lies under a name: Parquet of so many rows, as the streaming job leaves them. */
const bodyOf = ({ key, rows, table }: Pick<LandedFile, 'key' | 'rows' | 'table'>): Buffer =>
  makeParquet(`${key} ${table}`, rows);

/** A page of a ledger whose rows are all of one day; its object is named as the streaming job names it. */
const makeLedger = (changes: Partial<Ledger> = {}, day = '2026-01-01'): Ledger => {
  const { n = 1 } = changes;
  const ledger = {
    v: 3 as const,
    upload: idOf('a'),
    n,
    token: `${n}`.padStart(16, '0'),
    at: '2026-01-02T00:00:00Z',
    columns: n === 0 ? 0 : version,
    rows: 10,
    records: { 0: [[0, 0]] } as Ledger['records'],
    setAside: [],
    ...changes,
  };
  const nameOf = (table: string) =>
    ledger.columns === 0
      ? `${landingFolder(ledger.upload, table, day)}${ledger.token}-0-0.parquet`
      : `${landingPrefix(ledger.upload)}${ledger.token}-0-0-0`;
  let offset = 0;
  const objects = (['measurements', 'hourly_quality'] as const).map((table) => {
    const file = { key: nameOf(table), table, day, rows: table === 'measurements' ? ledger.rows : 1 };
    const bytes = bodyOf(file).length;
    const placed = { ...file, offset: ledger.columns === 0 ? 0 : offset, bytes };
    offset += bytes;
    return placed;
  });
  return { objects, ...ledger };
};

/** Puts a page as version 0.1 wrote it. */
const landOfVersion01 = (s3: MemoryS3, { v: _, n: __, columns: ___, token, ...page }: Ledger): void => {
  const [query, batch] = token.split('-');
  const objects = page.objects.map(({ offset: _offset, ...object }) => object);
  const old = { ...page, v: 1, query, batch: Number(batch), objects };
  s3.putJson(`${lake}/landings/${page.upload}/${token}.json`, old);
};

/** Puts pages of ledgers, and the objects that they name, where the streaming job does; one numbered 0 is of version 0.1. */
const land = (s3: MemoryS3, ...ledgers: Ledger[]): void => {
  for (const ledger of ledgers) {
    if (ledger.n === 0) landOfVersion01(s3, ledger);
    else s3.putJson(`${lake}/${lakeKeys.ledgerPage(ledger.upload, ledger.n)}`, ledger);
    for (const file of ledger.objects) {
      const before = s3.objects.get(`${lake}/${file.key}`)?.subarray(0, file.offset) ?? Buffer.alloc(0);
      s3.objects.set(`${lake}/${file.key}`, Buffer.concat([before, bodyOf(file)]));
    }
  }
};

/** Makes an upload the one that its key stands for. */
const claimFor = (s3: MemoryS3, { id: upload, claim, key, bucket, version }: Upload, generation = 1): void => {
  s3.putJson(`${lake}/${claim}`, { bucket, key, upload, version, sequencer: '1', generation, execution: 'arn:x' });
  s3.putJson(`${lake}/uploads/${upload}.json`, { upload, bucket, key, version, claim });
};

export { claimFor, idOf, lake, land, makeLedger, makePlan, makeTotals, makeUpload };
