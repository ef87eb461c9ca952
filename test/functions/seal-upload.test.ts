import { handler, sealUpload } from '../../functions/seal-upload';
import { MemoryS3 } from '../support/memory-s3';
import { claimFor, idOf, lake, land, makeLedger, makeTotals, makeUpload } from '../support/uploads';

const upload = makeUpload();
const totals = makeTotals();
const plenty = { getRemainingTimeInMillis: () => 900_000 };
let s3: MemoryS3;

const inTables = (): string[] => [...s3.names(`${lake}/measurements/`), ...s3.names(`${lake}/hourly_quality/`)];

beforeEach(() => {
  s3 = new MemoryS3();
  process.env.LAKE_BUCKET = lake;
  claimFor(s3, upload);
  land(
    s3,
    makeLedger({ n: 1, rows: 20, records: { 0: [[0, 1]] } }),
    makeLedger({ n: 2, records: { 1: [[0, 0]] } }, '2026-01-02'),
  );
});
afterEach(() => s3.restore());

describe('seal-upload', () => {
  it('puts what has landed into the tables of the lake, and lists the upload before', async () => {
    await expect(sealUpload({ upload, totals }, plenty)).resolves.toEqual({ objects: 4, rows: 30 });
    expect(inTables()).toEqual(
      ['measurements', 'hourly_quality'].flatMap((table) =>
        ['2026-01-01', '2026-01-02'].map((day) => `${lake}/${table}/day=${day}/${upload.id}-0.parquet`),
      ),
    );
    expect(s3.json(`${lake}/sealed/${upload.id}.json`)).toMatchObject({ upload: upload.id });
    expect(s3.names(`${lake}/visibility/`)).toHaveLength(1);
  });

  it('begins no copies that it has not the time for, and says that it is unfinished', async () => {
    const short = { getRemainingTimeInMillis: () => 100_000 };
    await expect(sealUpload({ upload, totals }, short)).rejects.toMatchObject({
      name: 'SealingUnfinished',
      message: expect.stringContaining('4 of 4 objects'),
    });
    expect(inTables()).toEqual([]);
  });

  it('goes on where an attempt that ran out of time ended', async () => {
    await sealUpload({ upload, totals }, { getRemainingTimeInMillis: () => 0 }).catch(() => undefined);
    await expect(sealUpload({ upload, totals }, plenty)).resolves.toMatchObject({ objects: 4 });
    expect(inTables()).toHaveLength(4);
  });

  it('shows nothing where the rows that landed are not those that were valid', async () => {
    const sealing = sealUpload({ upload, totals: makeTotals({ valid: 29 }) }, plenty);
    await expect(sealing).rejects.toMatchObject({ name: 'LandingDefect' });
    expect(inTables()).toEqual([]);
  });

  it('ends for an upload that was overtaken', async () => {
    claimFor(s3, makeUpload({ id: idOf('b') }));
    await expect(sealUpload({ upload, totals }, plenty)).rejects.toMatchObject({ name: 'Superseded' });
    expect(inTables()).toEqual([]);
  });

  it('takes an event with upload and totals, and no other', async () => {
    const context = { functionName: 'seal-upload', ...plenty } as never;
    await expect(handler({ upload, totals }, context)).resolves.toMatchObject({ rows: 30 });
    await expect(handler({ upload } as never, context)).rejects.toThrow();
  });
});
