import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { z } from 'zod';
import { logger, metrics, tracer } from './telemetry';

/** Checks the event at the door, so that the function behind it can trust its types. */
const checkEvent = (schema: z.ZodType): MiddlewareObj => ({
  before: (request) => {
    request.event = schema.parse(request.event);
  },
});

/**
 * Makes a Lambda handler of a plain function: logger, metrics, tracer, event schema.
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
    .use(captureLambdaHandler(tracer, { captureResponse: false }))
    .use(logMetrics(metrics))
    .use(checkEvent(event))
    .handler(work);

export { lambda };
