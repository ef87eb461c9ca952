import { LandingDefect } from '../../../core/lake/landing';
import { SealingUnfinished, seal } from '../../../core/lake/sealing';
import { Superseded } from '../../../core/uploads/upload-errors';
import { MemoryS3 } from '../../support/memory-s3';
import { claimFor, idOf, lake, land, makeLedger, makeTotals, makeUpload } from '../../support/uploads';

const upload = makeUpload();
const totals = makeTotals();
const old = idOf('0');
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

/** The older version of the key, visible in the tables, as its own sealing left it. */
const sealOld = (s3: MemoryS3): string => {
  const key = `measurements/day=2026-01-01/${old}-0.parquet`;
  s3.objects.set(`${lake}/${key}`, Buffer.from('old'));
  const objects = [{ key, table: 'measurements', day: '2026-01-01', rows: 7 }];
  s3.putJson(`${lake}/sealed/${old}.json`, { upload: old, state: 'sealed', objects });
  return `${lake}/${key}`;
};

const prepare = (): MemoryS3 => {
  const s3 = new MemoryS3();
  land(s3, ...ledgers);
  sealOld(s3);
  claimFor(s3, upload, [old]);
  process.env.LAKE_BUCKET = lake;
  return s3;
};

const assertSealed = (s3: MemoryS3) => {
  expect(tableNames(s3)).toEqual(sealedNames);
  expect(s3.json(`lake/sealed/${upload.id}.json`)).toMatchObject({ state: 'sealed' });
  expect(s3.json(`lake/sealed/${old}.json`)).toMatchObject({ state: 'removed' });
  expect(s3.json(`lake/${upload.claim}`)).toMatchObject({ upload: upload.id, replaces: [] });
};

let s3: MemoryS3;
beforeEach(() => {
  s3 = prepare();
});
afterEach(() => s3.restore());

describe('sealing an upload', () => {
  it('puts exactly what the ledger names into the tables, and takes the replaced version away', async () => {
    s3.objects.set(`lake/landing/${upload.id}/measurements/day=2026-01-01/stray.parquet`, Buffer.from('stray'));
    const result = await seal(lake, upload, totals, always);
    expect(result).toEqual({ objects: 6, rows: 30, replaced: [old] });
    assertSealed(s3);
  });

  it('copies each object under its own name', async () => {
    await seal(lake, upload, totals, always);
    const [first] = ledgers[0]?.objects ?? [];
    const copy = s3.objects.get(`lake/measurements/day=2026-01-01/${upload.id}-0.parquet`);
    expect(copy).toEqual(s3.objects.get(`lake/${first?.key}`));
  });

  it('writes its intent before the first copy, and deletes only after the last', async () => {
    await seal(lake, upload, totals, always);
    const order = s3.requests.map(({ operation, key }) => `${operation} ${key.split('/')[0]}`);
    expect(order.indexOf('PutObject sealed')).toBeLessThan(order.indexOf('CopyObject hourly_quality'));
    expect(order.findIndex((request) => request.startsWith('DeleteObjects'))).toBeGreaterThan(
      order.findLastIndex((request) => request.startsWith('CopyObject')),
    );
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
    expect(tableNames(s3)).toEqual([`lake/measurements/day=2026-01-01/${old}-0.parquet`]);
  });

  it('stops when its time is over, and goes on where it was', async () => {
    await expect(seal(lake, upload, totals, () => false)).rejects.toThrow(SealingUnfinished);
    await seal(lake, upload, totals, always);
    assertSealed(s3);
  });

  it('takes away what an earlier attempt put there that the ledger does not name', async () => {
    const stray = {
      key: `measurements/day=2026-01-01/${upload.id}-9.parquet`,
      table: 'measurements',
      day: '2026-01-01',
    };
    s3.objects.set(`lake/${stray.key}`, Buffer.from('stray'));
    s3.putJson(`lake/sealed/${upload.id}.json`, {
      upload: upload.id,
      state: 'sealing',
      objects: [{ ...stray, rows: 1 }],
    });
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
    expect(requests).toBeGreaterThan(20);
    for (let number = 1; number <= requests; number += 1) {
      s3.restore();
      s3 = prepare();
      s3.fault = (request) => (request.number === number ? { [moment]: new Error('killed') } : undefined);
      await expect(seal(lake, upload, totals, always)).rejects.toThrow('killed');
      // Readers see the old version, both, or the new one: never neither.
      const visible = tableNames(s3);
      expect(visible.some((name) => name.includes(old)) || sealedNames.every((name) => visible.includes(name))).toBe(
        true,
      );
      s3.fault = () => undefined;
      await seal(lake, upload, totals, always);
      assertSealed(s3);
    }
  });
});

describe('an upload that is overtaken', () => {
  const newer = makeUpload({ id: idOf('b'), version: 'v2' });
  const overtake = () => claimFor(s3, newer, [old, upload.id]);

  it('before it is sealed leaves the tables as they are', async () => {
    overtake();
    await expect(seal(lake, upload, totals, always)).rejects.toThrow(Superseded);
    expect(tableNames(s3)).toEqual([`lake/measurements/day=2026-01-01/${old}-0.parquet`]);
  });

  it.each([1, 4])('while copy %i is made takes its copies away', async (nth) => {
    let copies = 0;
    s3.fault = ({ operation }) => {
      if (operation === 'CopyObject') copies += 1;
      if (copies === nth) overtake();
      return undefined;
    };
    const sealing = seal(lake, upload, totals, always);
    await expect(sealing).rejects.toThrow(`superseded by ${newer.id} (version v2 of ${newer.key})`);
    expect(tableNames(s3)).toEqual([`lake/measurements/day=2026-01-01/${old}-0.parquet`]);
    expect(s3.json(`lake/sealed/${upload.id}.json`)).toMatchObject({ state: 'removed' });
  });

  it('takes away also what it copied after the newer one had removed it', async () => {
    // The newer one seals, and with it removes, between the first copy of this one and its look at the claim.
    let done = false;
    s3.fault = ({ operation }) => {
      if (operation === 'CopyObject' && !done) {
        done = true;
        overtake();
        s3.putJson(`lake/sealed/${upload.id}.json`, {
          ...s3.json<object>(`lake/sealed/${upload.id}.json`),
          state: 'removed',
        });
      }
      return undefined;
    };
    await expect(seal(lake, upload, totals, always)).rejects.toThrow(Superseded);
    expect(tableNames(s3).filter((name) => name.includes(upload.id))).toEqual([]);
  });

  it('after it was sealed stays visible until the newer one is sealed', async () => {
    await seal(lake, upload, totals, always);
    overtake();
    await expect(seal(lake, upload, totals, always)).rejects.toThrow(Superseded);
    expect(tableNames(s3)).toEqual(sealedNames);

    land(s3, makeLedger({ upload: newer.id, rows: 30, records: { 0: [[0, 1]], 1: [[0, 0]] } }));
    const { replaced } = await seal(lake, newer, totals, always);
    expect(replaced).toEqual([old, upload.id]);
    expect(tableNames(s3).filter((name) => !name.includes(newer.id))).toEqual([]);
  });
});

describe('deleting', () => {
  it('fails where S3 refuses a single object, under S3’s own name for it, which the state machine retries', async () => {
    const { DeleteObjectsCommand, S3Client } = await import('@aws-sdk/client-s3');
    const { mockClient } = await import('aws-sdk-client-mock');
    const { deleteObjects } = await import('../../../core/lake/sealed');
    const mock = mockClient(S3Client);
    mock.on(DeleteObjectsCommand).resolves({ Errors: [{ Key: 'k', Code: 'SlowDown', Message: 'Reduce your rate' }] });
    await expect(deleteObjects(lake, ['k'])).rejects.toMatchObject({ name: 'SlowDown' });
  });

  it('asks for no more than 1,000 objects at once', async () => {
    const { deleteObjects } = await import('../../../core/lake/sealed');
    s3.restore();
    s3 = prepare();
    await deleteObjects(
      lake,
      Array.from({ length: 2_001 }, (_, n) => `k${n}`),
    );
    expect(s3.requests.filter(({ operation }) => operation === 'DeleteObjects')).toHaveLength(3);
  });
});
