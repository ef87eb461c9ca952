import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { lambda } from '../core/platform/lambda';
import { logger, metrics } from '../core/platform/telemetry';
import { publishStaged } from '../core/stream/publishing';
import { chunkSchema, uploadSchema } from '../core/uploads/upload';

const publishChunkEvent = z.strictObject({ upload: uploadSchema, chunk: chunkSchema });

/** Time kept back to give up in good order before Lambda ends the function. */
const reserveMs = 15_000;

/** Publishes the staged records of one chunk; an overtaken upload stops where it is. */
const publishChunk = async (
  { upload, chunk: { index } }: z.infer<typeof publishChunkEvent>,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<void> => {
  const deadline = Date.now() + context.getRemainingTimeInMillis() - reserveMs;
  const { records, overtaken } = await publishStaged({ upload, chunk: index }, deadline);
  metrics.addMetric('PublishedRecords', MetricUnit.Count, records);
  logger.info('chunk published', { upload: upload.id, chunk: index, records, overtaken });
};

const handler = lambda(publishChunk, { event: publishChunkEvent });

export { handler, publishChunk };
