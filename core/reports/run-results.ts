import * as z from 'zod';
import { environment } from '../platform/environment';
import { lakeKeys } from '../platform/keys';
import { getJson } from '../platform/objects';
import type { RunReport } from './saved-reports';

/** What *Run reports* left of each report, in the state. */
const reportResultsSchema = z.array(
  z.object({
    name: z.string(),
    file: z.string(),
    status: z.enum(['done', 'failed']),
    rows: z.number(),
    seconds: z.number(),
  }),
);

/**
 * What is kept of a report that was run.
 *
 * @throws where nothing is: what is made of the reports would hide it
 */
const readRunReport = async (upload: string, file: string): Promise<RunReport> => {
  const stored = await getJson<RunReport>(environment('LAKE_BUCKET'), lakeKeys.report(upload, file));
  if (stored === undefined) throw new Error(`The report "${file}" of ${upload} left no result. Retry the execution.`);
  return stored.value;
};

export { readRunReport, reportResultsSchema };
