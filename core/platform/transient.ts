import type { MiddlewareObj } from '@middy/core';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import { CellflowError } from './errors';

/** A service was busy or out of reach, also when the SDK asked again: the state machine tries the task again by this name. */
class TransientFault extends CellflowError {}

/** Passing faults that the SDK does not know as such. */
const passing = new Set(['OperationTimeoutException', 'ConcurrentModificationException', 'InternalError']);

type SdkError = Parameters<typeof isTransientError>[0];

const isPassing = (error: SdkError): boolean =>
  isThrottlingError(error) || isTransientError(error) || isServerError(error) || passing.has(error.name);

/** Whether the same call may do later what it did not do now. Our own errors say for themselves what they are. */
const isTransient = (error: unknown): error is Error =>
  error instanceof Error && !(error instanceof CellflowError) && isPassing(error as SdkError);

/** Gives every passing fault one name, so that the state machine need not know those of all services. */
const nameTransientFaults = (): MiddlewareObj => ({
  onError: (request) => {
    const { error } = request;
    if (isTransient(error)) request.error = new TransientFault(`${error.name}: ${error.message}`, { cause: error });
  },
});

export { isTransient, nameTransientFaults, TransientFault };
