import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { type Merged, mergeDays } from '../core/lake/merging/merging';
import { environment } from '../core/platform/environment';
import { lambda } from '../core/platform/lambda';
import { readSettings } from '../core/platform/settings';
import { logger } from '../core/platform/telemetry';

const mergeDaysEvent = z.object({});

/** Time that a run keeps for the merge that it is at, in milliseconds. */
const reserve = 300_000;

/** Puts the rows of small uploads together, where a day has very many of them. */
const merge = async (
  _: z.infer<typeof mergeDaysEvent>,
  { getRemainingTimeInMillis }: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<Merged> => {
  const { mergeFrom, visibilityNoticeMs } = readSettings();
  const merged = await mergeDays(environment('LAKE_BUCKET'), {
    from: mergeFrom,
    notice: { delay: visibilityNoticeMs },
    goOn: () => getRemainingTimeInMillis() > reserve,
  });
  logger.info('Merged', { ...merged });
  return merged;
};

const handler = lambda(merge, { event: mergeDaysEvent });

export { handler, merge, mergeDaysEvent };
