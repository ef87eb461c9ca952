import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { clock } from '../../core/platform/clock';
import type { Part } from '../../core/reports/rounds/join';
import { mailingTime } from '../../core/reports/rounds/joining';
import type { Register } from '../../core/reports/rounds/register';
import { joinReporting } from '../../functions/join-reporting';
import { mailReports } from '../../functions/mail-reports';
import { describeAs } from '../support/executions';
import { MemoryS3 } from '../support/memory-s3';
import { claimFor, idOf, lake, makeTotals, makeUpload } from '../support/uploads';

const registerKey = `${lake}/reporting/register.json`;
const uploadOf = (digit: string) => makeUpload({ id: idOf(digit), key: `${digit}.csv`, claim: `claims/${digit}.json` });
const arn = (digit: string) => `arn:${digit}`;
const sns = mockClient(SNSClient);
const clockNow = clock.now;
let s3: MemoryS3;
let round: { number: number; key: string };

const join = async (digit: string) => {
  claimFor(s3, uploadOf(digit));
  return joinReporting({ upload: uploadOf(digit), totals: makeTotals(), execution: { Id: arn(digit) } });
};
const mail = (attempt = '1', { send = true } = {}) =>
  mailReports(
    { round, mail: { subject: 'S', message: 'M', send }, execution: { Id: arn('a') } },
    { awsRequestId: attempt },
  );
const register = () => s3.json<Register>(registerKey);
const sent = () => sns.commandCalls(PublishCommand).length;
const marked = (digit: string) => s3.objects.has(`${lake}/runs/${idOf(digit)}/reported.json`);
const waiting = () => s3.names(`${lake}/reporting/waiting/`);

beforeEach(async () => {
  s3 = new MemoryS3();
  sns.reset();
  sns.on(PublishCommand).resolves({ MessageId: 'm' });
  Object.assign(process.env, { LAKE_BUCKET: lake, AWS_REGION: 'eu-west-1', REPORTS_TOPIC_ARN: 'arn:topic' });
  describeAs({ [arn('a')]: 'RUNNING', [arn('b')]: 'RUNNING' });
  const part = (await join('a')) as Part & { role: 'lead' };
  round = { number: part.number, key: part.key };
});
afterEach(() => {
  clock.now = clockNow;
  s3.restore();
});

describe('mailing the reports', () => {
  it('sends one mail, marks its uploads, and leaves nothing waiting', async () => {
    await expect(mail()).resolves.toEqual({ outcome: 'sent' });
    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input).toEqual({
      TopicArn: 'arn:topic',
      Subject: 'S',
      Message: 'M',
    });
    expect(s3.json(`${lake}/runs/${idOf('a')}/reported.json`)).toMatchObject({
      by: arn('a'),
      round: 1,
      upload: idOf('a'),
    });
    expect(waiting()).toEqual([]);
    expect(register()).toMatchObject({ phase: 'done', uploads: [idOf('a')] });
  });

  it('ends the round without a mail where none is wanted', async () => {
    await expect(mail('1', { send: false })).resolves.toEqual({ outcome: 'unwanted' });
    expect([sent(), marked('a')]).toEqual([0, true]);
  });

  it('sends no second mail when it is called again', async () => {
    await mail('1');
    await expect(mail('2')).resolves.toEqual({ outcome: 'sent' });
    expect(sent()).toBe(1);
  });

  it('leaves what came meanwhile to the successor', async () => {
    await join('b');
    await expect(mail()).resolves.toEqual({ outcome: 'sent' });
    expect(waiting()).toHaveLength(1);
  });

  it('asks to go on where others wait and their successor has ended', async () => {
    await join('b');
    describeAs({ [arn('a')]: 'RUNNING', [arn('b')]: 'ABORTED' });
    await expect(mail()).resolves.toEqual({ outcome: 'again' });
    const again = await joinReporting({ upload: uploadOf('a'), totals: makeTotals(), execution: { Id: arn('a') } });
    expect(again).toMatchObject({ role: 'lead', number: 2, uploads: 1, id: expect.not.stringMatching(idOf('a')) });
  });

  it('gives the right to mail back where SNS refuses, so that the next attempt need not wait', async () => {
    sns.on(PublishCommand).rejectsOnce(Object.assign(new Error('no'), { name: 'InvalidParameterException' }));
    await expect(mail('1')).rejects.toThrow('no');
    expect([register().phase, marked('a')]).toEqual(['reporting', false]);
    await expect(mail('2')).resolves.toEqual({ outcome: 'sent' });
    expect(sent()).toBe(2);
  });

  it('mails nothing where another execution leads by now', async () => {
    describeAs({ [arn('a')]: 'FAILED', [arn('b')]: 'RUNNING' });
    await join('b');
    await expect(mail()).rejects.toMatchObject({ name: 'RoundOvertaken' });
    expect(sent()).toBe(0);
  });

  it('waits for an attempt that was broken off, until it cannot be at work any more', async () => {
    s3.putJson(registerKey, { ...register(), phase: 'mailing', attempt: 'killed', since: clockNow() });
    await expect(mail()).rejects.toMatchObject({ name: 'MailUnderWay' });
    clock.now = () => clockNow() + mailingTime.function + mailingTime.reserve + 1;
    await expect(mail()).resolves.toEqual({ outcome: 'sent' });
    expect(sent()).toBe(1);
  });
});

describe('mailing, whatever request fails or is not answered', () => {
  const lost = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });

  it.each(['before', 'after'] as const)(
    'sends one mail and marks its upload, with each request lost %s its effect',
    async (when) => {
      for (let number = 1; number <= 12; number += 1) {
        s3.restore();
        s3 = new MemoryS3();
        sns.resetHistory();
        await join('a');
        const began = s3.requests.length;
        s3.fault = (request) => (request.number === began + number ? { [when]: lost } : undefined);
        const outcome = await mail('1').catch(() => mail('2'));
        expect([number, outcome, sent(), marked('a'), waiting()]).toEqual([number, { outcome: 'sent' }, 1, true, []]);
      }
    },
  );
});
