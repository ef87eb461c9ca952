import { LandingDefect } from '../../../core/lake/landing';
import { SealingUnfinished, seal } from '../../../core/lake/sealing';
import { readClaimLog } from '../../../core/lake/visibility-log';
import { Superseded } from '../../../core/uploads/upload-errors';
import { MemoryS3 } from '../../support/memory-s3';
import { claimFor, idOf, lake, land, makeLedger, makeTotals, makeUpload } from '../../support/uploads';

const upload = makeUpload();
const totals = makeTotals();
const always = () => true;

const ledgers = [
  makeLedger({ n: 1, records: { 0: [[1, 1]] } }),
  makeLedger({ n: 2, records: { 1: [[0, 0]] } }, '2026-01-02'),
  makeLedger({ n: 3, records: { 0: [[0, 0]] } }),
];

const tableNames = (s3: MemoryS3) => [...s3.names(`${lake}/measurements/`), ...s3.names(`${lake}/hourly_quality/`)];

const sealedNames = ['measurements', 'hourly_quality'].flatMap((table) => [
  `lake/${table}/day=2026-01-01/${upload.id}-0.parquet`,
  `lake/${table}/day=2026-01-01/${upload.id}-1.parquet`,
  `lake/${table}/day=2026-01-02/${upload.id}-0.parquet`,
]);

const prepare = (): MemoryS3 => {
  const s3 = new MemoryS3();
  land(s3, ...ledgers);
  claimFor(s3, upload, 2);
  process.env.LAKE_BUCKET = lake;
  return s3;
};

const assertSealed = (s3: MemoryS3) => {
  expect(tableNames(s3)).toEqual(sealedNames);
  const { objects } = s3.json<{ objects: { key: string }[] }>(`lake/sealed/${upload.id}.json`);
  expect(objects.map(({ key }) => `lake/${key}`).sort()).toEqual(sealedNames.toSorted());
};

const versionOf = async ({ id, claim }: Pick<typeof upload, 'id' | 'claim'>) =>
  (await readClaimLog(lake, claim)).versions.get(id);

let s3: MemoryS3;
beforeEach(() => {
  s3 = prepare();
});
afterEach(() => s3.restore());

describe('sealing an upload', () => {
  it('puts exactly what the ledger names into the tables, and makes nothing visible', async () => {
    s3.objects.set(`lake/landing/${upload.id}/measurements/day=2026-01-01/stray.parquet`, Buffer.from('stray'));
    await expect(seal(lake, upload, totals, always)).resolves.toEqual({ objects: 6, rows: 30 });
    assertSealed(s3);
    await expect(versionOf(upload)).resolves.toEqual({ generation: 2 });
  });

  it('copies each object under its own name', async () => {
    await seal(lake, upload, totals, always);
    const [first] = ledgers[0]?.objects ?? [];
    const copy = s3.objects.get(`lake/measurements/day=2026-01-01/${upload.id}-0.parquet`);
    expect(copy).toEqual(s3.objects.get(`lake/${first?.key}`));
  });

  it('lists the upload and writes down what it will copy before the first copy', async () => {
    await seal(lake, upload, totals, always);
    const order = s3.requests.map(({ operation, key }) => `${operation} ${key.split('/')[0]}`);
    const firstCopy = order.findIndex((request) => request.startsWith('CopyObject'));
    expect(order.indexOf('PutObject visibility')).toBeLessThan(order.indexOf('PutObject sealed'));
    expect(order.indexOf('PutObject sealed')).toBeLessThan(firstCopy);
    expect(order.some((request) => request.startsWith('DeleteObjects'))).toBe(false);
  });

  it('does nothing twice when it is run again', async () => {
    await seal(lake, upload, totals, always);
    s3.requests.length = 0;
    await seal(lake, upload, totals, always);
    expect(s3.requests.filter(({ operation }) => operation === 'CopyObject')).toEqual([]);
    assertSealed(s3);
  });

  it('makes nothing visible where the rows are not those that were valid', async () => {
    const sealing = seal(lake, upload, makeTotals({ valid: 31 }), always);
    await expect(sealing).rejects.toThrow(LandingDefect);
    expect(tableNames(s3)).toEqual([]);
  });

  it('stops when its time is over, and goes on where it was', async () => {
    await expect(seal(lake, upload, totals, () => false)).rejects.toThrow(SealingUnfinished);
    await seal(lake, upload, totals, always);
    assertSealed(s3);
  });

  it('goes on with what version 0.1 began', async () => {
    await seal(lake, upload, totals, always);
    const { objects } = s3.json<{ objects: unknown[] }>(`lake/sealed/${upload.id}.json`);
    s3.restore();
    s3 = prepare();
    s3.putJson(`lake/sealed/${upload.id}.json`, { upload: upload.id, state: 'sealing', objects });
    await seal(lake, upload, totals, always);
    assertSealed(s3);
  });
});

describe('sealing that is killed', () => {
  /** Requests of an undisturbed run. */
  const countRequests = async (): Promise<number> => {
    await seal(lake, upload, totals, always);
    return s3.requests.length;
  };

  it.each(['before', 'after'] as const)('%s any of its requests ends whole when it is run again', async (moment) => {
    const requests = await countRequests();
    expect(requests).toBeGreaterThan(15);
    for (let number = 1; number <= requests; number += 1) {
      s3.restore();
      s3 = prepare();
      s3.fault = (request) => (request.number === number ? { [moment]: new Error('killed') } : undefined);
      await expect(seal(lake, upload, totals, always)).rejects.toThrow('killed');
      s3.fault = () => undefined;
      await seal(lake, upload, totals, always);
      assertSealed(s3);
    }
  });
});

describe('two seals of one upload at once', () => {
  it('make the same copies, in whatever order their requests come', async () => {
    await Promise.all([seal(lake, upload, totals, always), seal(lake, upload, totals, always)]);
    assertSealed(s3);
    await expect(versionOf(upload)).resolves.toEqual({ generation: 2 });
  });
});

describe('an upload that is overtaken', () => {
  const newer = makeUpload({ id: idOf('b'), version: 'v2' });
  const overtake = () => claimFor(s3, newer, 3);

  it('before it is sealed leaves the tables as they are', async () => {
    overtake();
    await expect(seal(lake, upload, totals, always)).rejects.toThrow(Superseded);
    expect(tableNames(s3)).toEqual([]);
    await expect(versionOf(upload)).resolves.toBeUndefined();
  });

  it('when it is listed copies nothing, and is retired, so that it is swept', async () => {
    s3.fault = ({ operation, key }) => {
      if (operation === 'PutObject' && key.startsWith('sealed/')) overtake();
      return undefined;
    };
    const sealing = seal(lake, upload, totals, always);
    await expect(sealing).rejects.toThrow(`superseded by ${newer.id} (version v2 of ${newer.key})`);
    expect(tableNames(s3)).toEqual([]);
    await expect(versionOf(upload)).resolves.toMatchObject({ until: expect.any(Number) });
  });
});
