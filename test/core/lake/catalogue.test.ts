import {
  BatchGetPartitionCommand,
  EntityNotFoundException,
  GetTableCommand,
  GlueClient,
  GlueServiceException,
} from '@aws-sdk/client-glue';
import { mockClient } from 'aws-sdk-client-mock';
import { tables } from '../../../contract';
import { findMissingPartitions } from '../../../core/lake/catalogue';
import type { SealedObject } from '../../../core/lake/sealed';
import { findNewPartitions } from '../../../functions/find-new-partitions';
import { MemoryS3 } from '../../support/memory-s3';
import { claimFor, lake, makeTotals, makeUpload } from '../../support/uploads';

const object = (table: SealedObject['table'], day: string): SealedObject => ({
  key: `${table}/${day}`,
  table,
  day,
  rows: 1,
});
const dayOf = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);

const glue = mockClient(GlueClient);

/** Columns of a table, as the catalogue has them. */
const columnsOf = (table: string) => ({
  Columns: tables.find(({ name }) => name === table)?.columns.map(({ name, type }) => ({ Name: name, Type: type })),
});

/** A catalogue that has some days of each table, and answers a part of each page only. */
const catalogued = (days: Record<string, string[]>, answersAtOnce = 1_000) => {
  const daysOf = (table: string): string[] => {
    const known = days[table];
    if (known === undefined) throw new EntityNotFoundException({ message: table, $metadata: {} });
    return known;
  };
  glue.on(GetTableCommand).callsFake(({ Name }) => {
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

beforeEach(() => glue.reset());

describe('days that the catalogue lacks', () => {
  const objects = [
    object('measurements', '2026-01-01'),
    object('measurements', '2026-01-02'),
    object('measurements', '2026-01-02'),
    object('hourly_quality', '2026-01-02'),
  ];

  it('are found for each table', async () => {
    catalogued({ measurements: ['2026-01-01'], hourly_quality: ['2026-01-02'] });
    await expect(findMissingPartitions('db', objects)).resolves.toEqual([{ table: 'measurements', day: '2026-01-02' }]);
  });

  it('are all where there is no table yet', async () => {
    catalogued({ measurements: ['2026-01-01', '2026-01-02'] });
    await expect(findMissingPartitions('db', objects)).resolves.toEqual([
      { table: 'hourly_quality', day: '2026-01-02' },
    ]);
  });

  it('are asked for in pages, and again where Glue left some of a page', async () => {
    const days = Array.from({ length: 250 }, (_, n) => dayOf(n));
    catalogued({ measurements: days.slice(1) }, 60);
    const missing = await findMissingPartitions(
      'db',
      days.map((day) => object('measurements', day)),
    );
    expect(missing).toEqual([{ table: 'measurements', day: days[0] }]);
    expect(glue.commandCalls(BatchGetPartitionCommand).length).toBeGreaterThanOrEqual(5);
  });

  it('are not guessed at where Glue fails', async () => {
    catalogued({ measurements: [], hourly_quality: [] });
    glue
      .on(BatchGetPartitionCommand)
      .rejects(new GlueServiceException({ name: 'ThrottlingException', $fault: 'client', $metadata: {} }));
    await expect(findMissingPartitions('db', objects)).rejects.toThrow(GlueServiceException);
  });
});

describe('find-new-partitions', () => {
  let s3: MemoryS3;
  const upload = makeUpload();
  const event = {
    upload,
    totals: makeTotals(),
    execution: { Id: 'arn' },
    partitions: { missing: 0, crawls: 0, next: 'look' as const, wait: 1, polls: 0 },
  };

  beforeEach(() => {
    s3 = new MemoryS3();
    process.env.LAKE_BUCKET = lake;
    process.env.DATABASE_NAME = 'db';
    claimFor(s3, upload);
    const objects = [object('measurements', '2026-01-01'), object('hourly_quality', '2026-01-01')];
    s3.putJson(`${lake}/sealed/${upload.id}.json`, { upload: upload.id, state: 'sealed', objects });
  });
  afterEach(() => s3.restore());

  it('asks only for days that hold objects of the upload', async () => {
    catalogued({ measurements: ['2026-01-01'], hourly_quality: ['2026-01-01'] });
    await expect(findNewPartitions(event)).resolves.toMatchObject({ next: 'done', missing: 0 });
    const asked = glue.commandCalls(BatchGetPartitionCommand).flatMap(({ args }) => args[0].input.PartitionsToGet);
    expect(asked).toEqual([{ Values: ['2026-01-01'] }, { Values: ['2026-01-01'] }]);
  });

  it('wants a crawl for a new day', async () => {
    catalogued({});
    await expect(findNewPartitions(event)).resolves.toMatchObject({ next: 'crawl', missing: 2, crawls: 1 });
  });

  it('asks nothing while the crawler runs', async () => {
    const crawler = { Crawler: { State: 'RUNNING' as const } };
    const state = await findNewPartitions({ ...event, partitions: { ...event.partitions, crawls: 1, crawler } });
    expect(state).toMatchObject({ next: 'wait', crawls: 1 });
    expect(state).not.toHaveProperty('crawler');
    expect(glue.calls()).toEqual([]);
  });

  it('ends for an upload that was overtaken', async () => {
    claimFor(s3, makeUpload({ id: 'b'.repeat(16) }));
    await expect(findNewPartitions(event)).rejects.toMatchObject({ name: 'Superseded' });
  });
});
