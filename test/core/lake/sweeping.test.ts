import { seal } from '../../../core/lake/sealing';
import { sweepLake } from '../../../core/lake/sweeping';
import { enlist, makeVisible } from '../../../core/lake/visibility';
import { readClaimLog } from '../../../core/lake/visibility-log';
import { withdrawUpload } from '../../../core/lake/withdrawal';
import type { Upload } from '../../../core/uploads/upload';
import { Superseded } from '../../../core/uploads/upload-errors';
import { holdClock, type Time } from '../../support/held-clock';
import { MemoryS3 } from '../../support/memory-s3';
import { idsShownBy } from '../../support/small-uploads';
import { claimFor, idOf, lake, land, makeLedger, makeTotals, makeUpload } from '../../support/uploads';

// Some go through a shard's life, request by request.
jest.setTimeout(30_000);

const minute = 60_000;
const grace = 180 * minute;
const notice = { delay: 100 };
const totals = makeTotals();
const always = () => true;
const [first, second] = ['1', '2'].map((digit) => makeUpload({ id: idOf(digit) })) as [Upload, Upload];
let s3: MemoryS3;
let time: Time;

const sweep = () => sweepLake(lake, { grace, goOn: always });
const inTables = ({ id }: Upload) =>
  [...s3.names(`${lake}/measurements/`), ...s3.names(`${lake}/hourly_quality/`)].filter((name) => name.includes(id));
const visibility = () => s3.names(`${lake}/visibility/`).map((name) => name.replace(`${lake}/visibility/`, ''));
const entries = () => visibility().filter((name) => !name.startsWith('summary'));
const summaries = () => visibility().filter((name) => name.startsWith('summary'));
const versions = async () => Object.fromEntries((await readClaimLog(lake, first.claim)).versions);

const show = async (upload: Upload, generation: number) => {
  land(s3, makeLedger({ upload: upload.id, rows: 30, records: { 0: [[0, 1]], 1: [[0, 0]] } }));
  claimFor(s3, upload, generation);
  await seal(lake, upload, totals, always);
  await makeVisible(lake, upload, notice);
};

/**
 * What a query sees that began at a moment, by the rows of objects: those that it can list now, some of which it might have listed
 * before.
 */
const seenBy = (query: number, names: string[]) =>
  idsShownBy(
    names.flatMap((name) => s3.objects.get(name) ?? []),
    query,
  );

beforeEach(() => {
  s3 = new MemoryS3();
  s3.pageSize = 1_000;
  process.env.LAKE_BUCKET = lake;
  time = holdClock(1_700_000_000_000);
});
afterEach(() => {
  jest.restoreAllMocks();
  s3.restore();
});

describe('a sweep', () => {
  it('deletes what was replaced once no query can read it any more, and not before', async () => {
    await show(first, 1);
    await show(second, 2);
    time.now += grace - minute;
    await expect(sweep()).resolves.toMatchObject({ uploads: 0, objects: 0 });
    expect(inTables(first)).toHaveLength(2);
    time.now += minute;
    await expect(sweep()).resolves.toMatchObject({ uploads: 1, objects: 2 });
    expect(inTables(first)).toEqual([]);
    expect(inTables(second)).toHaveLength(2);
    expect(s3.names(`${lake}/sealed/`)).toEqual([`${lake}/sealed/${second.id}.json`]);
  });

  it('deletes what was copied of an upload that was withdrawn while it was sealed', async () => {
    land(s3, makeLedger({ upload: first.id, rows: 30, records: { 0: [[0, 1]], 1: [[0, 0]] } }));
    claimFor(s3, first);
    await seal(lake, first, totals, always);
    await withdrawUpload(lake, first.id, notice);
    time.now += grace;
    await sweep();
    expect(inTables(first)).toEqual([]);
  });

  it('sums the log up in one object a shard, and takes the entries away when that has some age', async () => {
    await show(first, 1);
    await sweep();
    expect(summaries()).toEqual(['summary-c-00000001.json']);
    expect(entries()).toHaveLength(2);
    time.now += grace;
    await sweep();
    expect(entries()).toEqual([]);
    expect(await versions()).toMatchObject({ [first.id]: { generation: 1, from: expect.any(Number) } });
  });

  it('leaves the numbers of a claim as they are: the next entry follows those that went', async () => {
    await show(first, 1);
    await sweep();
    time.now += grace;
    await sweep();
    await show(second, 2);
    expect(entries()).toEqual([`${'c'.repeat(32)}-00000003.json`, `${'c'.repeat(32)}-00000004.json`]);
    const { [first.id]: old, [second.id]: current } = await versions();
    expect(old?.until).toBe(current?.from);
  });

  it('gives no number twice: the next upload of a key of which all was withdrawn loses nothing', async () => {
    await show(first, 1);
    await withdrawUpload(lake, first.id, notice);
    const anHourLater = () => {
      time.now += 60 * minute;
      return sweep();
    };
    // Long enough for its objects, its entries, and the summaries that have to name it.
    for (let hour = 0; hour < 10 && first.id in (await versions()); hour += 1) await anHourLater();
    await show(second, 2);
    for (let hour = 0; hour < 3; hour += 1) await anHourLater();
    expect((await versions())[second.id]).toMatchObject({ from: expect.any(Number) });
  });

  it('keeps few summaries', async () => {
    for (let generation = 1; generation <= 30; generation += 1) {
      await show(makeUpload({ id: generation.toString(16).padStart(16, '0') }), generation);
      time.now += 60 * minute;
      await sweep();
      expect(summaries().length).toBeLessThanOrEqual(2);
    }
    // An hour of entries is summed up after three, and goes three hours later.
    expect(entries().length).toBeLessThanOrEqual(2 * 8);
    expect(Object.keys(await versions()).length).toBeLessThan(16);
  });

  it('writes nothing where nothing happened', async () => {
    await show(first, 1);
    for (let hour = 0; hour < 12; hour += 1) {
      time.now += 60 * minute;
      await sweep();
    }
    const before = visibility();
    for (let hour = 0; hour < 12; hour += 1) {
      time.now += 60 * minute;
      await sweep();
    }
    expect(visibility()).toEqual(before);
  });

  it('lets nothing come back that was hidden, whatever a query listed before and reads after', async () => {
    // At each moment a query may have listed any of the objects earlier in its time, and the rest now.
    const listed: { at: number; names: string[] }[] = [];
    const check = () => {
      listed.push({ at: time.now, names: s3.names(`${lake}/visibility/`) });
      const now = s3.names(`${lake}/visibility/`);
      for (const { at, names } of listed.filter((listing) => listing.at > time.now - grace)) {
        // Entries of then, summaries of now; and the other way round.
        const isSummary = (name: string) => name.includes('summary');
        for (const mixed of [
          [...names.filter((name) => !isSummary(name)), ...now.filter(isSummary)],
          [...now.filter((name) => !isSummary(name)), ...names.filter(isSummary)],
        ]) {
          const there = mixed.filter((name) => s3.objects.has(name));
          // What is gone is read by no query: it fails, and is asked again.
          if (there.length === mixed.length) expect(seenBy(at, mixed).size).toBeLessThanOrEqual(1);
        }
      }
    };
    for (let generation = 1; generation <= 12; generation += 1) {
      await show(makeUpload({ id: generation.toString(16).padStart(16, '0') }), generation);
      check();
      for (let step = 0; step < 4; step += 1) {
        time.now += 25 * minute;
        await sweep();
        check();
      }
    }
  });

  it('killed at any of its requests is gone on with by the next one', async () => {
    const run = async () => {
      s3.restore();
      s3 = new MemoryS3();
      s3.pageSize = 1_000;
      await show(first, 1);
      await show(second, 2);
      await sweep();
      time.now += grace;
    };
    await run();
    const before = s3.requests.length;
    await sweep();
    // Those of the other shards find nothing.
    const requests = s3.requests.slice(before).filter(({ key }) => !/^visibility\/(summary-)?[^cs]/.test(key));
    expect(requests.length).toBeGreaterThan(8);
    for (const { number } of requests) {
      await run();
      const start = s3.requests.length;
      s3.fault = (request) => (request.number - start === number - before ? { after: new Error('killed') } : undefined);
      await sweep().catch(() => undefined);
      s3.fault = () => undefined;
      await sweep();
      expect(inTables(first)).toEqual([]);
      expect(inTables(second)).toHaveLength(2);
      const { [second.id]: current } = await versions();
      expect(current?.from).toBeGreaterThan(0);
    }
  });

  it('beside another does no harm', async () => {
    await show(first, 1);
    await show(second, 2);
    time.now += grace;
    await Promise.all([sweep(), sweep()]);
    time.now += grace;
    await Promise.all([sweep(), sweep()]);
    expect(inTables(first)).toEqual([]);
    expect(inTables(second)).toHaveLength(2);
    await expect(enlist(lake, first)).rejects.toThrow(Superseded);
  });

  it('ends in good order when its time is over', async () => {
    await show(first, 1);
    await show(second, 2);
    time.now += grace;
    await expect(sweepLake(lake, { grace, goOn: () => false })).resolves.toMatchObject({ uploads: 0 });
    expect(inTables(first)).toHaveLength(2);
  });
});
