import { BatchGetPartitionCommand, EntityNotFoundException, type GlueClient } from '@aws-sdk/client-glue';
import type { AwsClientStub } from 'aws-sdk-client-mock';
import type { SealedObject } from '../../core/lake/sealed';

/** An object of an upload in a day of a table. */
const sealedObject = (table: SealedObject['table'], day: string): SealedObject => ({
  key: `${table}/${day}`,
  table,
  day,
  rows: 1,
});

/** Makes a catalogue that has some days of each table, and answers a part of each page only. */
const catalogued = (glue: AwsClientStub<GlueClient>, days: Record<string, string[]>, answersAtOnce = 1_000) =>
  glue.on(BatchGetPartitionCommand).callsFake(({ TableName, PartitionsToGet }) => {
    const known = days[TableName];
    if (known === undefined) throw new EntityNotFoundException({ message: TableName, $metadata: {} });
    return {
      Partitions: PartitionsToGet.slice(0, answersAtOnce).filter(({ Values }: { Values: string[] }) =>
        known.includes(Values[0] ?? ''),
      ),
      UnprocessedKeys: PartitionsToGet.slice(answersAtOnce),
    };
  });

export { catalogued, sealedObject };
