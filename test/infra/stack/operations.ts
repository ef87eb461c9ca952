import { describe, expect, test } from '@jest/globals';
import { defaultSynthesis } from '../synthesis';

const synthesis = defaultSynthesis();

describe('Operations', () => {
  const alarms = synthesis.ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

  test('there is an alarm for what nobody else reports', () => {
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual([
      'Cellflow-FailuresNotMailed',
      'Cellflow-LandingFallsBehind',
      'Cellflow-MergeFaults',
      'Cellflow-ReportFailureFaults',
      'Cellflow-ReportLinkFaults',
      'Cellflow-StateMachineThrottled',
      'Cellflow-StreamThrottled',
      'Cellflow-StreamingJobCrashed',
      'Cellflow-SweepFaults',
      'Cellflow-UploadsNotStarted',
    ]);
  });

  test.each(alarms.map((alarm) => [alarm.AlarmName, alarm] as const))(
    '%s is mailed and says what to do',
    (_, alarm) => {
      expect(alarm.AlarmActions.map((action: unknown) => synthesis.text(action))).toEqual(['<alarms>']);
      expect(alarm.AlarmDescription.split(' ').length).toBeGreaterThan(8);
      // Nothing to count is nothing wrong: the job is off for most of the day.
      expect(alarm.TreatMissingData).toBe('notBreaching');
    },
  );

  test('the two queues of lost events are watched from the first message on', () => {
    const watched = alarms.filter(({ Namespace }) => Namespace === 'AWS/SQS');
    expect(watched).toHaveLength(2);
    for (const alarm of watched) {
      expect(alarm).toMatchObject({ Threshold: 0, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1 });
    }
  });

  test('there is a dashboard', () => {
    expect(synthesis.ofType('AWS::CloudWatch::Dashboard')).toHaveLength(1);
  });
});
