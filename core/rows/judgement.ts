import * as z from 'zod';
import { mapAtOnce } from '../platform/concurrency';
import { environment } from '../platform/environment';
import { CellflowError } from '../platform/errors';
import { lakeKeys } from '../platform/keys';
import { getJson } from '../platform/objects';
import { PlanGone } from '../uploads/plan';
import { type Chunk, chunkSchema, type Totals, type Upload } from '../uploads/upload';
import { chunkOfAnyVersion } from '../uploads/version-0.1';
import { findStrayDays } from './stray-days';
import { type Summary, sumColumns, sumCounts } from './summaries';

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
  if (chunks === undefined) throw new PlanGone(`The plan ${upload.chunkList.key} is gone. Upload the file again.`);
  return mapAtOnce(readsAtOnce, z.array(chunkSchema).parse(chunks.value), (chunk) => readSummary(upload, chunk));
};

/** The chunk that ends inside a quoted field though the file goes on: its cut, or an earlier quote, is wrong. */
const findCutInQuotes = (summaries: readonly Summary[]): Summary | undefined =>
  summaries.slice(0, -1).find(({ open }) => open);

interface Sums extends Omit<Totals, 'days'> {
  /** Valid rows by day, in order. */
  days: Record<string, number>;
}

const sum = (summaries: readonly Summary[], count: (summary: Summary) => number): number =>
  summaries.reduce((total, summary) => total + count(summary), 0);

const sumSummaries = (upload: Pick<Upload, 'headerLines'>, summaries: readonly Summary[]): Sums => {
  const days = sumCounts(summaries.map((summary) => summary.days));
  const ordered = Object.fromEntries(Object.entries(days).sort(([one], [other]) => (one < other ? -1 : 1)));
  const strayDays = findStrayDays(days);
  const stray = new Set(strayDays);
  const kept = Object.keys(ordered).filter((day) => !stray.has(day));
  return {
    lines: upload.headerLines + sum(summaries, ({ lines }) => lines),
    rows: sum(summaries, ({ rows }) => rows),
    valid: sum(summaries, ({ valid }) => valid),
    rejected: sum(summaries, ({ rejected }) => rejected),
    records: sum(summaries, ({ records }) => records.length),
    chunks: summaries.length,
    firstDay: kept[0] ?? '',
    lastDay: kept.at(-1) ?? '',
    days: ordered,
    strayDays,
    strayRows: strayDays.reduce((rows, day) => rows + (days[day] ?? 0), 0),
    reasons: sumCounts(summaries.map(({ reasons }) => reasons)),
    setAside: sumCounts(summaries.map(({ setAside }) => setAside)),
    rowsWithSetAside: sum(summaries, ({ rowsWithSetAside = 0 }) => rowsWithSetAside),
    columns: sumColumns(summaries.map(({ columns }) => columns)),
    headers: sum(summaries, ({ headers = 0 }) => headers),
    leftOut: sum(summaries, ({ leftOut = 0 }) => leftOut),
  };
};

export type { Sums };
export { findCutInQuotes, readSummaries, SummaryMissing, sumSummaries };
