import { S3ServiceException } from '@aws-sdk/client-s3';
import type { Merge } from '../../../core/lake/merging/merges';
import { mergeDays } from '../../../core/lake/merging/merging';
import { planMerge } from '../../../core/lake/merging/planning';
import { MergeDefect } from '../../../core/lake/merging/writing';
import { readColumns } from '../../../core/lake/parquet/columns';
import { sweepLake } from '../../../core/lake/sweeping';
import { enlist, makeVisible } from '../../../core/lake/visibility';
import { claimIdOf, readClaimLog } from '../../../core/lake/visibility-log';
import { withdrawUpload } from '../../../core/lake/withdrawal';
import { lakeKeys } from '../../../core/platform/keys';
import type { Upload } from '../../../core/uploads/upload';
import { Superseded } from '../../../core/uploads/upload-errors';
import { holdClock, type Time } from '../../support/held-clock';
import { MemoryS3 } from '../../support/memory-s3';
import { type Snapshot, seenRows, showSmall, smallUpload } from '../../support/small-uploads';
import { lake } from '../../support/uploads';

jest.setTimeout(60_000);

const start = 1_800_000_000_000;
const minute = 60_000;
const grace = 180 * minute;
const notice = { delay: 100 };
const [monday, tuesday] = ['2026-03-02', '2026-03-03'];
const uploads = [1, 2, 3, 4, 5, 6].map((claim) => smallUpload(claim)) as [
  Upload,
  Upload,
  Upload,
  Upload,
  Upload,
  Upload,
];
const [first] = uploads;
let s3: MemoryS3;
let time: Time;

const merge = (from = 4) => mergeDays(lake, { from, notice, goOn: () => true });
const sweep = () => sweepLake(lake, { grace, goOn: () => true });
const inTables = (part: string) => s3.names(`${lake}/`).filter((name) => name.includes('/day=') && name.includes(part));
const record = (n: number) => s3.json<Merge>(`${lake}/${lakeKeys.merge(n)}`);
const lost = () =>
  new S3ServiceException({ name: 'InternalError', $fault: 'server', $metadata: { httpStatusCode: 500 } });

const begin = () => {
  s3?.restore();
  s3 = new MemoryS3();
  s3.pageSize = 1_000;
  time.now = start;
};

const showAll = async () => {
  for (const upload of uploads) await showSmall(s3, upload, { days: [monday as string, tuesday as string] });
};

const seen = async (table: 'measurements' | 'hourly_quality' = 'measurements') => {
  const now: Snapshot = new Map(s3.objects);
  return seenRows(table, now, now, time.now);
};

/** Uploads that a query sees that begins now. */
const seenUploads = async () => [...new Set((await seen()).map((row) => row.slice(0, 16)))];

/** Numbers of requests, but for those to shards of the log of which no claim is: they find nothing. */
const telling = (): number[] =>
  s3.requests.filter(({ key }) => !/^visibility\/(summary-)?[^1-6s]/.test(key)).map(({ number }) => number);

/** What lies in the lake at each change, with the moment. */
const watch = (): { at: number; objects: Snapshot }[] => {
  const moments: { at: number; objects: Snapshot }[] = [];
  const fault = s3.fault;
  s3.fault = (request) => {
    if (/^(Put|Delete)/.test(request.operation)) time.now += 7;
    moments.push({ at: time.now, objects: new Map(s3.objects) });
    return fault(request);
  };
  return moments;
};

beforeEach(() => {
  process.env.LAKE_BUCKET = lake;
  time = holdClock(start);
  begin();
});
afterEach(() => {
  jest.restoreAllMocks();
  s3.restore();
});

describe('merging', () => {
  it('leaves one object a table and day of a crowded day, and deletes what it was made of', async () => {
    await showAll();
    const before = await seen();
    expect(before).toHaveLength(6 * 2 * 3);
    await expect(merge()).resolves.toEqual({ merges: 1, uploads: 6, objects: 4 });
    time.now += minute;
    await expect(seen()).resolves.toEqual(before);
    await expect(seen('hourly_quality')).resolves.toEqual(before);
    time.now += grace;
    await sweep();
    expect(inTables('')).toEqual(
      ['hourly_quality', 'measurements'].flatMap((table) =>
        [monday, tuesday].map((day) => `${lake}/${table}/day=${day}/merged-00000001.parquet`),
      ),
    );
    expect(s3.names(`${lake}/sealed/`)).toEqual([]);
    await expect(seen()).resolves.toEqual(before);
    await expect(merge()).resolves.toEqual({ merges: 0, uploads: 0, objects: 0 });
  });

  it('is seen by no query, whenever it began and reads', async () => {
    await showAll();
    const before = await seen();
    const moments = watch();
    await merge();
    expect(moments.length).toBeGreaterThan(60);
    for (const [index, { objects }] of moments.entries()) {
      for (const { at } of moments.slice(0, index + 1)) {
        await expect(seenRows('measurements', objects, objects, at)).resolves.toEqual(before);
      }
      // One that reads the log now and the objects at the end, and one that listed the objects before it reads the log.
      const [last, earlier] = [moments.at(-1)?.objects ?? objects, moments[Math.max(0, index - 3)]?.objects ?? objects];
      const began = moments[Math.max(0, index - 3)]?.at ?? 0;
      await expect(seenRows('hourly_quality', objects, last, began)).resolves.toEqual(before);
      await expect(seenRows('hourly_quality', objects, earlier, began)).resolves.toEqual(before);
    }
  });

  it('leaves days alone that are not crowded, large uploads, and those that would leave as many objects', async () => {
    await showAll();
    await expect(merge(7)).resolves.toMatchObject({ merges: 0 });
    begin();
    for (const upload of uploads) await showSmall(s3, upload, { days: [monday as string], rows: 10_001 });
    await expect(merge()).resolves.toMatchObject({ merges: 0 });
    begin();
    for (const [index, upload] of uploads.entries()) {
      const others = [1, 2, 3, 4].map((day) => `2026-0${index + 4}-0${day}`);
      await showSmall(s3, upload, { days: [monday as string, ...others] });
    }
    await expect(merge()).resolves.toMatchObject({ merges: 0 });
    expect(s3.names(`${lake}/merges/`)).toEqual([]);
  });

  it('leaves alone what became visible long ago', async () => {
    await showAll();
    time.now += 8 * 24 * 60 * minute;
    await expect(merge()).resolves.toMatchObject({ merges: 0 });
  });

  it('takes a quarter of a million rows at a time', async () => {
    const small = [...new Array(60).keys()].map((number) => ({
      upload: smallUpload(number).id,
      claim: `${number}`,
      from: number,
      days: [monday as string],
      rows: { measurements: 10_000, hourly_quality: 100 },
      objects: [{ key: 'x', table: 'measurements' as const, day: monday as string, rows: 10_000 }],
    }));
    const candidates = { torn: [], small };
    const sizes: (number | undefined)[] = [];
    for (const n of [1, 2, 3]) sizes.push((await planMerge(lake, n, candidates, 10))?.members.length);
    expect(sizes).toEqual([25, 25, 10]);
    await expect(planMerge(lake, 4, candidates, 10)).resolves.toBeUndefined();
  });

  it('joins files of different columns: what one has not is unknown', async () => {
    for (const [index, upload] of uploads.entries()) {
      await showSmall(s3, upload, { days: [monday as string], withOperator: index % 2 === 0 });
    }
    const before = await seen();
    await merge();
    time.now += minute;
    await expect(seen()).resolves.toEqual(before);
    const merged = await readColumns(
      s3.objects.get(`${lake}/${lakeKeys.merged('measurements', monday ?? '', 1)}`) as Buffer,
    );
    expect([...merged.elements.keys()].sort()).toEqual(['measured_at', 'operator', 'signal', 'upload_id']);
    expect(merged.values.get('operator')?.filter((operator) => operator === null)).toHaveLength(9);
  });

  it('killed at any of its requests, before or after it took effect, is gone on with by the next run', async () => {
    await showAll();
    const before = await seen();
    const there: Snapshot = new Map(s3.objects);
    s3.requests.length = 0;
    await merge();
    for (const number of telling()) {
      for (const moment of ['before', 'after'] as const) {
        begin();
        for (const [name, bytes] of there) s3.objects.set(name, bytes);
        time.now += 10_000;
        s3.fault = (request) => (request.number === number ? { [moment]: new Error('killed') } : undefined);
        await merge().catch(() => undefined);
        s3.fault = () => undefined;
        time.now += minute;
        await expect(seen()).resolves.toEqual(before);
        await merge();
        time.now += minute;
        await expect(seen()).resolves.toEqual(before);
        await expect(seen('hourly_quality')).resolves.toEqual(before);
        time.now += grace;
        await sweep();
        expect(inTables('merged')).toHaveLength(4);
        expect(inTables('')).toHaveLength(4);
      }
    }
  });

  it('goes on where answers of its writes were lost', async () => {
    await showAll();
    const before = await seen();
    let puts = 0;
    s3.fault = ({ operation }) => {
      if (operation !== 'PutObject') return undefined;
      puts += 1;
      return puts % 2 === 0 ? { after: lost() } : undefined;
    };
    for (let run = 0; run < 3; run += 1) {
      await merge();
      time.now += minute;
    }
    s3.fault = () => undefined;
    await expect(seen()).resolves.toEqual(before);
    expect(record(1).state).toBe('done');
    time.now += grace;
    await sweep();
    expect(inTables('')).toHaveLength(4);
  });

  it('beside another run does no harm', async () => {
    await showAll();
    const before = await seen();
    await Promise.all([merge(), merge(), merge()]);
    time.now += minute;
    await expect(seen()).resolves.toEqual(before);
    time.now += grace;
    await Promise.all([sweep(), merge(), sweep()]);
    await expect(seen()).resolves.toEqual(before);
    expect(inTables('')).toHaveLength(4);
  });

  it('moves nothing where an object lacks rows', async () => {
    await showAll();
    const before = await seen();
    const sealed = s3.json<{ objects: { rows: number }[] }>(`${lake}/${lakeKeys.sealed(first.id)}`);
    for (const object of sealed.objects) object.rows += 1;
    s3.putJson(`${lake}/${lakeKeys.sealed(first.id)}`, sealed);
    await expect(merge()).rejects.toThrow(MergeDefect);
    await expect(merge()).rejects.toThrow(
      /hold 6 of 8 rows of measurements and 6 of 8 rows of hourly_quality of the upload/,
    );
    time.now += grace;
    await sweep();
    await expect(seen()).resolves.toEqual(before);
    expect(inTables(first.id)).toHaveLength(4);
  });
});

describe('an upload that was merged', () => {
  beforeEach(async () => {
    await showAll();
    await merge();
    time.now += minute;
  });

  it('is visible for an execution that is tried again, and nothing of it is copied again', async () => {
    await expect(enlist(lake, first)).resolves.toBe('merged');
    const { from } = await makeVisible(lake, first, notice);
    expect(from).toBeLessThan(time.now);
    time.now += grace;
    await sweep();
    await expect(enlist(lake, first)).resolves.toBe('merged');
    await expect(makeVisible(lake, first, notice)).resolves.toMatchObject({ replaced: [] });
    expect(inTables(first.id)).toEqual([]);
  });

  it('is replaced by a newer version of its key, which says so by its own id', async () => {
    const newer = smallUpload(1, 2);
    await showSmall(s3, newer, { days: [monday as string], generation: 2 });
    expect(await seenUploads()).toEqual([...uploads.slice(1), newer].map(({ id }) => id).sort());
    await expect(makeVisible(lake, newer, notice)).resolves.toMatchObject({ replaced: [first.id] });
    await expect(enlist(lake, first)).rejects.toThrow(Superseded);
    await expect(makeVisible(lake, first, notice)).rejects.toThrow(Superseded);
  });

  it('is withdrawn; the others are moved, and then its rows are deleted', async () => {
    await expect(withdrawUpload(lake, first.id, notice)).resolves.toMatchObject({
      uploads: [{ upload: first.id, rows: 6, objects: 4 }],
      rows: 6,
    });
    const others = uploads.slice(1).map(({ id }) => id);
    expect(await seenUploads()).toEqual(others);
    await expect(withdrawUpload(lake, first.id, notice)).resolves.toMatchObject({ uploads: [], rows: 0 });
    const before = await seen();
    await expect(merge()).resolves.toEqual({ merges: 1, uploads: 5, objects: 4 });
    time.now += minute;
    await expect(seen()).resolves.toEqual(before);
    expect(inTables('merged-00000001')).toHaveLength(4);
    time.now += grace;
    await sweep();
    await expect(seen()).resolves.toEqual(before);
    expect(inTables('merged-00000001')).toEqual([]);
    expect(inTables('')).toEqual(inTables('merged-00000002'));
    for (const name of inTables('')) {
      const ids = (await readColumns(s3.objects.get(name) as Buffer)).values.get('upload_id') ?? [];
      expect(new Set(ids.map((id) => String(id).slice(0, 16)))).toEqual(new Set(others));
    }
  });

  it('is swept with its merge by one look at the log', async () => {
    for (const { id } of uploads) await withdrawUpload(lake, id, notice);
    time.now += grace;
    const began = s3.requests.length;
    await expect(sweep()).resolves.toMatchObject({ objects: 28 });
    const asked = s3.requests.slice(began).filter(({ operation, key }) => /^(Get|List)/.test(operation) && key !== '');
    const reads = asked
      .map(({ operation, key }) => `${operation} ${key}`)
      .filter((read) => read.includes('visibility/'));
    expect(reads).toContain(`GetObject ${lakeKeys.visibility(claimIdOf(first.claim), 1)}`);
    expect(reads).toEqual([...new Set(reads)]);
  });

  it('keeps the objects as long as one of its merge is seen', async () => {
    for (const { id } of uploads.slice(1)) await withdrawUpload(lake, id, notice);
    time.now += 2 * grace;
    await sweep();
    await sweep();
    expect(inTables('merged')).toHaveLength(4);
    expect(await seenUploads()).toEqual([first.id]);
    await withdrawUpload(lake, first.id, notice);
    time.now += grace - minute;
    await sweep();
    expect(inTables('merged')).toHaveLength(4);
    time.now += minute;
    await sweep();
    expect(inTables('')).toEqual([]);
    expect(record(1)).toEqual({ n: 1, state: 'gone', members: [], objects: [] });
  });

  it('leaves no object behind where a merge was open for long and two go on with it', async () => {
    begin();
    await showAll();
    s3.fault = ({ operation, key }) =>
      operation === 'PutObject' && key.startsWith('merges/') && s3.names(`${lake}/merges/`).length > 0
        ? { before: new Error('killed') }
        : undefined;
    await expect(merge()).rejects.toThrow('killed');
    s3.fault = () => undefined;
    expect(record(1).state).toBe('open');
    for (const { id } of uploads) await withdrawUpload(lake, id, notice);
    time.now += 2 * grace;
    // The first closes it and the sweep comes, while the second is at its objects.
    let swept = false;
    s3.fault = ({ operation, key }) => {
      if (!swept && operation === 'PutObject' && key.includes('merged-')) {
        swept = true;
        void sweep();
      }
      return undefined;
    };
    await Promise.all([merge(), merge()]);
    s3.fault = () => undefined;
    expect(record(1)).toMatchObject({ state: 'done', doneAt: expect.any(Number) });
    await sweep();
    expect(inTables('merged')).toHaveLength(4);
    time.now += grace;
    await sweep();
    expect(inTables('')).toEqual([]);
    expect(record(1).state).toBe('gone');
  });

  it('leaves the log once nothing of it is left, but for the number of its claim', async () => {
    for (const { id } of uploads) await withdrawUpload(lake, id, notice);
    for (let hour = 0; hour < 24; hour += 1) {
      time.now += 60 * minute;
      await sweep();
      await merge();
    }
    for (const { claim, id } of uploads) {
      const { versions, last } = await readClaimLog(lake, claim);
      expect([...versions.keys()]).toEqual([`${id}-1`]);
      expect(last).toBe(4);
    }
    expect(s3.names(`${lake}/visibility/`).filter((name) => !name.includes('summary'))).toEqual([]);
    const began = s3.requests.length;
    await sweep();
    expect(s3.requests.slice(began).filter(({ key }) => key.startsWith('merges/'))).toEqual([]);
  });

  it('is not shown by a merge that is late: its number is not given again', async () => {
    for (const { id } of uploads) await withdrawUpload(lake, id, notice);
    time.now += grace;
    await sweep();
    expect(record(1).state).toBe('gone');
    const others = [11, 12, 13, 14].map((claim) => smallUpload(claim));
    for (const upload of others) await showSmall(s3, upload, { days: [monday as string] });
    await expect(merge()).resolves.toMatchObject({ merges: 1, uploads: 4 });
    expect(record(2).members.map(({ to }) => to)).toEqual(others.map(({ id }) => `${id}-2`));
  });
});

describe('a member that changes while it is merged', () => {
  const beside: [string, () => Promise<unknown>, string[]][] = [
    ['is withdrawn', () => withdrawUpload(lake, first.id, notice), uploads.slice(1).map(({ id }) => id)],
    [
      'is replaced',
      () => showSmall(s3, smallUpload(1, 2), { days: [monday as string], generation: 2 }),
      [...uploads.slice(1), smallUpload(1, 2)].map(({ id }) => id).sort(),
    ],
  ];

  it.each(beside)(
    '%s: at any request of the merge, it is seen as it should be, and swept',
    async (_, happens, expected) => {
      await showAll();
      const there: Snapshot = new Map(s3.objects);
      const began = s3.requests.length;
      await merge();
      const count = s3.requests.length - began;
      for (let number = 1; number <= count; number += 3) {
        begin();
        for (const [name, bytes] of there) s3.objects.set(name, bytes);
        time.now += 10_000;
        let happened: Promise<unknown> | undefined;
        s3.fault = (request) => {
          if (request.number === number && happened === undefined) happened = happens();
          return undefined;
        };
        await merge();
        await happened;
        s3.fault = () => undefined;
        time.now += minute;
        expect(await seenUploads()).toEqual(expected);
        // The next runs move those who lie beside rows that nobody sees.
        for (let hour = 0; hour < 8; hour += 1) {
          time.now += 60 * minute;
          await merge();
          await sweep();
          expect(await seenUploads()).toEqual(expected);
        }
        for (const name of inTables('')) {
          const ids = (await readColumns(s3.objects.get(name) as Buffer)).values.get('upload_id') ?? [];
          for (const id of ids) expect(expected).toContain(String(id).slice(0, 16));
        }
      }
    },
  );
});
