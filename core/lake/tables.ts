import { EntityNotFoundException, GetTableCommand, type Table, type TableInput } from '@aws-sdk/client-glue';
import { glue } from '../platform/clients';
import { tables } from '../platform/keys';

/** A table of the catalogue, or undefined where there is none. */
const findTable = async (database: string, table: string): Promise<Table | undefined> => {
  try {
    return (await glue().send(new GetTableCommand({ DatabaseName: database, Name: table }))).Table;
  } catch (error) {
    if (error instanceof EntityNotFoundException) return undefined;
    throw error;
  }
};

/** A table as it is given back: what Glue adds of its own is not taken. */
const inputOf = ({
  Name,
  Description,
  Owner,
  Retention,
  PartitionKeys,
  TableType,
  Parameters,
  StorageDescriptor,
}: Table): TableInput => ({
  Name,
  Description,
  Owner,
  Retention,
  PartitionKeys,
  TableType,
  Parameters,
  StorageDescriptor,
});

/** Whether a table is one of today's views. */
const isView = (table: Table | undefined): boolean => table?.TableType === 'VIRTUAL_VIEW';

/** Whether all views are there. While a deployment over version 0.1 goes on, its crawled tables are, and then for seconds nothing. */
const hasViews = async (database: string): Promise<boolean> => {
  const found = await Promise.all(tables.map((table) => findTable(database, table)));
  return found.every(isView);
};

export { findTable, hasViews, inputOf, isView };
