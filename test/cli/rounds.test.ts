import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { reportsOf } from '../../cli/reports';
import { awaitRound, isWaiting, reporterIn } from '../../cli/rounds';
import { lakeKeys } from '../../core/platform/keys';
import { MemoryS3 } from '../support/memory-s3';
import { idOf, lake } from '../support/uploads';

const reporter = 'arn:aws:states:eu-west-1:123456789012:execution:cellflow-upload:the-other';
const upload = idOf('a');
const mark = { by: reporter, round: 12, upload: idOf('b'), at: 1 };
const sfn = mockClient(SFNClient);
const target = { pollMs: 1 };
let s3: MemoryS3;

const report = () => s3.putJson(`${lake}/${lakeKeys.reported(upload)}`, mark);
const reporterIs = (status: 'RUNNING' | 'SUCCEEDED' | 'FAILED') =>
  sfn.on(DescribeExecutionCommand, { executionArn: reporter }).resolves({ status });

beforeEach(() => {
  process.env.LAKE_BUCKET = lake;
  s3 = new MemoryS3();
  sfn.reset();
});

describe('an upload that another execution reports', () => {
  it('is told by the outcome of its own', () => {
    expect(reporterIn(`reported by ${reporter}`)).toBe(reporter);
    expect(reporterIn('superseded by x')).toBeUndefined();
    expect(reporterIn(undefined)).toBeUndefined();
  });

  it('is found under the id that its reports have', async () => {
    expect(await reportsOf(upload)).toBe(upload);
    report();
    expect(await reportsOf(upload)).toBe(idOf('b'));
  });

  it('waits until it is reported', async () => {
    expect(await isWaiting(upload)).toBe(false);
    s3.putJson(`${lake}/${lakeKeys.waiting(upload)}`, {});
    expect(await isWaiting(upload)).toBe(true);
  });

  it('is waited for, while who reports it runs', async () => {
    reporterIs('RUNNING');
    setTimeout(report, 30);
    await expect(awaitRound(target, upload, reporter)).resolves.toEqual({ reported: mark });
  });

  it('is waited for a while after that failed: another one takes over', async () => {
    reporterIs('FAILED');
    setTimeout(report, 30);
    await expect(awaitRound(target, upload, reporter)).resolves.toEqual({ reported: mark });
  });

  it('is given up with the way out, where nobody takes over', async () => {
    reporterIs('FAILED');
    const { reported, reason } = await awaitRound(target, upload, reporter, { all: 5_000, grace: 20 });
    expect(reported).toBeUndefined();
    expect(reason).toMatch(/^the-other, which was to report it, ended as FAILED\. .* `cellflow retry the-other`/);
  });

  it('is given up after the time of a wait, which says what it waited for', async () => {
    reporterIs('RUNNING');
    const { reason } = await awaitRound(target, upload, reporter, { all: 30, grace: 20 });
    expect(reason).toContain('the-other has not reported it within');
  });
});
