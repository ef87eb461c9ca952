import * as z from 'zod';
import { environment } from '../../platform/environment';
import { getJson } from '../../platform/objects';
import { sumColumns, sumCounts } from '../../rows/summaries';
import { type Totals, totalsSchema, type Upload, uploadSchema } from '../../uploads/upload';

/** An upload that is, or waits to be, reported. */
const roundUploadSchema = z.strictObject({
  upload: uploadSchema,
  totals: totalsSchema,
  /** ARN of the execution that carries it. */
  execution: z.string(),
});

/** Uploads that are reported together: by one run of the reports, on one page and in one mail. */
const roundSchema = z.strictObject({
  /** Counts from 1; 0 for an upload whose execution knows no rounds. */
  number: z.number().int().min(0),
  /** 16 hex digits: what stands for `<upload>` in the keys of the results. That of the leader's upload, where it is in the round. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** ARN of the execution that runs the reports. */
  leader: z.string(),
  /** The leader's first, where it is in the round; the others in the order in which they came. */
  uploads: z.array(roundUploadSchema).min(1),
  /** Of all of them together. */
  totals: totalsSchema,
});

/** What the state has of a round. */
const roundReferenceSchema = z.object({
  number: z.number().int(),
  /** Of the round's object in the lake bucket. */
  key: z.string(),
});

interface RoundUpload {
  upload: Upload;
  totals: Totals;
  execution: string;
}

interface Round {
  number: number;
  id: string;
  leader: string;
  uploads: RoundUpload[];
  totals: Totals;
}

type RoundReference = z.infer<typeof roundReferenceSchema>;

const sumOf = (all: readonly Totals[], of: (totals: Totals) => number): number =>
  all.reduce((sum, totals) => sum + of(totals), 0);

/**
 * The totals of uploads together; those of the upload, where it is one. A day is a stray one where each upload that has it says so;
 * `strayRows` are those of the uploads that have a stray day left, so at most as many.
 */
const mergeTotals = (uploads: readonly Pick<RoundUpload, 'totals'>[]): Totals => {
  const all = uploads.map(({ totals }) => totals);
  const [first] = all;
  if (first === undefined) throw new Error('There are no totals of no uploads.');
  if (all.length === 1) return first;
  const ordinary = new Set(
    all.flatMap(({ days, strayDays }) => {
      const stray = new Set(strayDays);
      return days.filter((day) => !stray.has(day));
    }),
  );
  const days = [...new Set(all.flatMap((totals) => totals.days))].sort();
  const isStray = (day: string) => !ordinary.has(day);
  const edges = all.flatMap(({ firstDay, lastDay }) => [firstDay, lastDay]).sort();
  return {
    lines: sumOf(all, ({ lines }) => lines),
    rows: sumOf(all, ({ rows }) => rows),
    valid: sumOf(all, ({ valid }) => valid),
    rejected: sumOf(all, ({ rejected }) => rejected),
    records: sumOf(all, ({ records }) => records),
    chunks: sumOf(all, ({ chunks }) => chunks),
    firstDay: edges[0] ?? first.firstDay,
    lastDay: edges.at(-1) ?? first.lastDay,
    days,
    reasons: sumCounts(all.map(({ reasons }) => reasons)),
    setAside: sumCounts(all.map(({ setAside }) => setAside)),
    rowsWithSetAside: sumOf(all, ({ rowsWithSetAside }) => rowsWithSetAside),
    columns: sumColumns(all.map(({ columns }) => columns)),
    strayDays: days.filter(isStray),
    strayRows: sumOf(all, ({ strayDays, strayRows }) => (strayDays.some(isStray) ? strayRows : 0)),
    headers: sumOf(all, ({ headers }) => headers),
    leftOut: sumOf(all, ({ leftOut }) => leftOut),
  };
};

/** The round of one upload, as of an execution that began before there were rounds. */
const roundOf = (upload: Upload, totals: Totals, execution: string): Round => ({
  number: 0,
  id: upload.id,
  leader: execution,
  uploads: [{ upload, totals, execution }],
  totals,
});

/**
 * A round as its leader wrote it down.
 *
 * @throws where its object has expired
 */
const readRound = async (key: string): Promise<Round> => {
  const stored = await getJson<unknown>(environment('LAKE_BUCKET'), key);
  if (stored === undefined) throw new Error(`The round ${key} is gone. Upload one of its files again.`);
  return roundSchema.parse(stored.value);
};

export type { Round, RoundReference, RoundUpload };
export { mergeTotals, readRound, roundOf, roundReferenceSchema, roundSchema, roundUploadSchema };
