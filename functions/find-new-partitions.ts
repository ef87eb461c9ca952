import * as z from 'zod';
import { findMissingPartitions } from '../core/lake/catalogue';
import { beginCrawling, type Crawling, crawlingSchema, decide, isCrawling, keepWaiting } from '../core/lake/crawling';
import { readSealed } from '../core/lake/sealed';
import { hasViews } from '../core/lake/tables';
import { enlist, makeVisible, retiring } from '../core/lake/visibility';
import { environment } from '../core/platform/environment';
import { executionSchema } from '../core/platform/execution';
import { lambda } from '../core/platform/lambda';
import { readSettings } from '../core/platform/settings';
import { assertCurrent } from '../core/uploads/claims';
import { totalsSchema, type Upload, uploadSchema } from '../core/uploads/upload';

const findNewPartitionsEvent = z.strictObject({
  upload: uploadSchema,
  totals: totalsSchema,
  execution: executionSchema,
  partitions: crawlingSchema,
  /** Named by definitions that have a stage for it; those of version 0.1 have none. */
  visible: z.literal('later').optional(),
});

/** For an execution that began under version 0.1, whose upload may even have been sealed by its code. */
const makeVisibleAtOnce = async (bucket: string, upload: Upload): Promise<void> => {
  await enlist(bucket, upload);
  await makeVisible(bucket, upload, { delay: readSettings().visibilityNoticeMs });
};

/** Looks for views that are not there, some 16 minutes; a deployment takes no longer from the new functions to the views. */
const mostLooksForViews = 60;

type FindNewPartitionsEvent = z.infer<typeof findNewPartitionsEvent>;

/** Looks which days of the upload the catalogue lacks and says what to do: nothing, a crawl, or waiting for one. */
const findNewPartitions = async (event: FindNewPartitionsEvent): Promise<Crawling> => {
  const { upload, execution, partitions, visible } = event;
  const bucket = environment('LAKE_BUCKET');
  await retiring(bucket, upload, () => assertCurrent(upload));
  const state = beginCrawling(partitions, execution);
  if (isCrawling(state)) return keepWaiting(state);
  // Over version 0.1, tables and crawler are being moved: a crawl, and the reports, would not find all of them.
  if (state.polls < mostLooksForViews && !(await hasViews(environment('DATABASE_NAME')))) return keepWaiting(state);
  const sealed = await readSealed(bucket, upload.id);
  const missing = await findMissingPartitions(environment('FILES_DATABASE_NAME'), sealed?.objects ?? []);
  const next = decide(
    state,
    missing.map(({ table, day }) => `${table}/day=${day}`),
    new Date(),
  );
  if (next.next === 'done' && visible === undefined) await makeVisibleAtOnce(bucket, upload);
  return next;
};

const handler = lambda(findNewPartitions, { event: findNewPartitionsEvent });

export { findNewPartitions, findNewPartitionsEvent, handler };
