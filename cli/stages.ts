import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { branchOf, Clock, type Stage, stageNames } from './stage-clock';

const isStage = (name: string | undefined): name is string => name !== undefined && stageNames.includes(name);

/** Ends of an execution's history, by event type. */
const endings: Record<string, 'succeeded' | 'failed'> = {
  ExecutionSucceeded: 'succeeded',
  ExecutionFailed: 'failed',
  ExecutionTimedOut: 'failed',
  ExecutionAborted: 'failed',
};

/** Tells of which stage that is a branch an event is: that of the event before it, by their links. */
const branchReader = () => {
  const stages = new Map<number, string>();
  return ({ id = 0, previousEventId = 0, stateEnteredEventDetails: entered }: HistoryEvent): string | undefined => {
    const stage = branchOf(entered?.name) === undefined ? stages.get(previousEventId) : entered?.name;
    if (stage !== undefined) stages.set(id, stage);
    return stage;
  };
};

/**
 * Reads the stages out of an execution's history. States between two stages (waits, choices, the crawler's loop) count
 * to the stage before them; a redrive goes on with what failed.
 *
 * @param events - the history in its order
 * @param now - milliseconds; what a running stage is timed against
 */
const readStages = (events: readonly HistoryEvent[], now: number): Stage[] => {
  const clock = new Clock();
  const readBranch = branchReader();
  for (const event of events) {
    const { type = '', stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = event;
    const at = event.timestamp?.getTime() ?? now;
    const branch = readBranch(event);
    const ending = endings[type];
    if (isStage(entered?.name)) clock.enter(entered.name, at);
    else if (isStage(exited?.name) && branchOf(exited.name)) clock.leave(exited.name, 'succeeded', at);
    else if (branch !== undefined && type.endsWith('StateAborted')) clock.leave(branch, 'stopped', at);
    else if (ending !== undefined) clock.leaveAll(ending, at);
    else if (type === 'ExecutionRedriven') clock.redrive(at);
  }
  clock.leaveAll('running', now);
  return [...clock.stages.values()];
};

/** The branches of a state have outputs that are not the state. */
const hasState = (name: string | undefined): boolean =>
  isStage(name)
    ? branchOf(name) === undefined
    : stageNames.some((stage) => name !== undefined && branchOf(stage) === name);

/** The state that flows through the machine, as far as it has come: the latest output of a top-level state. */
const readState = (events: readonly HistoryEvent[]): Record<string, unknown> => {
  for (const event of events.toReversed()) {
    const { name, output } = event.stateExitedEventDetails ?? {};
    if (hasState(name) && output !== undefined) return JSON.parse(output) as Record<string, unknown>;
  }
  return {};
};

/** Seconds of all stages; of those that ran beside each other the longest counts. */
const secondsInAll = (seconds: Readonly<Record<string, number>>): number => {
  const ends = new Map<string, number>();
  for (const [stage, own] of Object.entries(seconds)) {
    const state = branchOf(stage) ?? stage;
    ends.set(state, Math.max(ends.get(state) ?? 0, own));
  }
  return [...ends.values()].reduce((sum, one) => sum + one, 0);
};

export { readStages, readState, secondsInAll };
