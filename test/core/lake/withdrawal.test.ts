import { seal } from '../../../core/lake/sealing';
import { UnknownUpload, withdrawUpload } from '../../../core/lake/withdrawal';
import { MemoryS3 } from '../../support/memory-s3';
import { claimFor, idOf, lake, land, makeLedger, makeTotals, makeUpload } from '../../support/uploads';

const upload = makeUpload();
const totals = makeTotals();
let s3: MemoryS3;

beforeEach(() => {
  s3 = new MemoryS3();
  process.env.LAKE_BUCKET = lake;
  land(s3, makeLedger({ rows: 30, records: { 0: [[0, 1]], 1: [[0, 0]] } }));
  claimFor(s3, upload);
});
afterEach(() => s3.restore());

const tableNames = () => [...s3.names(`${lake}/measurements/`), ...s3.names(`${lake}/hourly_quality/`)];
const sealUpload = () => seal(lake, upload, totals, () => true);

describe('withdrawing an upload', () => {
  it('takes its rows out of the tables and says how many', async () => {
    await sealUpload();
    const withdrawal = await withdrawUpload(lake, upload.id);
    expect(withdrawal).toEqual({
      key: upload.key,
      uploads: [{ upload: upload.id, rows: 30, objects: 2 }],
      rows: 30,
      objects: 2,
    });
    expect(tableNames()).toEqual([]);
    expect(s3.json(`lake/${upload.claim}`)).toMatchObject({ upload: upload.id, withdrawn: true });
  });

  it('finds nothing left the second time', async () => {
    await sealUpload();
    await withdrawUpload(lake, upload.id);
    await expect(withdrawUpload(lake, upload.id)).resolves.toMatchObject({ rows: 0, objects: 0 });
  });

  it('ends its execution as superseded, also one that is at sealing', async () => {
    await withdrawUpload(lake, upload.id);
    await expect(sealUpload()).rejects.toThrow('superseded by its withdrawal');
    expect(tableNames()).toEqual([]);
  });

  it('while it is being sealed leaves nothing', async () => {
    let withdrawing: Promise<unknown> | undefined;
    s3.fault = ({ operation }) => {
      if (operation === 'CopyObject') withdrawing ??= withdrawUpload(lake, upload.id);
      return undefined;
    };
    await expect(sealUpload()).rejects.toThrow('superseded by its withdrawal');
    await withdrawing;
    expect(tableNames()).toEqual([]);
  });

  it('goes on where it was killed', async () => {
    await sealUpload();
    const before = s3.requests.length;
    await withdrawUpload(lake, upload.id);
    const requests = s3.requests.length - before;
    for (let number = 1; number <= requests; number += 1) {
      s3.restore();
      s3 = new MemoryS3();
      land(s3, makeLedger({ rows: 30, records: { 0: [[0, 1]], 1: [[0, 0]] } }));
      claimFor(s3, upload);
      await sealUpload();
      const start = s3.requests.length;
      s3.fault = (request) => (request.number === start + number ? { after: new Error('killed') } : undefined);
      await expect(withdrawUpload(lake, upload.id)).rejects.toThrow('killed');
      s3.fault = () => undefined;
      await withdrawUpload(lake, upload.id);
      expect(tableNames()).toEqual([]);
    }
  });

  it('takes away too what it had not replaced yet', async () => {
    await sealUpload();
    const newer = makeUpload({ id: idOf('b') });
    claimFor(s3, newer, [upload.id]);
    await expect(withdrawUpload(lake, newer.id)).resolves.toMatchObject({ rows: 30 });
    expect(tableNames()).toEqual([]);
  });

  it('of an overtaken one leaves the newer version in force', async () => {
    await sealUpload();
    const newer = makeUpload({ id: idOf('b') });
    claimFor(s3, newer, [upload.id]);
    await expect(withdrawUpload(lake, upload.id)).resolves.toMatchObject({ rows: 30 });
    expect(s3.json(`lake/${upload.claim}`)).not.toHaveProperty('withdrawn');
  });

  it('tries again where another writer moved the claim', async () => {
    await sealUpload();
    let moved = false;
    s3.fault = ({ operation, key }) => {
      if (operation === 'PutObject' && key === upload.claim && !moved) {
        moved = true;
        s3.putJson(`lake/${upload.claim}`, { ...s3.json<object>(`lake/${upload.claim}`), sequencer: '2' });
      }
      return undefined;
    };
    await withdrawUpload(lake, upload.id);
    expect(s3.json(`lake/${upload.claim}`)).toMatchObject({ withdrawn: true, sequencer: '2' });
  });

  it('refuses an id that it does not know', async () => {
    await expect(withdrawUpload(lake, idOf('f'))).rejects.toThrow(UnknownUpload);
  });
});
