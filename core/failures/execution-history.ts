import { type HistoryEvent, paginateGetExecutionHistory } from '@aws-sdk/client-sfn';
import { sfn } from '../platform/clients';
import { uploadOfAnyVersion } from '../uploads/version-0.1';

/** How an execution came to its end. */
interface FailedState {
  /** Name of the state; undefined where the execution ended before its first. */
  state?: string;
  error?: string;
  cause?: string;
  /** The state's input, or the last one seen that knows of an upload. */
  input?: StateInput;
}

/** What is read of a state's input. */
interface StateInput {
  upload?: { id?: string };
  /** What the execution had of the round that it led. */
  round?: { key?: string };
}

/** A failed try writes a few events, so that the last state and its retries are within the newest of these. */
const pageSize = 500;
const mostPages = 10;

/** The newest events, newest first; of a long history not all. */
async function* newestEvents(execution: string): AsyncGenerator<HistoryEvent> {
  const pages = paginateGetExecutionHistory(
    { client: sfn(), pageSize },
    { executionArn: execution, reverseOrder: true, includeExecutionData: true },
  );
  let read = 0;
  for await (const { events = [] } of pages) {
    yield* events;
    read += 1;
    if (read === mostPages) return;
  }
}

type Details = { error?: string; cause?: string } | undefined;

/** Error and cause of an event, whatever its kind. */
const detailsOf = (event: HistoryEvent): Details =>
  event.executionFailedEventDetails ??
  event.executionTimedOutEventDetails ??
  event.executionAbortedEventDetails ??
  event.lambdaFunctionFailedEventDetails ??
  event.lambdaFunctionTimedOutEventDetails ??
  event.lambdaFunctionScheduleFailedEventDetails ??
  event.lambdaFunctionStartFailedEventDetails ??
  event.taskFailedEventDetails ??
  event.taskTimedOutEventDetails ??
  event.taskSubmitFailedEventDetails ??
  event.taskStartFailedEventDetails ??
  event.mapRunFailedEventDetails;

const endings = new Set(['ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']);

const inputOf = ({ stateEnteredEventDetails: entered }: HistoryEvent): StateInput | undefined => {
  if (!entered?.input || entered.inputDetails?.truncated) return undefined;
  const { upload, round } = JSON.parse(entered.input) as StateInput;
  const known = uploadOfAnyVersion(upload) as StateInput['upload'];
  return known?.id ? { upload: known, round } : undefined;
};

/** Of a failure without an event of its own, the newest state is taken after so many events. */
const patience = 1_000;

/**
 * Finds the state in which an execution ended last, also where it was redriven since. The failing event carries the execution's own error; from it the links between
 * events lead to its state, past what other branches did meanwhile.
 */
const findFailedState = async (execution: string): Promise<FailedState> => {
  let end: { type?: string; error?: string; cause?: string } | undefined;
  let link: number | undefined;
  let state: string | undefined;
  let newest: string | undefined;
  let input: StateInput | undefined;
  let seen = 0;
  for await (const event of newestEvents(execution)) {
    seen += 1;
    const details = detailsOf(event);
    if (endings.has(event.type ?? '')) end ??= { type: event.type, error: details?.error, cause: details?.cause };
    else if (link === undefined && details?.error !== undefined && details.error === end?.error) link = event.id;
    const entered = event.stateEnteredEventDetails?.name;
    // What came after the end is of a redrive.
    if (entered !== undefined && end !== undefined) {
      newest ??= entered;
      input ??= inputOf(event);
    }
    if (state === undefined && link !== undefined && event.id === link) {
      state = entered;
      link = event.previousEventId;
    }
    const settled =
      state !== undefined || (newest !== undefined && (end?.type !== 'ExecutionFailed' || seen > patience));
    if (settled && input !== undefined) break;
  }
  return { state: state ?? newest, error: end?.error, cause: end?.cause, input };
};

export type { FailedState };
export { findFailedState };
