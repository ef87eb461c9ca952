import type { MiddlewareObj } from '@middy/core';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import { CellflowError } from './errors';

/** A service failed or was out of reach, also when the SDK asked again: the state machine tries the task again by this name. */
class TransientFault extends CellflowError {}

/**
 * A quota was reached, of the account or of a service, and the SDK's few seconds did not help. Nothing is wrong: others have to
 * end first, which may take hours, so the state machine has more patience with this name than with a fault.
 */
class Throttled extends CellflowError {}

/** Passing faults that the SDK does not know as such. */
const passing = new Set(['OperationTimeoutException', 'ConcurrentModificationException', 'InternalError']);

/** Throttling that the SDK does not know as such. */
const throttling = new Set(['KMSThrottlingException']);

type SdkError = Parameters<typeof isTransientError>[0];

/** Our own errors say for themselves what they are. */
const isForeign = (error: unknown): error is Error => error instanceof Error && !(error instanceof CellflowError);

/** Whether a quota refused the call. */
const isThrottled = (error: unknown): error is Error =>
  isForeign(error) && (isThrottlingError(error as SdkError) || throttling.has(error.name));

/** Whether the same call may do later what it did not do now. */
const isTransient = (error: unknown): error is Error =>
  isThrottled(error) ||
  (isForeign(error) &&
    (isTransientError(error as SdkError) || isServerError(error as SdkError) || passing.has(error.name)));

/** Gives every passing fault one of two names, so that the state machine need not know those of all services. */
const namePassingFaults = (): MiddlewareObj => ({
  onError: (request) => {
    const { error } = request;
    if (!isTransient(error)) return;
    const Named = isThrottled(error) ? Throttled : TransientFault;
    request.error = new Named(`${error.name}: ${error.message}`, { cause: error });
  },
});

export { isThrottled, isTransient, namePassingFaults, Throttled, TransientFault };
