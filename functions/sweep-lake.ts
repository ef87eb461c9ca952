import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { type Swept, sweepLake } from '../core/lake/sweeping';
import { environment } from '../core/platform/environment';
import { lambda } from '../core/platform/lambda';
import { readSettings } from '../core/platform/settings';
import { logger } from '../core/platform/telemetry';

const sweepLakeEvent = z.object({});

/** Time that a run keeps for its end, in milliseconds. */
const reserve = 60_000;

/** Deletes what was replaced or withdrawn long enough ago, and sums the log of visibility up. */
const sweep = async (
  _: z.infer<typeof sweepLakeEvent>,
  { getRemainingTimeInMillis }: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<Swept> => {
  const swept = await sweepLake(environment('LAKE_BUCKET'), {
    grace: readSettings().sweepGraceMinutes * 60_000,
    goOn: () => getRemainingTimeInMillis() > reserve,
  });
  logger.info('Swept', { ...swept });
  return swept;
};

const handler = lambda(sweep, { event: sweepLakeEvent });

export { handler, sweep };
