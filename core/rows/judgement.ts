import { z } from 'zod';
import { mapAtOnce } from '../platform/concurrency';
import { environment } from '../platform/environment';
import { CellflowError } from '../platform/errors';
import { lakeKeys } from '../platform/keys';
import { getJson } from '../platform/objects';
import { type Chunk, chunkSchema, type Totals, type Upload } from '../uploads/upload';
import { chunkOfAnyVersion } from '../uploads/version-0.1';
import { addTo, type Summary } from './summaries';

/** A chunk of the plan has no summary that belongs to it. */
class SummaryMissing extends CellflowError {}

const readsAtOnce = 32;

const readSummary = async (upload: Upload, chunk: Chunk): Promise<Summary> => {
  const stored = await getJson(environment('LAKE_BUCKET'), lakeKeys.summary(upload.id, chunk.index));
  const summary = chunkOfAnyVersion(stored?.value) as Summary | undefined;
  // A summary of an earlier plan, cut elsewhere, is none of this one.
  if (summary?.start === chunk.start && summary.end === chunk.end) return summary;
  throw new SummaryMissing(
    `Chunk ${chunk.index} of ${upload.id} has no summary of bytes ${chunk.start} to ${chunk.end}.`,
  );
};

/** What *Validate chunks* found, chunk by chunk, in the file's order. */
const readSummaries = async (upload: Upload): Promise<Summary[]> => {
  const chunks = await getJson<unknown[]>(upload.chunkList.bucket, upload.chunkList.key);
  if (chunks === undefined)
    throw new SummaryMissing(`The plan ${upload.chunkList.key} is gone. Upload the file again.`);
  return mapAtOnce(readsAtOnce, z.array(chunkSchema).parse(chunks.value), (chunk) => readSummary(upload, chunk));
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
