import { BatchGetPartitionCommand, EntityNotFoundException, GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { mockClient } from 'aws-sdk-client-mock';
import { enlist } from '../../core/lake/visibility';
import { readClaimLog } from '../../core/lake/visibility-log';
import { findNewPartitions, handler } from '../../functions/find-new-partitions';
import { catalogued, sealedObject, viewsDatabase } from '../support/catalogue';
import { MemoryS3 } from '../support/memory-s3';
import { claimFor, lake, makeTotals, makeUpload } from '../support/uploads';

const glue = mockClient(GlueClient);

beforeEach(() => glue.reset());

describe('find-new-partitions', () => {
  let s3: MemoryS3;
  const upload = makeUpload();
  const event = {
    upload,
    totals: makeTotals(),
    execution: { Id: 'arn' },
    partitions: { missing: 0, crawls: 0, next: 'look' as const, wait: 1, polls: 0 },
    visible: 'later' as const,
  };

  beforeEach(() => {
    s3 = new MemoryS3();
    process.env.LAKE_BUCKET = lake;
    process.env.DATABASE_NAME = viewsDatabase;
    process.env.FILES_DATABASE_NAME = 'db';
    claimFor(s3, upload);
    const objects = [sealedObject('measurements', '2026-01-01'), sealedObject('hourly_quality', '2026-01-01')];
    s3.putJson(`${lake}/sealed/${upload.id}.json`, { upload: upload.id, objects });
  });
  afterEach(() => s3.restore());

  it('asks only for days that hold objects of the upload', async () => {
    catalogued(glue, { measurements: ['2026-01-01'], hourly_quality: ['2026-01-01'] });
    await expect(findNewPartitions(event)).resolves.toMatchObject({ next: 'done', missing: 0 });
    const asked = glue.commandCalls(BatchGetPartitionCommand).flatMap(({ args }) => args[0].input.PartitionsToGet);
    expect(asked).toEqual([{ Values: ['2026-01-01'] }, { Values: ['2026-01-01'] }]);
  });

  it('wants a crawl for a new day', async () => {
    catalogued(glue, {});
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

  it('retires what an upload had enlisted that was overtaken, so that its copies are swept', async () => {
    await enlist(lake, upload);
    claimFor(s3, makeUpload({ id: 'b'.repeat(16) }), 2);
    await expect(findNewPartitions(event)).rejects.toMatchObject({ name: 'Superseded' });
    expect((await readClaimLog(lake, upload.claim)).versions.get(upload.id)).toHaveProperty(
      'until',
      expect.any(Number),
    );
  });

  it('finds nothing to crawl for an upload without objects', async () => {
    catalogued(glue, {});
    s3.objects.delete(`${lake}/sealed/${upload.id}.json`);
    await expect(findNewPartitions(event)).resolves.toMatchObject({ next: 'done', missing: 0 });
    expect(glue.commandCalls(BatchGetPartitionCommand)).toEqual([]);
  });

  it('gives up after two crawls that did not bring a day, and names it', async () => {
    catalogued(glue, { measurements: ['2026-01-01'], hourly_quality: [] });
    const crawler = { Crawler: { State: 'READY' as const, LastCrawl: { Status: 'SUCCEEDED' } } };
    const late = { ...event, partitions: { ...event.partitions, crawls: 2, crawler } };
    await expect(findNewPartitions(late)).rejects.toMatchObject({
      name: 'PartitionNotCatalogued',
      message: expect.stringContaining('still lacks hourly_quality/day=2026-01-01 after 2 crawls'),
    });
  });

  it('makes the upload of an execution visible that began under version 0.1, once all its days are catalogued', async () => {
    process.env.SETTINGS = JSON.stringify({ visibilityNoticeMs: 100 });
    const { visible: _, ...old } = event;
    catalogued(glue, {});
    await findNewPartitions(old);
    expect(s3.names(`${lake}/visibility/`)).toEqual([]);
    catalogued(glue, { measurements: ['2026-01-01'], hourly_quality: ['2026-01-01'] });
    await findNewPartitions(old);
    const { versions } = await readClaimLog(lake, upload.claim);
    expect(versions.get(upload.id)?.from).toBeLessThanOrEqual(Date.now());
    delete process.env.SETTINGS;
  });

  it('leaves the upload of any other to the stage for it', async () => {
    catalogued(glue, { measurements: ['2026-01-01'], hourly_quality: ['2026-01-01'] });
    await findNewPartitions(event);
    expect(s3.names(`${lake}/visibility/`)).toEqual([]);
  });

  it.each([
    ['the tables of version 0.1 are in their place', { Table: { Name: 'measurements', TableType: 'EXTERNAL_TABLE' } }],
    ['nothing is in their place', undefined],
  ])('waits for the views of a deployment, while %s', async (_, found) => {
    catalogued(glue, { measurements: ['2026-01-01'], hourly_quality: ['2026-01-01'] });
    const views = glue.on(GetTableCommand, { DatabaseName: viewsDatabase });
    if (found) views.resolves(found);
    else views.rejects(new EntityNotFoundException({ message: 'none', $metadata: {} }));
    const state = await findNewPartitions(event);
    expect(state).toMatchObject({ next: 'wait', polls: 1, crawls: 0 });
    expect(glue.commandCalls(BatchGetPartitionCommand)).toEqual([]);
    expect(s3.names(`${lake}/visibility/`)).toEqual([]);

    // They are there; whatever the crawler, which was asked for nothing, did before is of no concern.
    catalogued(glue, { measurements: ['2026-01-01'], hourly_quality: [] });
    const crawler = { Crawler: { State: 'READY' as const, LastCrawl: { Status: 'FAILED', StartTime: 1 } } };
    const next = await findNewPartitions({ ...event, partitions: { ...state, crawler } });
    expect(next).toMatchObject({ next: 'crawl', crawls: 1 });
  });

  it('does not wait for views for ever', async () => {
    catalogued(glue, { measurements: ['2026-01-01'], hourly_quality: ['2026-01-01'] });
    glue
      .on(GetTableCommand, { DatabaseName: viewsDatabase })
      .rejects(new EntityNotFoundException({ message: 'none', $metadata: {} }));
    const partitions = { ...event.partitions, polls: 60 };
    await expect(findNewPartitions({ ...event, partitions })).resolves.toMatchObject({ next: 'done' });
  });

  it('begins anew with a redrive', async () => {
    catalogued(glue, {});
    const redriven = {
      ...event,
      execution: { Id: 'arn', RedriveTime: '2026-01-03T00:00:00Z' },
      partitions: { ...event.partitions, crawls: 2 },
    };
    await expect(findNewPartitions(redriven)).resolves.toMatchObject({ next: 'crawl', crawls: 1 });
  });

  it('takes the whole of $$.Execution and of what Glue says of the crawler, and no other event', async () => {
    catalogued(glue, { measurements: ['2026-01-01'], hourly_quality: ['2026-01-01'] });
    const context = { functionName: 'find-new-partitions' } as never;
    const execution = { Id: 'arn', Name: 'one', Input: {}, StartTime: '2026-01-01T00:00:00Z', RedriveCount: 0 };
    const crawler = { Crawler: { Name: 'cellflow-lake', State: 'READY' } };
    const partitions = { ...event.partitions, crawls: 1, crawler };
    await expect(handler({ ...event, execution, partitions } as never, context)).resolves.toMatchObject({
      next: 'done',
      crawls: 1,
    });
    await expect(handler({ upload } as never, context)).rejects.toThrow();
  });
});
