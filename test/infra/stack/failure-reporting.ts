import { describe, expect, test } from '@jest/globals';
import { defaultSynthesis } from '../synthesis';

const synthesis = defaultSynthesis();
const { EventPattern: pattern, Targets: targets } = synthesis.madeBy(
  'FailureReportingFailed',
  'AWS::Events::Rule',
).Properties;

describe('Failure reporting', () => {
  test('hears of every end but success, of this machine', () => {
    expect(pattern).toMatchObject({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
    });
    expect(pattern.detail.stateMachineArn).toHaveLength(1);
    expect(synthesis.text(pattern.detail.stateMachineArn[0])).toBe('<upload>');
  });

  test('hears of executions, not of the children of their maps', () => {
    const prefix = synthesis.text(pattern.detail.executionArn[0].prefix).replace(/<AWS::\w+>/g, 'x');
    expect('arn:x:states:x:x:execution:cellflow-upload:5f3a').toMatch(new RegExp(`^${prefix}`));
    expect('arn:x:states:x:x:execution:cellflow-upload/ValidateChunks:9b1c').not.toMatch(new RegExp(`^${prefix}`));
  });

  test('reads the rows or values that a file failed for, the files of a round, and no other object', () => {
    expect(synthesis.allowed('report-failure', 's3:GetObject')).toEqual([
      '<lake>/reporting/rounds/*',
      '<reports>/*/rejected-rows.csv',
      '<reports>/*/set-aside-values.csv',
    ]);
  });

  test('an event that cannot be handled is kept, at the rule and at the function', () => {
    const config = synthesis.madeBy('FailureReporting', 'AWS::Lambda::EventInvokeConfig').Properties;
    const queue = synthesis.text(targets[0].DeadLetterConfig.Arn);
    expect(queue).toMatch(/^<FailureReportingUndelivered/);
    expect(synthesis.text(config.DestinationConfig.OnFailure.Destination)).toBe(queue);
  });
});
