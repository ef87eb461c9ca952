import { LandingDefect } from '../../../core/lake/landing';
import type { LandedFile } from '../../../core/lake/ledger';
import { joinFiles } from '../../../core/lake/parquet/joining';
import { SealingUnfinished, seal } from '../../../core/lake/sealing';
import { readClaimLog } from '../../../core/lake/visibility-log';
import { Superseded } from '../../../core/uploads/upload-errors';
import { MemoryS3 } from '../../support/memory-s3';
import { makeParquet } from '../../support/parquet-files';
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
  `lake/${table}/day=2026-01-02/${upload.id}-0.parquet`,
]);

const prepare = (): MemoryS3 => {
  const s3 = new MemoryS3();
  land(s3, ...ledgers);
  claimFor(s3, upload, 2);
  process.env.LAKE_BUCKET = lake;
  return s3;
};

/** A file as it landed. */
const landedFile = (s3: MemoryS3, { key, offset, bytes }: LandedFile): Buffer =>
  (s3.objects.get(`${lake}/${key}`) as Buffer).subarray(offset, offset + bytes);

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
    await expect(seal(lake, upload, totals, always)).resolves.toEqual({ objects: 4, rows: 30 });
    assertSealed(s3);
    await expect(versionOf(upload)).resolves.toEqual({ generation: 2 });
  });

  it('makes one object of all that landed of a table and day', async () => {
    await seal(lake, upload, totals, always);
    const objectOf = (day: string) => s3.objects.get(`lake/measurements/day=${day}/${upload.id}-0.parquet`);
    const files = ledgers.map(({ objects }) => landedFile(s3, objects[0] as LandedFile));
    expect(objectOf('2026-01-01')).toEqual(joinFiles([files[0], files[2]] as Buffer[]));
    expect(objectOf('2026-01-02')).toEqual(files[1]);
  });

  it('leaves rows of other columns, and those of older pages, in objects of their own', async () => {
    const older = makeLedger({ n: 0, token: '1f2e3d4c-3', records: { 0: [[0, 0]] } });
    const before = makeLedger({ n: 2, columns: 1, records: { 1: [[0, 0]] } });
    s3.restore();
    s3 = new MemoryS3();
    land(s3, older, makeLedger({ n: 1, records: { 0: [[1, 1]] } }), before);
    claimFor(s3, upload, 2);
    await expect(seal(lake, upload, totals, always)).resolves.toEqual({ objects: 6, rows: 30 });
    const bodies = [older, makeLedger({ n: 1 }), before].map(({ objects }) => landedFile(s3, objects[0] as LandedFile));
    const names = s3.names(`${lake}/measurements/`);
    expect(names.map((name) => s3.objects.get(name)?.toString()).sort()).toEqual(bodies.map(String).sort());
  });

  it('puts what is too large for memory together by parts, and reads no large file', async () => {
    const large = (n: number) => {
      const ledger = makeLedger({ n, records: { 0: [[n - 1, n - 1]] } });
      const [file] = ledger.objects;
      const body = makeParquet(`${n}`.repeat(n === 2 ? 10 : 9 * 1024 ** 2), 10);
      return { ledger: { ...ledger, objects: [{ ...(file as LandedFile), bytes: body.length }] }, body };
    };
    const made = [large(1), large(2), large(3)];
    s3.restore();
    s3 = new MemoryS3();
    land(s3, ...made.map(({ ledger }) => ledger));
    for (const { ledger, body } of made) s3.objects.set(`lake/${ledger.objects[0]?.key}`, body);
    claimFor(s3, upload, 2);
    await seal(lake, upload, totals, always);
    const [one, two, three] = made.map(({ body }) => body) as [Buffer, Buffer, Buffer];
    const object = s3.objects.get(`lake/measurements/day=2026-01-01/${upload.id}-0.parquet`);
    expect(object?.equals(joinFiles([one, three, two]))).toBe(true);
    expect(s3.requests.filter(({ operation }) => operation === 'UploadPartCopy')).toHaveLength(2);
  });

  it('lists the upload and writes down what it will put before the first object', async () => {
    await seal(lake, upload, totals, always);
    const order = s3.requests.map(({ operation, key }) => `${operation} ${key.split('/')[0]}`);
    const first = order.findIndex((request) => /^PutObject (measurements|hourly_quality)/.test(request));
    expect(order.indexOf('PutObject visibility')).toBeLessThan(order.indexOf('PutObject sealed'));
    expect(order.indexOf('PutObject sealed')).toBeLessThan(first);
    expect(order.some((request) => request.startsWith('DeleteObjects'))).toBe(false);
  });

  it('does nothing twice when it is run again', async () => {
    await seal(lake, upload, totals, always);
    s3.requests.length = 0;
    await seal(lake, upload, totals, always);
    expect(s3.requests.filter(({ operation }) => operation === 'PutObject')).toEqual([]);
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
