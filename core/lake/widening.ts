import {
  BatchUpdatePartitionCommand,
  type Column,
  type Partition,
  paginateGetPartitions,
  type StorageDescriptor,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { tables } from '../../contract';
import { glue } from '../platform/clients';
import { findTable, inputOf } from './tables';

/** BatchUpdatePartition takes no more. */
const updatedAtOnce = 100;

const columnsOf = (table: string): Column[] =>
  (tables.find(({ name }) => name === table)?.columns ?? []).map(({ name, type }) => ({ Name: name, Type: type }));

/** Columns of the contract that a table, or a day of it, does not know. */
const lackedBy = (table: string, storage: StorageDescriptor | undefined): Column[] => {
  const known = new Set(storage?.Columns?.map(({ Name }) => Name?.toLowerCase()));
  return columnsOf(table).filter(({ Name }) => !known.has(Name));
};

/** New columns come last: those that are there keep their places. */
const widened = (table: string, storage: StorageDescriptor | undefined): StorageDescriptor => ({
  ...storage,
  Columns: [...(storage?.Columns ?? []), ...lackedBy(table, storage)],
});

const isOutdated = (table: string, { StorageDescriptor: storage }: Partition): boolean =>
  lackedBy(table, storage).length > 0;

/** Gives the new columns to days of a table that do not know them. */
const widenPartitions = async (database: string, table: string, partitions: readonly Partition[]): Promise<void> => {
  const outdated = partitions.filter((partition) => isOutdated(table, partition));
  for (let start = 0; start < outdated.length; start += updatedAtOnce) {
    const { Errors: [error] = [] } = await glue().send(
      new BatchUpdatePartitionCommand({
        DatabaseName: database,
        TableName: table,
        Entries: outdated.slice(start, start + updatedAtOnce).map(({ Values, StorageDescriptor, Parameters }) => ({
          PartitionValueList: Values,
          PartitionInput: { Values, Parameters, StorageDescriptor: widened(table, StorageDescriptor) },
        })),
      }),
    );
    // One that went meanwhile is of no more concern.
    if (error !== undefined && error.ErrorDetail?.ErrorCode !== 'EntityNotFoundException') {
      throw Object.assign(
        new Error(`Day ${error.PartitionValueList} of ${table}: ${error.ErrorDetail?.ErrorMessage}`),
        { name: error.ErrorDetail?.ErrorCode ?? 'PartitionNotUpdated' },
      );
    }
  }
};

/**
 * Gives a table that was crawled by an earlier version the columns that came since. The crawler looks at new days only, and
 * never changes a table. The table comes last, so that one that knows a column says that all its days did; a day that was
 * crawled meanwhile is found by the upload that it belongs to.
 */
const widenTable = async (database: string, table: string): Promise<void> => {
  const found = await findTable(database, table);
  if (found === undefined || lackedBy(table, found.StorageDescriptor).length === 0) return;
  const pages = paginateGetPartitions({ client: glue() }, { DatabaseName: database, TableName: table });
  for await (const { Partitions = [] } of pages) await widenPartitions(database, table, Partitions);
  await glue().send(
    new UpdateTableCommand({
      DatabaseName: database,
      TableInput: { ...inputOf(found), StorageDescriptor: widened(table, found.StorageDescriptor) },
      VersionId: found.VersionId,
    }),
  );
};

export { widenPartitions, widenTable };
