import type { Register } from '../../core/reports/rounds/register';
import type { Round } from '../../core/reports/rounds/round';
import { Superseded } from '../../core/uploads/upload-errors';
import { joinReporting } from '../../functions/join-reporting';
import { describeAs } from '../support/executions';
import { MemoryS3 } from '../support/memory-s3';
import { claimFor, idOf, lake, makeTotals, makeUpload } from '../support/uploads';

const registerKey = `${lake}/reporting/register.json`;
const uploadOf = (digit: string) => makeUpload({ id: idOf(digit), key: `${digit}.csv`, claim: `claims/${digit}.json` });
const arn = (digit: string) => `arn:${digit}`;
let s3: MemoryS3;

const join = (digit: string) =>
  joinReporting({ upload: uploadOf(digit), totals: makeTotals(), execution: { Id: arn(digit) } });
const register = () => s3.json<Register>(registerKey);
const waiting = () => s3.names(`${lake}/reporting/waiting/`).map((name) => name.replace(/^.*\/|\.json$/g, ''));
const idsIn = (key: string) => s3.json<Round>(`${lake}/${key}`).uploads.map(({ upload }) => upload.id);

beforeEach(() => {
  s3 = new MemoryS3();
  Object.assign(process.env, { LAKE_BUCKET: lake, AWS_REGION: 'eu-west-1' });
  for (const digit of ['a', 'b', 'c']) claimFor(s3, uploadOf(digit));
  describeAs({ [arn('a')]: 'RUNNING', [arn('b')]: 'RUNNING', [arn('c')]: 'RUNNING' });
});
afterEach(() => s3.restore());

/** The first leads, the second waits, the third leaves it to the second. */
const burst = async () => [await join('a'), await join('b'), await join('c')] as const;

/** The first round ends as its mail does. */
const finishRound = (phase: Register['phase'] = 'done') => s3.putJson(registerKey, { ...register(), phase, since: 1 });

describe('joining the reporting', () => {
  it('leads a round of its own upload, where it is alone', async () => {
    const part = await join('a');
    expect(part).toEqual({
      role: 'lead',
      number: 1,
      key: `reporting/rounds/00000001-${idOf('a')}.json`,
      id: idOf('a'),
      uploads: 1,
    });
    expect(s3.requests.length).toBeLessThan(20);
    expect(await join('a')).toEqual(part);
  });

  it('waits where another leads, and leaves it to who waits', async () => {
    expect(await burst()).toMatchObject([
      { role: 'lead' },
      { role: 'wait', wait: 1 },
      { role: 'joined', by: arn('b') },
    ]);
    expect(waiting()).toEqual([idOf('a'), idOf('b'), idOf('c')]);
    expect(register()).toMatchObject({ leader: { execution: arn('a') }, successor: { execution: arn('b') } });
  });

  it('leads all that wait once the round before is done, and marks what that one mailed', async () => {
    await burst();
    finishRound();
    const part = await join('b');
    expect(part).toMatchObject({ role: 'lead', number: 2, id: idOf('b'), uploads: 2 });
    expect(idsIn((part as { key: string }).key)).toEqual([idOf('b'), idOf('c')]);
    expect(s3.json(`${lake}/runs/${idOf('a')}/reported.json`)).toEqual({
      by: arn('a'),
      round: 1,
      upload: idOf('a'),
      at: 1,
    });
    expect(waiting()).toEqual([idOf('b'), idOf('c')]);
  });

  it('takes over from a leader that ended, with its uploads', async () => {
    await burst();
    finishRound('reporting');
    describeAs({ [arn('a')]: 'FAILED', [arn('b')]: 'RUNNING' });
    const part = await join('b');
    expect(part).toMatchObject({ role: 'lead', number: 2, uploads: 3 });
  });

  it('takes no account of a successor that Step Functions has forgotten', async () => {
    await join('a');
    await join('b');
    describeAs({ [arn('a')]: 'RUNNING' });
    expect(await join('c')).toMatchObject({ role: 'wait' });
    expect(register().successor?.execution).toBe(arn('c'));
  });

  it('leaves out what was withdrawn while it waited', async () => {
    await burst();
    finishRound();
    s3.putJson(`${lake}/claims/c.json`, { upload: idOf('c'), withdrawn: true });
    expect(await join('b')).toMatchObject({ role: 'lead', uploads: 1 });
    expect(waiting()).toEqual([idOf('b')]);
  });

  it('ends as overtaken, where nobody counts on it', async () => {
    s3.putJson(`${lake}/claims/a.json`, { upload: idOf('d'), version: 'v2', key: 'a.csv' });
    await expect(join('a')).rejects.toBeInstanceOf(Superseded);
    expect(s3.names(`${lake}/reporting/`)).toEqual([]);
  });

  it('reports the others as their successor, though its own upload was withdrawn', async () => {
    await burst();
    finishRound();
    s3.putJson(`${lake}/claims/b.json`, { upload: idOf('b'), withdrawn: true });
    const part = await join('b');
    expect(part).toMatchObject({ role: 'lead', uploads: 1, id: expect.not.stringMatching(idOf('b')) });
    expect(idsIn((part as { key: string }).key)).toEqual([idOf('c')]);
  });

  it('says who reported it', async () => {
    s3.putJson(`${lake}/runs/${idOf('a')}/reported.json`, { by: arn('b'), round: 4, upload: idOf('b'), at: 1 });
    expect(await join('a')).toEqual({ role: 'reported', by: arn('b') });
    expect(s3.names(`${lake}/reporting/`)).toEqual([]);
  });

  it('says what is wrong with a register that is none', async () => {
    s3.putJson(registerKey, { round: 'many' });
    await expect(join('a')).rejects.toMatchObject({
      name: 'UnreadableRegister',
      message: expect.stringContaining('Delete it'),
    });
  });

  it('passes by a note that cannot be read', async () => {
    s3.putJson(`${lake}/reporting/waiting/${idOf('f')}.json`, { upload: 'what' });
    expect(await join('a')).toMatchObject({ role: 'lead', uploads: 1 });
    expect(waiting()).toContain(idOf('f'));
  });
});

describe('joining, whatever request fails or is not answered', () => {
  const lost = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
  const everyRequest = Array.from({ length: 18 }, (_, index) => index + 1);

  it.each(['before', 'after'] as const)(
    'comes to the same part when it is called again, with each request lost %s its effect',
    async (when) => {
      for (const number of everyRequest) {
        s3.restore();
        s3 = new MemoryS3();
        for (const digit of ['a', 'b', 'c']) claimFor(s3, uploadOf(digit));
        await burst();
        finishRound();
        const began = s3.requests.length;
        s3.fault = (request) => (request.number === began + number ? { [when]: lost } : undefined);
        let part = await join('b').catch((error: Error) =>
          expect(error.message).toMatch(/hang up|could not be written/),
        );
        part ??= await join('b');
        expect([number, part]).toMatchObject([number, { role: 'lead', uploads: 2 }]);
        expect([number, s3.names(`${lake}/runs/${idOf('a')}/reported`).length, waiting()]).toEqual([
          number,
          1,
          [idOf('b'), idOf('c')],
        ]);
      }
    },
  );
});
