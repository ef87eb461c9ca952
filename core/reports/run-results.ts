import * as z from 'zod';
import { environment } from '../platform/environment';
import { lakeKeys } from '../platform/keys';
import { getJson } from '../platform/objects';
import type { RunReport } from './saved-reports';

/** In the order of the page; where none has a place, they are in it. */
const byPlace = <Result extends { place?: number }>(results: readonly Result[]): Result[] =>
  results.toSorted((one, other) => (one.place ?? 0) - (other.place ?? 0));

/** What *Run reports* left of each report, in the state; read in the order of the page. */
const reportResultsSchema = z
  .array(
    z.object({
      name: z.string(),
      place: z.number().optional(),
      file: z.string(),
      status: z.enum(['done', 'failed']),
      rows: z.number(),
      seconds: z.number(),
    }),
  )
  .transform(byPlace);

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

export { byPlace, readRunReport, reportResultsSchema };
