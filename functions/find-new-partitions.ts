import { z } from 'zod';
import { findMissingPartitions } from '../core/lake/catalogue';
import { beginCrawling, type Crawling, crawlingSchema, decide, isCrawling, keepWaiting } from '../core/lake/crawling';
import { readSealed } from '../core/lake/sealed';
import { environment } from '../core/platform/environment';
import { executionSchema } from '../core/platform/execution';
import { lambda } from '../core/platform/lambda';
import { assertCurrent } from '../core/uploads/claims';
import { totalsSchema, uploadSchema } from '../core/uploads/upload';

const findNewPartitionsEvent = z.strictObject({
  upload: uploadSchema,
  totals: totalsSchema,
  execution: executionSchema,
  partitions: crawlingSchema,
});

type FindNewPartitionsEvent = z.infer<typeof findNewPartitionsEvent>;

/** Looks which days of the upload the catalogue lacks and says what to do: nothing, a crawl, or waiting for one. */
const findNewPartitions = async ({ upload, execution, partitions }: FindNewPartitionsEvent): Promise<Crawling> => {
  await assertCurrent(upload);
  const state = beginCrawling(partitions, execution);
  if (isCrawling(state)) return keepWaiting(state);
  const sealed = await readSealed(environment('LAKE_BUCKET'), upload.id);
  const missing = await findMissingPartitions(environment('FILES_DATABASE_NAME'), sealed?.value.objects ?? []);
  return decide(
    state,
    missing.map(({ table, day }) => `${table}/day=${day}`),
    new Date(),
  );
};

const handler = lambda(findNewPartitions, { event: findNewPartitionsEvent });

export { findNewPartitions, findNewPartitionsEvent, handler };
