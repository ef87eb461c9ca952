import * as z from 'zod';
import { lambda } from '../core/platform/lambda';
import { ensureJob, type JobStatus } from '../core/stream/streaming-job';

const ensureStreamingJobEvent = z.looseObject({});

/** Starts the streaming job where none runs; the machine asks again until one does. */
const ensureStreamingJob = (): Promise<JobStatus> => ensureJob();

const handler = lambda(ensureStreamingJob, { event: ensureStreamingJobEvent });

export { ensureStreamingJob, handler };
