import * as z from 'zod';
import { eachAtOnce } from '../../platform/concurrency';
import { environment } from '../../platform/environment';
import { lakeKeys } from '../../platform/keys';
import { deleteObjects, getJson } from '../../platform/objects';
import type { Mailed } from './register';
import { writeOnce } from './write-once';

/** That an upload is reported. */
const reportedSchema = z.object({
  /** ARN of the execution that reported it. */
  by: z.string(),
  round: z.number().int(),
  /** What stands for `<upload>` in the keys of the results. */
  upload: z.string(),
  /** When its mail went out, in milliseconds since 1970. */
  at: z.number(),
});

type Reported = z.infer<typeof reportedSchema>;

const writesAtOnce = 16;

/** By whom an upload was reported; undefined where it was not, or by an execution that knew no rounds. */
const readReported = async (upload: string): Promise<Reported | undefined> => {
  const stored = await getJson<unknown>(environment('LAKE_BUCKET'), lakeKeys.reported(upload));
  return stored && reportedSchema.parse(stored.value);
};

/**
 * Marks uploads as reported and takes them from those that wait, in this order: one that waits and has a mark is not reported
 * again. May be done again, and by whoever finds that it was not done.
 */
const markReported = async ({ round, by, id, at }: Mailed, uploads: readonly string[]): Promise<void> => {
  if (uploads.length === 0) return;
  const mark: Reported = { by, round, upload: id, at };
  await eachAtOnce(writesAtOnce, uploads, async (upload) => {
    await writeOnce(lakeKeys.reported(upload), mark);
  });
  await deleteObjects(environment('LAKE_BUCKET'), uploads.map(lakeKeys.waiting));
};

export type { Reported };
export { markReported, readReported };
