import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { logger } from '../../core/platform/telemetry';
import { forgetLinkSecret } from '../../core/reports/report-links';
import { type Upload, uploadId } from '../../core/uploads/upload';
import { handler as judgeUpload } from '../../functions/judge-upload';
import { handler as planUpload } from '../../functions/plan-upload';
import { handler as reportFailure } from '../../functions/report-failure';
import { handler as validateChunk } from '../../functions/validate-chunk';
import { type Emulator, startEmulator } from '../support/emulator';
import { causeOf, failedExecution, failWith } from '../support/failed-execution';
import { csvOf, header, rowOf, sampleColumns } from '../support/measurements';
import { uploadFile } from '../support/objects';
import { chunksOf, rejectedRows, setAsideValues } from '../support/validated-upload';

/** Values that no row but those of these files holds: they are for the people whose file it is, and for nobody else. */
const marker = 'Mrs-Marker';
const numericMarker = '471147114711';
const values = new RegExp(`${marker}|${numericMarker}`);

// A busy machine is slow, not wrong.
jest.setTimeout(60_000);

const sfn = mockClient(SFNClient);
const sns = mockClient(SNSClient);
const secrets = mockClient(SecretsManagerClient);
let emulator: Emulator;
let logged: string;

beforeAll(async () => {
  emulator = await startEmulator();
  Object.assign(process.env, {
    FAILURES_TOPIC_ARN: 'arn:topic',
    LINK_SECRET_ARN: 'arn:secret',
    LINK_BASE_URL: 'https://links.example/',
    SETTINGS: JSON.stringify({ chunkBytes: 4_000 }),
  });
}, 90_000);

afterAll(() => emulator?.stop());

beforeEach(() => {
  logged = '';
  for (const out of [process.stdout, process.stderr]) {
    jest.spyOn(out, 'write').mockImplementation((text) => {
      logged += text;
      return true;
    });
  }
  for (const client of [sfn, sns, secrets]) client.reset();
  forgetLinkSecret();
  sns.on(PublishCommand).resolves({ MessageId: 'm' });
  secrets.on(GetSecretValueCommand).resolves({ SecretString: 'secret' });
  // All that may ever be logged; an invocation goes back to the level of the deployment.
  logger.setLogLevel('DEBUG');
  jest.spyOn(logger, 'refreshSampleRateCalculation').mockImplementation();
});

afterEach(() => {
  jest.restoreAllMocks();
});

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const invoke = <Result>(handler: unknown, event: unknown): Promise<Result> =>
  (handler as Handler)(event, { functionName: 'f', getRemainingTimeInMillis: () => 60_000 }) as Promise<Result>;

interface Outcome {
  upload: Pick<Upload, 'id'>;
  /** Whatever the state machine gets to see. */
  state: string;
  /** What the execution ends with. */
  error?: Error;
}

/** Takes a file through the stages that read its rows, as the state machine does. */
const run = async (key: string, file: string | Buffer): Promise<Outcome> => {
  const event = await uploadFile(key, file);
  const { bucket, object } = event.detail;
  let upload: Pick<Upload, 'id'> = { id: uploadId(bucket.name, object.key, object['version-id'] ?? '') };
  const outputs: unknown[] = [];
  try {
    const planned = await invoke<Upload>(planUpload, { event, execution: `arn:${key}` });
    upload = planned;
    outputs.push(planned);
    for (const chunk of await chunksOf(planned)) outputs.push(await invoke(validateChunk, { upload, chunk }));
    outputs.push(await invoke(judgeUpload, { upload }));
    return { upload, state: JSON.stringify(outputs) };
  } catch (thrown) {
    const error = thrown as Error;
    return { upload, error, state: JSON.stringify(outputs) + causeOf(error) + inspect(error, { depth: 9 }) };
  }
};

/** The mail about an upload that failed. */
const mailOf = async ({ upload, error }: Outcome): Promise<string> => {
  failWith(sfn, upload, error as Error);
  await invoke(reportFailure, { detail: { executionArn: failedExecution, status: 'FAILED' } });
  const [mail] = sns.commandCalls(PublishCommand);
  return mail?.args[0].input.Message ?? '';
};

/** Rows that break a rule each, with a value of theirs to tell. */
const broken = [
  ...sampleColumns.map((column) => rowOf({ lat: '91', [column]: marker })),
  ...sampleColumns.map((column) => rowOf({ description: marker, [column]: numericMarker, long: '181' })),
  `${marker},${numericMarker}`,
  rowOf({ description: `"${marker}` }),
  rowOf({ description: `${marker}"x"` }),
  rowOf({ description: `${marker}\u0001` }),
];

describe('values of rows', () => {
  test.each([
    ['of which too many are rejected', `${csvOf(40)}${broken.join('\n')}`, 'TooManyInvalidRows'],
    ['of which all are rejected', [header, ...broken].join('\n'), 'NoValidRows'],
  ])('of a file %s are in its mail and in its list, and in no error, state or log', async (name, file, error) => {
    const outcome = await run(`${name}.csv`, file);

    expect(outcome.error?.name).toBe(error);
    expect(outcome.state).not.toMatch(values);
    expect(await mailOf(outcome)).toMatch(values);
    expect(logged).toContain(outcome.upload.id);
    expect(logged).not.toMatch(values);
    expect(await rejectedRows(outcome.upload as Upload)).toMatch(values);
  });

  test('that were set aside, of which there are too many, are in the mail and in their list, and nowhere else', async () => {
    const settings = process.env.SETTINGS;
    process.env.SETTINGS = JSON.stringify({ chunkBytes: 4_000, maxSetAsideShare: 0.5 });
    const aside = sampleColumns.slice(3).map((column) => rowOf({ [column]: numericMarker, provider: marker }));
    const outcome = await run('set aside.csv', [header, ...aside].join('\n'));
    process.env.SETTINGS = settings;

    expect(outcome.error?.name).toBe('TooManyImpossibleValues');
    expect(outcome.state).not.toMatch(values);
    expect(await mailOf(outcome)).toMatch(marker);
    expect(logged).not.toMatch(values);
    expect(await setAsideValues(outcome.upload as Upload)).toMatch(marker);
  });

  const marked = csvOf(3, () => rowOf({ network: marker }));

  test.each([
    ['without a header', [...broken, rowOf({ network: marker })].toReversed().join('\n'), 'MissingColumns'],
    ['without a header, in semicolons', rowOf({ network: marker }).replaceAll(',', ';'), 'MissingColumns'],
    ['without one of its columns', marked.replace('lat', 'latt'), 'MissingColumns'],
    ['with a column twice', marked.replace('activity', 'signal'), 'UnreadableUpload'],
    [
      'without a header, in Latin-1',
      Buffer.from(`${rowOf({ network: `${marker} \u00e9` })}\n`, 'latin1'),
      'MissingColumns',
    ],
    ['in JSON', `{"network": "${marker}"}\n`, 'UnreadableUpload'],
    ['that is a damaged gzip', gzipSync(marked).subarray(0, -9), 'UnreadableUpload'],
    [
      'with dates of two ways',
      `${header},date\n${rowOf({ network: marker })},1/2/2026\n${rowOf({ network: marker })},3/4/2026\n`,
      'AmbiguousDates',
    ],
  ])('of a file %s are nowhere', async (name, file, error) => {
    const outcome = await run(`${name}.csv`, file);

    expect(outcome.error?.name).toBe(error);
    expect(outcome.state).not.toMatch(values);
    expect(await mailOf(outcome)).not.toMatch(values);
    expect(logged).not.toMatch(values);
  });

  test('of a file that passes are in no state or log', async () => {
    const good = csvOf(600, (n) =>
      rowOf({ satellites: String(n % 30), network: marker, provider: n % 9 ? 'gps' : marker }),
    );
    const outcome = await run('passes.csv', `${good}${broken.join('\n')}`);

    expect(outcome.error).toBeUndefined();
    expect(outcome.state).toContain('provider choice');
    expect(outcome.state).not.toMatch(values);
    expect(logged).not.toMatch(values);
  });
});
