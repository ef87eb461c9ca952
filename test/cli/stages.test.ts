import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import { readStages, readState } from '../../cli/stages';

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

  test('the state is the newest output of a stage, not of a state inside it', () => {
    const events = [
      exited(1, 'Plan upload', { upload: { upload: 'a' } }),
      exited(2, 'Judge upload', { upload: { upload: 'a' }, totals: { rows: 3 } }),
      exited(3, 'Publish chunk', { other: true }),
    ];

    expect(readState(events)).toEqual({ upload: { upload: 'a' }, totals: { rows: 3 } });
  });
});
