import { standBack } from '../../platform/backoff';
import { eachAtOnce, mapAtOnce } from '../../platform/concurrency';
import { CellflowError } from '../../platform/errors';
import { type TableName, tables } from '../../platform/keys';
import { getWhole, putIf } from '../../platform/objects';
import { ClaimContended } from '../../uploads/claiming';
import { mergeOf } from '../copies';
import { append, type Columns, noColumns, readColumns, writeColumns } from '../parquet/columns';
import { readSealed } from '../sealed';
import { isShown, readClaimLog } from '../visibility-log';
import { type Member, type Merge, readMerge } from './merges';

/** What a merge read of a member is not what it has. */
class MergeDefect extends CellflowError {}

const recordsAtOnce = 48;
const readsAtOnce = 16;
const attempts = 12;
const idColumn = 'upload_id';

/** Objects that hold rows of the members, by the merged object that they go into. */
type Sources = Map<string, Set<string>>;

/** Where the rows of a member lie now. */
const objectsOf = async (
  bucket: string,
  { upload, from }: Member,
): Promise<{ key: string; table: string; day: string }[]> => {
  const earlier = mergeOf(from);
  if (earlier === undefined) return (await readSealed(bucket, upload))?.objects ?? [];
  return (await readMerge(bucket, earlier))?.merge.objects ?? [];
};

const findSources = async (bucket: string, { members, objects }: Merge): Promise<Sources> => {
  const sources: Sources = new Map(objects.map(({ key }) => [key, new Set()]));
  const merged = new Map(objects.map(({ key, table, day }) => [`${table} ${day}`, key]));
  // Members of an earlier merge lie in the same objects.
  const places = new Map(members.map((member) => [mergeOf(member.from) ?? member.from, member]));
  await eachAtOnce(recordsAtOnce, places.values(), async (member) => {
    for (const { key, table, day } of await objectsOf(bucket, member)) {
      sources.get(merged.get(`${table} ${day}`) ?? '')?.add(key);
    }
  });
  return sources;
};

/** Rows that are in the merged objects, by table and copy. */
type Counts = Record<TableName, Map<string, number>>;

/** Adds the members' rows of a file, under the ids that they get. */
const takeRows = (to: Columns, file: Columns, ids: ReadonlyMap<string, string>): void => {
  const copies = (file.values.get(idColumn) ?? []).map((id) => ids.get(String(id)) ?? null);
  file.values.set(idColumn, copies);
  append(to, file, (row) => copies[row] !== null);
};

const count = (counts: Map<string, number>, { values }: Columns): void => {
  for (const id of values.get(idColumn) ?? []) counts.set(String(id), (counts.get(String(id)) ?? 0) + 1);
};

/**
 * Puts an object where there is none.
 *
 * @returns what is there: an attempt before this one, or beside it, may have put it
 */
const putOnce = async (bucket: string, key: string, columns: Columns): Promise<Columns> => {
  const Body = writeColumns(columns);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (await putIf(bucket, key, { Body }, { ifAbsent: true })) return columns;
    const there = await getWhole(bucket, key);
    if (there !== undefined) return readColumns(there);
    await standBack(attempt);
  }
  throw new ClaimContended(`s3://${bucket}/${key} could not be written; the next run goes on with the merge.`);
};

/** @throws {@link MergeDefect} where a member that queries see has not all of its rows in the merged objects, or has more */
const judge = async (bucket: string, { n, members }: Merge, counts: Counts): Promise<void> => {
  const differing = members.filter(({ to, rows }) =>
    tables.some((table) => (counts[table].get(to) ?? 0) !== rows[table]),
  );
  await eachAtOnce(recordsAtOnce, differing, async (member) => {
    // One that was retired meanwhile may be deleted already: its rows are left out, for nobody sees them.
    if (!isShown((await readClaimLog(bucket, member.claim)).versions.get(member.from))) return;
    const found = tables.map(
      (table) => `${counts[table].get(member.to) ?? 0} of ${member.rows[table]} rows of ${table}`,
    );
    throw new MergeDefect(
      `The objects of merge ${n} hold ${found.join(' and ')} of the upload ${member.upload}. Nothing was moved, and queries see what they saw. Upload its file again: days are merged once it is replaced.`,
    );
  });
};

/**
 * Writes the objects of a merge, where no query sees their rows yet. Killed anywhere it begins again; at the same time as another,
 * the first of both writes an object.
 *
 * @throws {@link MergeDefect}
 */
const writeMerged = async (bucket: string, merge: Merge): Promise<void> => {
  const ids = new Map(merge.members.map(({ from, to }) => [from, to]));
  const sources = await findSources(bucket, merge);
  const counts = Object.fromEntries(tables.map((table) => [table, new Map()])) as Counts;
  // One after the other: its rows are all that is in memory.
  for (const { key, table } of merge.objects) {
    const columns = noColumns();
    const files = await mapAtOnce(readsAtOnce, [...(sources.get(key) ?? [])].sort(), (source) =>
      getWhole(bucket, source),
    );
    for (const file of files) {
      if (file !== undefined) takeRows(columns, await readColumns(file), ids);
    }
    if (columns.rows > 0) count(counts[table], await putOnce(bucket, key, columns));
  }
  await judge(bucket, merge, counts);
};

export { MergeDefect, takeRows, writeMerged };
