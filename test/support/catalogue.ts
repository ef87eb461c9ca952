import {
  BatchGetPartitionCommand,
  EntityNotFoundException,
  GetTableCommand,
  type GlueClient,
} from '@aws-sdk/client-glue';
import type { AwsClientStub } from 'aws-sdk-client-mock';
import { tables } from '../../contract';
import type { SealedObject } from '../../core/lake/sealed';

/** An object of an upload in a day of a table. */
const sealedObject = (table: SealedObject['table'], day: string): SealedObject => ({
  key: `${table}/${day}`,
  table,
  day,
  rows: 1,
});

/** Columns of a table, as the catalogue has them. */
const columnsOf = (table: string) => ({
  Columns: tables.find(({ name }) => name === table)?.columns.map(({ name, type }) => ({ Name: name, Type: type })),
});

/** In which there are views of all tables. */
const viewsDatabase = 'views';

/** Makes a catalogue that has views, and some days of each table behind them, and answers a part of each page only. */
const catalogued = (glue: AwsClientStub<GlueClient>, days: Record<string, string[]>, answersAtOnce = 1_000): void => {
  const daysOf = (table: string): string[] => {
    const known = days[table];
    if (known === undefined) throw new EntityNotFoundException({ message: table, $metadata: {} });
    return known;
  };
  glue.on(GetTableCommand).callsFake(({ DatabaseName, Name }) => {
    if (DatabaseName === viewsDatabase) return { Table: { Name, TableType: 'VIRTUAL_VIEW' } };
    daysOf(Name);
    return { Table: { Name, StorageDescriptor: columnsOf(Name) } };
  });
  glue.on(BatchGetPartitionCommand).callsFake(({ TableName, PartitionsToGet }) => {
    const known = daysOf(TableName);
    return {
      Partitions: PartitionsToGet.slice(0, answersAtOnce)
        .filter(({ Values }: { Values: string[] }) => known.includes(Values[0] ?? ''))
        .map(({ Values }: { Values: string[] }) => ({ Values, StorageDescriptor: columnsOf(TableName) })),
      UnprocessedKeys: PartitionsToGet.slice(answersAtOnce),
    };
  });
};

export { catalogued, sealedObject, viewsDatabase };
