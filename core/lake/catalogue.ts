import {
  BatchGetPartitionCommand,
  EntityNotFoundException,
  type Partition as GluePartition,
  paginateGetPartitions,
} from '@aws-sdk/client-glue';
import { glue } from '../platform/clients';
import { eachAtOnce } from '../platform/concurrency';
import { tables } from '../platform/keys';
import { addDays } from '../uploads/days';
import type { SealedObject } from './sealed';
import { widenPartitions, widenTable } from './widening';

/** A day of a table. */
interface Partition {
  table: string;
  day: string;
}

/** A partition carries its columns: pages are kept well under what one answer holds. */
const partitionsAtOnce = 100;

/** The days that the objects are in, by table. */
const partitionsOf = (objects: readonly SealedObject[]): Map<string, string[]> =>
  new Map(
    tables.map((table) => [
      table,
      [...new Set(objects.filter((object) => object.table === table).map(({ day }) => day))].sort(),
    ]),
  );

/** Those of the days that the catalogue has for a table; none where it has no such table yet. */
const findCatalogued = async (database: string, table: string, days: string[]): Promise<GluePartition[]> => {
  const found: GluePartition[] = [];
  let asked = days;
  while (asked.length > 0) {
    try {
      const { Partitions = [], UnprocessedKeys = [] } = await glue().send(
        new BatchGetPartitionCommand({
          DatabaseName: database,
          TableName: table,
          PartitionsToGet: asked.map((day) => ({ Values: [day] })),
        }),
      );
      found.push(...Partitions);
      // Unprocessed keys may be those that an answer had no room for, or partitions that are not there: as long as an
      // answer holds partitions, the next may hold more.
      asked = Partitions.length > 0 ? UnprocessedKeys.flatMap(({ Values }) => Values ?? []) : [];
    } catch (error) {
      if (error instanceof EntityNotFoundException) return found;
      throw error;
    }
  }
  return found;
};

/**
 * The days with objects that the catalogue lacks: until it has them, no query sees their rows. Those that it has, and whose
 * columns are of an earlier version, get the new ones.
 */
const findMissingPartitions = async (database: string, objects: readonly SealedObject[]): Promise<Partition[]> => {
  const pages = [...partitionsOf(objects)].flatMap(([table, days]) =>
    Array.from({ length: Math.ceil(days.length / partitionsAtOnce) }, (_, page) => ({
      table,
      days: days.slice(page * partitionsAtOnce, (page + 1) * partitionsAtOnce),
    })),
  );
  await eachAtOnce(tables.length, tables, (table) => widenTable(database, table));
  const missing: Partition[] = [];
  await eachAtOnce(4, pages, async ({ table, days }) => {
    const partitions = await findCatalogued(database, table, days);
    await widenPartitions(database, table, partitions);
    const catalogued = new Set(partitions.map(({ Values }) => Values?.[0]));
    missing.push(...days.filter((day) => !catalogued.has(day)).map((day) => ({ table, day })));
  });
  return missing.sort((a, b) => `${a.table}${a.day}`.localeCompare(`${b.table}${b.day}`));
};

/**
 * The days of a table before a day, in their order, that the catalogue has; none where there is no such table yet.
 *
 * @param within - days that are looked back
 */
const findDaysBefore = async (database: string, table: string, day: string, within: number): Promise<string[]> => {
  const from = addDays(day, -within);
  const pages = paginateGetPartitions(
    { client: glue() },
    {
      DatabaseName: database,
      TableName: table,
      Expression: `day >= '${from}' and day < '${day}'`,
      // The columns of each day would make many pages of few.
      ExcludeColumnSchema: true,
    },
  );
  const found: string[] = [];
  try {
    for await (const { Partitions = [] } of pages) found.push(...Partitions.flatMap(({ Values }) => Values?.[0] ?? []));
  } catch (error) {
    if (!(error instanceof EntityNotFoundException)) throw error;
  }
  // Emulators of the catalogue pass over the expression.
  return found.filter((each) => each >= from && each < day).sort();
};

export type { Partition };
export { findDaysBefore, findMissingPartitions };
