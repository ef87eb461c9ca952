import * as z from 'zod';
import { mapAtOnce } from '../platform/concurrency';
import { CellflowError } from '../platform/errors';
import { lakeKeys } from '../platform/keys';
import { getText, type ListedObject, listObjects, putTextIf } from '../platform/objects';

/**
 * A line of the log, and a row of the table `uploads_visibility`. Without a time the upload is only *enlisted*: its objects are
 * being copied. What it says holds for good, so order and doubles of lines do not matter.
 */
const lineSchema = z.object({
  upload_id: z.string(),
  /** Queries that begin at this time, in milliseconds since 1970, or later see the upload. */
  visible_from: z.number().int().optional(),
  /** Queries that begin at this time or later do not see it: it is retired for good. */
  visible_until: z.number().int().optional(),
  /** Of the claim, when the upload held it: the order of a key's versions. */
  generation: z.number().int(),
});

/** A line of a summary: what all entries of the claim, up to the `n`th, say of an upload. */
const summaryLineSchema = lineSchema.extend({
  claim: z.string(),
  n: z.number().int(),
  /** Its objects are deleted. */
  swept: z.literal(true).optional(),
});

type Line = z.infer<typeof lineSchema>;
type SummaryLine = z.infer<typeof summaryLineSchema>;

/** What the log says of an upload. */
interface Version {
  generation: number;
  from?: number;
  until?: number;
  swept?: true;
}

/** What the log of a claim says. */
interface ClaimLog {
  versions: Map<string, Version>;
  /** Number of its last entry, 0 where it has none. */
  last: number;
}

/** An entry as it is listed. */
interface ListedEntry extends ListedObject {
  /** 32 hex digits. */
  claim: string;
  n: number;
}

interface ListedSummary extends ListedObject {
  n: number;
}

/** Objects of the log, and what the entries and the newest summary say. */
interface LogObjects {
  entries: ListedEntry[];
  /** Of each entry. */
  lines: (Line[] | undefined)[];
  summaries: ListedSummary[];
  summary: SummaryLine[];
}

/** An object of the log is not what Cellflow writes, or the log lacks one. */
class UnreadableVisibility extends CellflowError {}

const readsAtOnce = 16;
/** Times that a log is read before it counts as broken: what moves under a reader moves once in hours. */
const mostReads = 5;

/** The claims of a summary have this digit first: its lines stay few enough to be read by each seal. */
const shardOf = (claim: string): string => claim[0] ?? '';
const shards = [...'0123456789abcdef'];

/** From `claims/<claim>.json`; an id stays as it is. */
const claimIdOf = (claimKey: string): string => claimKey.replace(/^.*\/|\.json$/g, '');

const earliest = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

/** Whether queries see it, or will from a moment on that is told, and no end of that is. */
const isShown = (version: Version | undefined): boolean => version?.from !== undefined && version.until === undefined;

const addLine = (versions: Map<string, Version>, line: Line & Pick<Version, 'swept'>): void => {
  const known = versions.get(line.upload_id);
  versions.set(line.upload_id, {
    generation: line.generation,
    from: earliest(known?.from, line.visible_from),
    until: earliest(known?.until, line.visible_until),
    ...((line.swept || known?.swept) && { swept: true }),
  });
};

/** Lines of an object; undefined where it is gone. */
const readLines = async <Parsed>(bucket: string, key: string, schema: z.ZodType<Parsed>) => {
  const stored = await getText(bucket, key);
  if (stored === undefined) return undefined;
  try {
    const lines = stored.value.split('\n').filter((line) => line !== '');
    return lines.map((line) => schema.parse(JSON.parse(line)));
  } catch (error) {
    throw new UnreadableVisibility(`s3://${bucket}/${key} is no part of a log of visibility.`, { cause: error });
  }
};

const writeLines = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

const numberOf = (key: string): number => Number(/-(\d+)\.json$/.exec(key)?.[1]);

/** Entries of one claim, or of all claims that begin so, in the order of claims and numbers. */
const listEntries = async (bucket: string, claim: string): Promise<ListedEntry[]> => {
  const entries: ListedEntry[] = [];
  for await (const object of listObjects(bucket, lakeKeys.visibilityOf(claim))) {
    entries.push({ ...object, claim: claimIdOf(object.key).replace(/-\d+$/, ''), n: numberOf(object.key) });
  }
  return entries;
};

/** Summaries of a shard, the newest last. */
const listSummaries = async (bucket: string, shard: string): Promise<ListedSummary[]> => {
  const summaries: ListedSummary[] = [];
  for await (const object of listObjects(bucket, lakeKeys.visibilitySummaries(shard))) {
    summaries.push({ ...object, n: numberOf(object.key) });
  }
  return summaries;
};

/** Lines of entries; undefined for one that went since it was listed, which only happens to what a summary covers. */
const readEntries = (bucket: string, entries: readonly ListedEntry[]): Promise<(Line[] | undefined)[]> =>
  mapAtOnce(readsAtOnce, entries, ({ key }) => readLines(bucket, key, lineSchema));

/** Lines of a summary; undefined where it is gone, which only happens when a newer one has been there for hours. */
const readSummary = (bucket: string, { key }: ListedSummary): Promise<SummaryLine[] | undefined> =>
  readLines(bucket, key, summaryLineSchema);

/** Adds up a claim's part of a summary and its entries; undefined where an entry is lacking in between. */
const foldClaim = (
  summary: readonly SummaryLine[],
  entries: readonly { n: number; lines: readonly Line[] | undefined }[],
): ClaimLog | undefined => {
  const versions = new Map<string, Version>();
  for (const line of summary) addLine(versions, line);
  let last = summary[0]?.n ?? 0;
  for (const { n, lines } of entries) {
    if (n <= last) continue;
    if (n !== last + 1 || lines === undefined) return undefined;
    for (const line of lines) addLine(versions, line);
    last = n;
  }
  return { versions, last };
};

/**
 * What there is of one claim, or of all claims that begin so, and of the shard's summaries; undefined where these moved meanwhile.
 * The entries are read first: what is missing among them is in a summary that was there for hours.
 */
const readObjects = async (bucket: string, claim: string): Promise<LogObjects | undefined> => {
  const entries = await listEntries(bucket, claim);
  const lines = await readEntries(bucket, entries);
  const summaries = await listSummaries(bucket, shardOf(claim));
  const newest = summaries.at(-1);
  const summary = newest === undefined ? [] : await readSummary(bucket, newest);
  return summary && { entries, lines, summaries, summary };
};

/** One look at the log of a claim; undefined where it moved meanwhile. */
const lookAtClaimLog = async (bucket: string, claim: string): Promise<ClaimLog | undefined> => {
  const found = await readObjects(bucket, claim);
  return (
    found &&
    foldClaim(
      found.summary.filter((line) => line.claim === claim),
      found.entries.map(({ n }, index) => ({ n, lines: found.lines[index] })),
    )
  );
};

/**
 * The log of a claim.
 *
 * @throws {@link UnreadableVisibility}
 */
const readClaimLog = async (bucket: string, claimKey: string): Promise<ClaimLog> => {
  for (let read = 0; read < mostReads; read += 1) {
    // A listing of several pages is no snapshot: an entry that was written between two may hide behind a later one.
    const log = await lookAtClaimLog(bucket, claimIdOf(claimKey));
    if (log !== undefined) return log;
  }
  throw new UnreadableVisibility(`The log of visibility of ${claimKey} lacks an entry.`);
};

/**
 * Writes the entry that follows a log as it was read.
 *
 * @param patience - time for the write, in milliseconds
 * @returns whether it is certain that it was written; where not, the log has to be read again before anything is concluded
 */
const appendEntry = (
  bucket: string,
  claimKey: string,
  { last }: ClaimLog,
  lines: readonly Line[],
  patience?: number,
): Promise<boolean> =>
  putTextIf(bucket, lakeKeys.visibility(claimIdOf(claimKey), last + 1), writeLines(lines), {
    ifAbsent: true,
    patience,
  });

/** Writes a shard's next summary; false where another did, or may have. */
const writeSummary = (bucket: string, shard: string, n: number, lines: readonly SummaryLine[]): Promise<boolean> =>
  putTextIf(bucket, lakeKeys.visibilitySummary(shard, n), writeLines(lines), { ifAbsent: true });

export type { ClaimLog, Line, LogObjects, SummaryLine, Version };
export {
  appendEntry,
  claimIdOf,
  earliest,
  foldClaim,
  isShown,
  listSummaries,
  readClaimLog,
  readObjects,
  readSummary,
  shardOf,
  shards,
  UnreadableVisibility,
  writeSummary,
};
