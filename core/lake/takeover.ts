import {
  BatchCreatePartitionCommand,
  CreateTableCommand,
  DeleteTableCommand,
  EntityNotFoundException,
  type Partition,
  paginateGetPartitions,
  type Table,
} from '@aws-sdk/client-glue';
import { glue } from '../platform/clients';
import { tables } from '../platform/keys';
import { listOldUploads } from './old-uploads';
import { findTable, inputOf, isView } from './tables';
import { widenTable } from './widening';

/** Databases of the catalogue. */
interface Databases {
  /** Which people query: views; under version 0.1 the crawled tables. */
  views: string;
  /** Of the crawled tables. */
  files: string;
}

/** What was taken over. */
interface TakenOver {
  tables: string[];
  uploads: number;
}

/** BatchCreatePartition takes no more. */
const partitionsAtOnce = 100;

const isPresent = (name: string | undefined): boolean => name === 'AlreadyExistsException';

const createTable = async (database: string, table: Table): Promise<void> => {
  try {
    await glue().send(new CreateTableCommand({ DatabaseName: database, TableInput: inputOf(table) }));
  } catch (error) {
    if (!isPresent((error as Error).name)) throw error;
  }
};

/** One that is gone already is deleted: the answer to an attempt before this one was lost. */
const deleteTable = async (database: string, name: string): Promise<void> => {
  try {
    await glue().send(new DeleteTableCommand({ DatabaseName: database, Name: name }));
  } catch (error) {
    if (!(error instanceof EntityNotFoundException)) throw error;
  }
};

const createPartitions = async (database: string, table: string, partitions: readonly Partition[]): Promise<void> => {
  const { Errors = [] } = await glue().send(
    new BatchCreatePartitionCommand({
      DatabaseName: database,
      TableName: table,
      PartitionInputList: partitions.map(({ Values, StorageDescriptor, Parameters }) => ({
        Values,
        StorageDescriptor,
        Parameters,
      })),
    }),
  );
  const error = Errors.find(({ ErrorDetail }) => !isPresent(ErrorDetail?.ErrorCode))?.ErrorDetail;
  if (error) throw Object.assign(new Error(error.ErrorMessage), { name: error.ErrorCode ?? 'PartitionNotCreated' });
};

/** Gives a crawled table with all its days to another database; its objects stay where they are. */
const copyTable = async (name: string, table: Table, from: string, to: string): Promise<void> => {
  await createTable(to, table);
  const pages = paginateGetPartitions({ client: glue() }, { DatabaseName: from, TableName: name });
  for await (const { Partitions = [] } of pages) {
    for (let start = 0; start < Partitions.length; start += partitionsAtOnce) {
      await createPartitions(to, name, Partitions.slice(start, start + partitionsAtOnce));
    }
  }
};

/**
 * Takes over what a deployment of version 0.1 left: crawled tables under the names that views have now, and uploads that no log of
 * visibility knows. Nothing is copied or deleted but entries of the catalogue. May be called again at any time: the old tables go
 * last.
 *
 * Tables of any version get the columns that came since, before the views name them.
 *
 * @param first - whether there may be uploads of version 0.1 without tables: a bucket that was kept when the stack was taken away
 */
const takeOverLake = async (bucket: string, databases: Databases, first: boolean): Promise<TakenOver> => {
  const old: { name: string; table: Table }[] = [];
  for (const name of tables) {
    const table = await findTable(databases.views, name);
    if (table !== undefined && !isView(table)) old.push({ name, table });
  }
  for (const { name, table } of old) await copyTable(name, table, databases.views, databases.files);
  const uploads = first || old.length > 0 ? await listOldUploads(bucket) : 0;
  for (const { name } of old) await deleteTable(databases.views, name);
  for (const name of tables) await widenTable(databases.files, name);
  return { tables: old.map(({ name }) => name), uploads };
};

/**
 * Gives the tables back, where views are gone already. So that version 0.1 finds them when a deployment over it is rolled back: that
 * deletes the database of the files, and the crawler looks at new days only.
 *
 * @returns the tables that are back
 */
const giveBackTables = async ({ views, files }: Databases): Promise<string[]> => {
  const back: string[] = [];
  for (const name of tables) {
    const table = await findTable(files, name);
    if (table === undefined || isView(await findTable(views, name))) continue;
    await copyTable(name, table, files, views);
    back.push(name);
  }
  return back;
};

export type { Databases, TakenOver };
export { giveBackTables, takeOverLake };
