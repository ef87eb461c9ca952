import {
  BatchUpdatePartitionCommand,
  EntityNotFoundException,
  GetPartitionsCommand,
  GetTableCommand,
  GlueClient,
  type Partition,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { afterEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { tables } from '../../../contract';
import { widenPartitions, widenTable } from '../../../core/lake/widening';

/** The catalogue of an earlier version: `measurements` without its last two columns, and in an order of its own. */
const glue = mockClient(GlueClient);

const all = (tables.find(({ name }) => name === 'measurements')?.columns ?? []).map(({ name, type }) => ({
  Name: name,
  Type: type,
}));
const known = all.slice(0, -2).toReversed();
const widened = [...known, ...all.slice(-2)];
const storage = { Location: 's3://lake/measurements/', Columns: known };

const day = (n: number, Columns = known): Partition => ({
  Values: [`2026-01-${String(n).padStart(2, '0')}`],
  StorageDescriptor: { ...storage, Columns },
  Parameters: { classification: 'parquet' },
  CreationTime: new Date(0),
});

const updated = () => glue.commandCalls(BatchUpdatePartitionCommand).map(({ args }) => args[0].input.Entries ?? []);

afterEach(() => {
  glue.reset();
});

describe('a table of an earlier version', () => {
  test('gets the new columns behind its own, after all its days did', async () => {
    const Table = { Name: 'measurements', VersionId: '7', CreateTime: new Date(0), StorageDescriptor: storage };
    glue.on(GetTableCommand).resolves({ Table });
    glue.on(GetPartitionsCommand, { NextToken: undefined }).resolves({ Partitions: [day(1)], NextToken: 'more' });
    glue.on(GetPartitionsCommand, { NextToken: 'more' }).resolves({ Partitions: [day(2), day(3, all)] });
    glue.on(BatchUpdatePartitionCommand).resolves({});
    glue.on(UpdateTableCommand).resolves({});

    await widenTable('db', 'measurements');

    expect(updated().flat()).toEqual(
      [1, 2].map((n) => ({
        PartitionValueList: day(n).Values,
        PartitionInput: {
          Values: day(n).Values,
          Parameters: { classification: 'parquet' },
          StorageDescriptor: { ...storage, Columns: widened },
        },
      })),
    );
    const calls = glue.calls().map(({ args }) => args[0].constructor.name);
    expect(calls.at(-1)).toBe('UpdateTableCommand');
    expect(glue.commandCalls(UpdateTableCommand)[0]?.args[0].input).toEqual({
      DatabaseName: 'db',
      // What Glue adds of its own, such as the time of its making, it does not take back.
      TableInput: { Name: 'measurements', StorageDescriptor: { ...storage, Columns: widened } },
      VersionId: '7',
    });
  });

  test('is left alone where it knows all, and where there is none', async () => {
    glue.on(GetTableCommand).resolves({ Table: { Name: 'measurements', StorageDescriptor: { Columns: all } } });
    await widenTable('db', 'measurements');
    glue.on(GetTableCommand).rejects(new EntityNotFoundException({ message: 'none', $metadata: {} }));
    await widenTable('db', 'measurements');

    expect(glue.commandCalls(UpdateTableCommand)).toEqual([]);
    expect(glue.commandCalls(GetPartitionsCommand)).toEqual([]);
  });
});

describe('days of an earlier version', () => {
  test('are updated in portions that Glue takes', async () => {
    glue.on(BatchUpdatePartitionCommand).resolves({});

    await widenPartitions(
      'db',
      'measurements',
      Array.from({ length: 250 }, (_, n) => day(n)),
    );

    expect(updated().map((entries) => entries.length)).toEqual([100, 100, 50]);
  });

  test('one that went meanwhile is passed over, any other fault is told', async () => {
    const failing = (ErrorCode: string) =>
      glue
        .on(BatchUpdatePartitionCommand)
        .resolves({ Errors: [{ PartitionValueList: ['d'], ErrorDetail: { ErrorCode, ErrorMessage: 'why' } }] });

    failing('EntityNotFoundException');
    await widenPartitions('db', 'measurements', [day(1)]);
    failing('InternalServiceException');
    await expect(widenPartitions('db', 'measurements', [day(1)])).rejects.toThrow('Day d of measurements: why');
  });
});
