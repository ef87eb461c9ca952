import { mapAtOnce } from '../platform/concurrency';
import { environment } from '../platform/environment';
import { CellflowError } from '../platform/errors';
import { lakeKeys } from '../platform/keys';
import { getJson } from '../platform/objects';
import type { Chunk, Totals, Upload } from '../uploads/upload';
import { addTo, type Summary } from './summaries';

/** A chunk of the plan has no summary that belongs to it. */
class SummaryMissing extends CellflowError {}

const readsAtOnce = 32;

const readSummary = async (upload: Upload, chunk: Chunk): Promise<Summary> => {
  const stored = await getJson<Summary>(environment('LAKE_BUCKET'), lakeKeys.summary(upload.upload, chunk.chunk));
  // A summary of an earlier plan, cut elsewhere, is none of this one.
  if (stored?.value.start === chunk.start && stored.value.end === chunk.end) return stored.value;
  throw new SummaryMissing(
    `Chunk ${chunk.chunk} of ${upload.upload} has no summary of bytes ${chunk.start} to ${chunk.end}.`,
  );
};

/** What *Validate chunks* found, chunk by chunk, in the file's order. */
const readSummaries = async (upload: Upload): Promise<Summary[]> => {
  const chunks = await getJson<Chunk[]>(upload.runs.bucket, upload.runs.key);
  if (chunks === undefined) throw new SummaryMissing(`The plan ${upload.runs.key} is gone. Upload the file again.`);
  return mapAtOnce(readsAtOnce, chunks.value, (chunk) => readSummary(upload, chunk));
};

/** The chunk that ends inside a quoted field though the file goes on: its cut, or an earlier quote, is wrong. */
const findCutInQuotes = (summaries: readonly Summary[]): Summary | undefined =>
  summaries.slice(0, -1).find(({ open }) => open);

interface Sums extends Omit<Totals, 'days'> {
  /** Valid rows by day, in order. */
  days: Record<string, number>;
}

const sumSummaries = (upload: Upload, summaries: readonly Summary[]): Sums => {
  const days: Record<string, number> = {};
  const reasons: Record<string, number> = {};
  const sums = { lines: upload.headerLines, rows: 0, valid: 0, rejected: 0, records: 0 };
  for (const summary of summaries) {
    sums.lines += summary.lines;
    sums.rows += summary.rows;
    sums.valid += summary.valid;
    sums.rejected += summary.rejected;
    sums.records += summary.records.length;
    for (const [day, rows] of Object.entries(summary.days)) addTo(days, day, rows);
    for (const [reason, rows] of Object.entries(summary.reasons)) addTo(reasons, reason, rows);
  }
  const ordered = Object.fromEntries(Object.entries(days).sort(([one], [other]) => (one < other ? -1 : 1)));
  const names = Object.keys(ordered);
  const chunks = summaries.length;
  return { ...sums, chunks, firstDay: names[0] ?? '', lastDay: names.at(-1) ?? '', days: ordered, reasons };
};

export type { Sums };
export { findCutInQuotes, readSummaries, SummaryMissing, sumSummaries };
