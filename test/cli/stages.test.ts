import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import { readStages, readState, secondsInAll } from '../../cli/stages';

const start = Date.parse('2026-03-02T10:00:00Z');
const at = (second: number) => new Date(start + second * 1_000);
const entered = (second: number, name: string, type: HistoryEventType = 'TaskStateEntered'): HistoryEvent => ({
  id: 0,
  timestamp: at(second),
  type,
  stateEnteredEventDetails: { name, input: '{}' },
});
const exited = (second: number, name: string, output: unknown): HistoryEvent => ({
  id: 0,
  timestamp: at(second),
  type: 'TaskStateExited',
  stateExitedEventDetails: { name, output: JSON.stringify(output) },
});
const ended = (second: number, type: HistoryEventType): HistoryEvent => ({ id: 0, timestamp: at(second), type });
const told = (events: HistoryEvent[], now: number) =>
  readStages(events, start + now * 1_000)
    .filter((stage) => stage.status !== 'pending')
    .map(({ name, status, seconds }) => [name, status, seconds]);

describe('stages of an execution', () => {
  test('are all pending before anything happened', () => {
    expect(told([], 5)).toEqual([]);
  });

  test('a stage ends where the next begins, and the running one is timed against now', () => {
    const events = [entered(0, 'Plan upload'), entered(2, 'Validate chunks', 'MapStateEntered')];

    expect(told(events, 5)).toEqual([
      ['Plan upload', 'succeeded', 2],
      ['Validate chunks', 'running', 3],
    ]);
  });

  test('states between two stages count to the stage before them', () => {
    const events = [
      entered(0, 'Await landing'),
      entered(1, 'All landed?', 'ChoiceStateEntered'),
      entered(1, 'Wait for records to land', 'WaitStateEntered'),
      entered(4, 'Await landing'),
      entered(6, 'Seal upload'),
      ended(7, 'ExecutionSucceeded'),
    ];

    expect(told(events, 100)).toEqual([
      ['Await landing', 'succeeded', 6],
      ['Seal upload', 'succeeded', 1],
    ]);
  });

  test.each(['ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut'] as const)('%s fails the stage', (type) => {
    expect(told([entered(0, 'Judge upload'), ended(3, type)], 50)).toEqual([['Judge upload', 'failed', 3]]);
  });

  test('a redrive goes on with the failed stage and does not count the pause', () => {
    const events = [
      entered(0, 'Seal upload'),
      ended(2, 'ExecutionFailed'),
      ended(60, 'ExecutionRedriven'),
      entered(61, 'Catalogue new partitions'),
    ];

    expect(told(events, 63)).toEqual([
      ['Seal upload', 'succeeded', 3],
      ['Catalogue new partitions', 'running', 2],
    ]);
  });

  describe('that run beside each other', () => {
    /** What follows an event: `[id, the one before it]`. */
    const linked = (event: HistoryEvent, id: number, previousEventId: number): HistoryEvent => ({
      ...event,
      id,
      previousEventId,
    });
    const begun = [
      entered(0, 'Run reports', 'MapStateEntered'),
      linked(entered(2, 'Publish reports', 'ParallelStateEntered'), 10, 9),
      linked(entered(2, 'Export workbook'), 11, 10),
      linked(entered(2, 'Build report page'), 12, 10),
    ];

    test('are both shown, each with its own time', () => {
      const done = [...begun, linked(exited(5, 'Build report page', { subject: 'x' }), 13, 12)];
      expect(told(done, 7)).toEqual([
        ['Run reports', 'succeeded', 2],
        ['Export workbook', 'running', 5],
        ['Build report page', 'succeeded', 3],
      ]);
      const mailed = [...done, linked(exited(8, 'Export workbook', {}), 14, 11), entered(9, 'E-mail report links')];
      expect(told(mailed, 10)).toEqual([
        ['Run reports', 'succeeded', 2],
        ['Export workbook', 'succeeded', 6],
        ['Build report page', 'succeeded', 3],
        ['E-mail report links', 'running', 1],
      ]);
    });

    test('one that fails stops the other; a redrive goes on with both', () => {
      const failed = [
        ...begun,
        linked({ id: 0, timestamp: at(4), type: 'LambdaFunctionFailed' }, 13, 11),
        linked({ id: 0, timestamp: at(4), type: 'TaskStateAborted' }, 14, 12),
        ended(5, 'ExecutionFailed'),
      ];
      expect(told(failed, 50)).toEqual([
        ['Run reports', 'succeeded', 2],
        ['Export workbook', 'failed', 3],
        ['Build report page', 'stopped', 2],
      ]);
      expect(told([...failed, ended(60, 'ExecutionRedriven')], 61)).toEqual([
        ['Run reports', 'succeeded', 2],
        ['Export workbook', 'running', 4],
        ['Build report page', 'running', 3],
      ]);
    });

    test('what they give is not the state', () => {
      const events = [exited(1, 'Run reports', { reports: [] }), exited(5, 'Build report page', { subject: 'x' })];
      expect(readState(events)).toEqual({ reports: [] });
      const state = { reports: [], mail: { subject: 'x' } };
      expect(readState([...events, exited(6, 'Publish reports', state)])).toEqual(state);
    });

    test('take as long as the longer of them', () => {
      expect(secondsInAll({ 'Run reports': 2, 'Export workbook': 6, 'Build report page': 3 })).toBe(8);
    });
  });

  test('the state is the newest output of a stage, not of a state inside it', () => {
    const events = [
      exited(1, 'Plan upload', { upload: { upload: 'a' } }),
      exited(2, 'Judge upload', { upload: { upload: 'a' }, totals: { rows: 3 } }),
      exited(3, 'Publish chunk', { other: true }),
    ];

    expect(readState(events)).toEqual({ upload: { upload: 'a' }, totals: { rows: 3 } });
  });
});
