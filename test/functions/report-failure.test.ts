import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { forgetLinkSecret } from '../../core/reports/report-links';
import { reportFailure } from '../../functions/report-failure';
import { failedExecution, failWith } from '../support/failed-execution';
import { MemoryS3 } from '../support/memory-s3';
import { makeUpload } from '../support/uploads';

const upload = makeUpload();
const sfn = mockClient(SFNClient);
const sns = mockClient(SNSClient);
const secrets = mockClient(SecretsManagerClient);
let s3: MemoryS3;

const rejectedRows = (rows: number): void => {
  const lines = Array.from({ length: rows }, (_, n) => `${n + 2},signal,range,out of range,${n}é`);
  s3.objects.set(
    `reports/${upload.id}/rejected-rows.csv`,
    Buffer.from(`${['line,column,rule,reason,value', ...lines].join('\n')}\n`),
  );
};

const fails = (name: string): void => failWith(sfn, upload, Object.assign(new Error(`${name} it is`), { name }));

const report = async () => {
  await reportFailure({ detail: { executionArn: failedExecution, status: 'FAILED' } });
  return sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);
};

beforeEach(() => {
  s3 = new MemoryS3();
  rejectedRows(3);
  sfn.reset();
  sns.reset();
  secrets.reset();
  forgetLinkSecret();
  sns.on(PublishCommand).resolves({ MessageId: 'm' });
  secrets.on(GetSecretValueCommand).resolves({ SecretString: 'secret' });
  Object.assign(process.env, {
    FAILURES_TOPIC_ARN: 'arn:topic',
    LINK_SECRET_ARN: 'arn:secret',
    LINK_BASE_URL: 'https://links.example/',
    REPORTS_BUCKET: 'reports',
    SETTINGS: '{}',
  });
});

afterEach(() => s3.restore());

describe('report-failure', () => {
  it('mails the failure to its topic, with a link to all rejected rows', async () => {
    fails('TooManyInvalidRows');
    const [mail, ...others] = await report();
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ TopicArn: 'arn:topic', Subject: expect.stringContaining('failed at Judge upload') });
    expect(mail?.Message).toMatch(
      new RegExp(`https://links\\.example/r/${upload.id}/rejected-rows\\.csv\\?expires=\\d+&signature=[0-9a-f]{64}`),
    );
  });

  it.each([
    [3, [2, 3, 4]],
    [5_000, [2, 3, 4, 5, 6]],
  ])('shows the first of %i rejected rows', async (rows, lines) => {
    fails('TooManyInvalidRows');
    rejectedRows(rows);
    const [mail] = await report();
    expect(mail?.Message?.match(/^\d+,signal,range,out of range,\d+é$/gm)).toEqual(
      lines.map((line) => `${line},signal,range,out of range,${line - 2}é`),
    );
  });

  it('mails it without rejected rows where they cannot be read', async () => {
    fails('TooManyInvalidRows');
    s3.fault = () => ({ before: new Error('Access Denied') });
    const [mail] = await report();
    expect(mail?.Message).toContain('/rejected-rows.csv?expires=');
    expect(mail?.Message).not.toContain('First rejected rows');
  });

  it('reads no rows for another failure', async () => {
    fails('LandingStalled');
    await report();
    expect(s3.requests).toEqual([]);
  });

  it('mails it without a link where none can be signed', async () => {
    fails('NoValidRows');
    secrets.on(GetSecretValueCommand).rejects(new Error('no secret'));
    const [mail] = await report();
    expect(mail?.Message).toContain(`s3://reports/${upload.id}/rejected-rows.csv`);
  });

  it('signs nothing where there are no rejected rows', async () => {
    fails('LandingStalled');
    const [mail] = await report();
    expect([mail?.Message?.includes('/r/'), secrets.calls().length]).toEqual([false, 0]);
  });

  it('fails where the mail does, so that the event is delivered again', async () => {
    fails('LandingStalled');
    sns.on(PublishCommand).rejects(new Error('throttled'));
    await expect(report()).rejects.toThrow('throttled');
  });
});
