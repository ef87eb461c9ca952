import { S3ServiceException } from '@aws-sdk/client-s3';
import { enlist, hide, makeVisible, retire } from '../../../core/lake/visibility';
import { readClaimLog, UnreadableVisibility } from '../../../core/lake/visibility-log';
import { Superseded } from '../../../core/uploads/upload-errors';
import { holdClock, type Time } from '../../support/held-clock';
import { MemoryS3 } from '../../support/memory-s3';
import { claimFor, idOf, lake, makeUpload } from '../../support/uploads';

const claim = `claims/${'c'.repeat(32)}.json`;
const [first, second, third] = ['1', '2', '3'].map((digit) => makeUpload({ id: idOf(digit), claim })) as [
  ReturnType<typeof makeUpload>,
  ReturnType<typeof makeUpload>,
  ReturnType<typeof makeUpload>,
];
const notice = { delay: 100 };
const start = 1_000_000;
let s3: MemoryS3;
let time: Time;

beforeEach(() => {
  s3 = new MemoryS3();
  process.env.LAKE_BUCKET = lake;
  time = holdClock(start);
});
afterEach(() => {
  jest.restoreAllMocks();
  s3.restore();
});

const entries = () => s3.names(`${lake}/visibility/`);
const log = async () => Object.fromEntries((await readClaimLog(lake, claim)).versions);

/** Makes versions of the key visible, one after the other. */
const show = async (...uploads: ReturnType<typeof makeUpload>[]) => {
  for (const [index, upload] of uploads.entries()) {
    claimFor(s3, upload, index + 1);
    await enlist(lake, upload);
    await makeVisible(lake, upload, notice);
  }
};

const failure = (status: number, name = 'Fault') =>
  new S3ServiceException({ name, $fault: status < 500 ? 'client' : 'server', $metadata: { httpStatusCode: status } });

describe('the log of visibility', () => {
  it('lists an upload before its objects are copied, in an entry that says no time', async () => {
    claimFor(s3, first);
    await enlist(lake, first);
    expect(entries()).toEqual([`${lake}/visibility/${'c'.repeat(32)}-00000001.json`]);
    expect(s3.objects.get(entries()[0] ?? '')?.toString()).toBe(`{"upload_id":"${first.id}","generation":1}\n`);
  });

  it('makes an upload visible from a moment to come, and waits for it', async () => {
    await show(first);
    expect(await log()).toEqual({ [first.id]: { generation: 1, from: start + notice.delay } });
    expect(time.now).toBe(start + notice.delay);
  });

  it('hides the older version at the very moment at which the newer one becomes visible, in one object', async () => {
    await show(first, second);
    const { [first.id]: old, [second.id]: current } = await log();
    expect(old?.until).toBe(current?.from);
    const last = s3.objects
      .get(entries().at(-1) ?? '')
      ?.toString()
      .trim()
      .split('\n');
    expect(last?.map((line) => JSON.parse(line).upload_id)).toEqual([second.id, first.id]);
  });

  it('tells which version it replaced, also when it is asked again', async () => {
    await show(first);
    claimFor(s3, second, 2);
    await enlist(lake, second);
    const once = await makeVisible(lake, second, notice);
    expect(once.replaced).toEqual([first.id]);
    const before = entries();
    await expect(makeVisible(lake, second, notice)).resolves.toEqual(once);
    expect(entries()).toEqual(before);
  });

  it('retires what an overtaken version had only enlisted, when the newer one becomes visible', async () => {
    claimFor(s3, first, 1);
    await enlist(lake, first);
    claimFor(s3, second, 2);
    await enlist(lake, second);
    await makeVisible(lake, second, notice);
    await expect(makeVisible(lake, first, notice)).rejects.toThrow(Superseded);
    await expect(enlist(lake, first)).rejects.toThrow(Superseded);
  });

  it('lets an overtaken version become visible while the newer one is not: a bad newer file takes nothing away', async () => {
    claimFor(s3, first, 1);
    await enlist(lake, first);
    claimFor(s3, second, 2);
    await makeVisible(lake, first, notice);
    expect(await log()).toMatchObject({ [first.id]: { from: start + notice.delay } });
  });

  it('leaves a newer version alone', async () => {
    claimFor(s3, first, 1);
    await enlist(lake, first);
    claimFor(s3, second, 2);
    await enlist(lake, second);
    await makeVisible(lake, first, notice);
    expect((await log())[second.id]).toEqual({ generation: 2 });
  });

  it('takes a moment that is later than all that the log names, whatever this clock says', async () => {
    await show(first);
    time.now = start - 5_000;
    claimFor(s3, second, 2);
    await enlist(lake, second);
    const { from } = await makeVisible(lake, second, notice);
    expect(from).toBe(start + notice.delay + 1);
  });

  it('enlists nothing of an upload that does not hold the claim', async () => {
    claimFor(s3, second);
    await expect(enlist(lake, first)).rejects.toThrow(Superseded);
    expect(entries()).toEqual([]);
  });

  it('retires an overtaken upload that is only enlisted, and no other', async () => {
    claimFor(s3, first, 1);
    await enlist(lake, first);
    await retire(lake, first);
    expect((await log())[first.id]).not.toHaveProperty('until', expect.any(Number));
    claimFor(s3, second, 2);
    await retire(lake, first);
    expect((await log())[first.id]).toHaveProperty('until');
    await show(second);
    claimFor(s3, third, 3);
    await retire(lake, second);
    expect((await log())[second.id]).not.toHaveProperty('until', expect.any(Number));
  });

  it('hides an upload for good, and older versions with it, and waits until no query that begins sees them', async () => {
    await show(first);
    claimFor(s3, second, 2);
    await enlist(lake, second);
    const hidden = await hide(lake, { ...second, generation: 2 }, true, notice);
    expect(hidden).toEqual([first.id]);
    const { [first.id]: old, [second.id]: current } = await log();
    expect([old?.until, current?.until]).toEqual([time.now, time.now]);
    await expect(hide(lake, { ...second, generation: 2 }, true, notice)).resolves.toEqual([]);
  });

  it('remembers that an upload was hidden which was not there yet', async () => {
    claimFor(s3, first);
    await hide(lake, { ...first, generation: 1 }, true, notice);
    await expect(enlist(lake, first)).rejects.toThrow(Superseded);
  });

  it('says what is wrong with an object that is no part of it', async () => {
    s3.objects.set(`${lake}/visibility/${'c'.repeat(32)}-00000001.json`, Buffer.from('{"upload_id":1}'));
    await expect(readClaimLog(lake, claim)).rejects.toThrow(UnreadableVisibility);
  });

  it('does not go on over an entry that is lacking', async () => {
    await show(first, second);
    s3.objects.delete(entries()[1] ?? '');
    await expect(readClaimLog(lake, claim)).rejects.toThrow(UnreadableVisibility);
  });
});

describe('a write of the log that is refused or not answered', () => {
  /** Lets the next conditional write go wrong, once. */
  const strike = (how: { before?: Error; after?: Error }) => {
    let struck = false;
    s3.fault = ({ operation, key }) => {
      if (operation !== 'PutObject' || !key.startsWith('visibility/') || struck) return undefined;
      struck = true;
      return how;
    };
  };

  it.each([
    ['whose answer was lost, told as refused to the second try', { after: failure(412, 'PreconditionFailed') }],
    ['whose answer was lost', { after: failure(500, 'InternalError') }],
    ['which met another at the same moment', { before: failure(409, 'ConditionalRequestConflict') }],
    ['which was not applied', { before: failure(503, 'SlowDown') }],
    ['which was not answered in time', { after: Object.assign(new Error('late'), { name: 'TimeoutError' }) }],
  ])('%s, ends as it should', async (_, how) => {
    await show(first);
    claimFor(s3, second, 2);
    strike(how);
    await enlist(lake, second);
    strike(how);
    await makeVisible(lake, second, notice);
    const { [first.id]: old, [second.id]: current } = await log();
    expect(current?.from).toBeGreaterThan(start);
    expect(old?.until).toBe(current?.from);
    strike(how);
    await hide(lake, { ...second, generation: 2 }, true, notice);
    expect((await log())[second.id]?.until).toBeGreaterThan(current?.from ?? 0);
    // None of it needed more than one entry.
    expect(entries()).toHaveLength(5);
  });

  it('that was not applied in time has its moment reckoned anew', async () => {
    claimFor(s3, first);
    await enlist(lake, first);
    s3.fault = ({ operation, key }) => {
      if (operation === 'PutObject' && key.startsWith('visibility/')) {
        s3.fault = () => undefined;
        time.now += 10_000;
        return { before: failure(503, 'SlowDown') };
      }
      return undefined;
    };
    const { from } = await makeVisible(lake, first, notice);
    expect(from).toBeGreaterThanOrEqual(start + 10_000 + notice.delay);
  });

  it('is announced further ahead where the store is slow to be read', async () => {
    claimFor(s3, first);
    await enlist(lake, first);
    s3.fault = ({ operation }) => {
      if (operation === 'ListObjectsV2') time.now += 200;
      return undefined;
    };
    const { from } = await makeVisible(lake, first, notice);
    // Entries and summaries are listed.
    expect(from).toBe(start + 400 + 4 * 400);
  });

  it('to a number that another took, is made to the next one', async () => {
    claimFor(s3, first, 1);
    await enlist(lake, first);
    s3.fault = ({ operation, key }) => {
      if (operation === 'PutObject' && key.endsWith('-00000002.json')) {
        s3.fault = () => undefined;
        s3.objects.set(`${lake}/${key}`, Buffer.from(`${JSON.stringify({ upload_id: second.id, generation: 2 })}\n`));
      }
      return undefined;
    };
    await makeVisible(lake, first, notice);
    expect(await log()).toMatchObject({ [first.id]: { from: expect.any(Number) }, [second.id]: { generation: 2 } });
    expect(entries()).toHaveLength(3);
  });

  it('is not told as done where it is forbidden', async () => {
    claimFor(s3, first);
    s3.fault = ({ operation }) => (operation === 'PutObject' ? { before: failure(403, 'AccessDenied') } : undefined);
    await expect(enlist(lake, first)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
