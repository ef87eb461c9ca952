import { EntityNotFoundException, GetTableCommand, type Table, type TableInput } from '@aws-sdk/client-glue';
import { glue } from '../platform/clients';

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

export { findTable, inputOf };
