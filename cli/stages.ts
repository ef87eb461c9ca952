import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { stageGuide } from '../core/failures/stage-guide';

/** The stages of the state machine, as the console shows them, in their order. */
const stageNames = Object.keys(stageGuide);

interface Stage {
  name: string;
  status: 'pending' | 'running' | 'succeeded' | 'failed';
  /** Time spent in the stage so far, redrives included. */
  seconds: number;
}

const isStage = (name: string | undefined): name is string => name !== undefined && stageNames.includes(name);

/** Ends of an execution's history, by event type. */
const endings: Record<string, 'succeeded' | 'failed'> = {
  ExecutionSucceeded: 'succeeded',
  ExecutionFailed: 'failed',
  ExecutionTimedOut: 'failed',
  ExecutionAborted: 'failed',
};

/**
 * Reads the stages out of an execution's history. States between two stages (waits, choices, the crawler's loop) count
 * to the stage before them; a redrive goes on with the stage that failed.
 *
 * @param events - the history in its order
 * @param now - milliseconds; what a running stage is timed against
 */
const readStages = (events: readonly HistoryEvent[], now: number): Stage[] => {
  const stages = new Map<string, Stage>(
    stageNames.map((name) => [name, { name, status: 'pending', seconds: 0 } satisfies Stage]),
  );
  let current: Stage | undefined;
  let since = now;
  const leave = (status: Stage['status'], at: number) => {
    if (current?.status !== 'running') return;
    current.seconds += (at - since) / 1_000;
    current.status = status;
  };
  const enter = (stage: Stage | undefined, at: number) => {
    current = stage;
    since = at;
    if (current !== undefined) current.status = 'running';
  };

  for (const event of events) {
    const at = event.timestamp?.getTime() ?? now;
    const entered = event.type?.endsWith('StateEntered') ? event.stateEnteredEventDetails?.name : undefined;
    const ending = endings[event.type ?? ''];
    if (isStage(entered) && entered !== current?.name) {
      leave('succeeded', at);
      enter(stages.get(entered), at);
    } else if (ending !== undefined) {
      leave(ending, at);
    } else if (event.type === 'ExecutionRedriven') {
      enter(current, at);
    }
  }
  leave('running', now);
  return [...stages.values()];
};

/** The state that flows through the machine, as far as it has come: the latest output of a top-level state. */
const readState = (events: readonly HistoryEvent[]): Record<string, unknown> => {
  for (const event of events.toReversed()) {
    const { name, output } = event.stateExitedEventDetails ?? {};
    if (isStage(name) && output !== undefined) return JSON.parse(output) as Record<string, unknown>;
  }
  return {};
};

export type { Stage };
export { readStages, readState };
