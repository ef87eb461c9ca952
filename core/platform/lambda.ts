import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { logger, metrics } from './telemetry';
import { namePassingFaults } from './transient';

/** Checks the event at the door, so that the function behind it can trust its types. */
const checkEvent = (schema: z.ZodType): MiddlewareObj => ({
  before: (request) => {
    request.event = schema.parse(request.event);
  },
});

/** Publishes what the function counted; one that counts nothing is not warned of it at every call. */
const publishMetrics = (): MiddlewareObj => {
  const publish = () => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  return { after: publish, onError: publish };
};

/**
 * Makes a Lambda handler of a plain function: logger, metrics, event schema, few names for passing faults.
 *
 * @example
 * const handler = lambda(judgeUpload, { event: judgeUploadEvent });
 */
const lambda = <Event, Result>(
  work: (event: Event, context: Context) => Promise<Result>,
  { event }: { event: z.ZodType<Event> },
) =>
  middy<Event, Result>()
    .use(injectLambdaContext(logger, { clearState: true }))
    .use(publishMetrics())
    .use(checkEvent(event))
    .use(namePassingFaults())
    .handler(work);

export { lambda };
