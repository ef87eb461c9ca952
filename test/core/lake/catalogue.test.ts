import { BatchGetPartitionCommand, GlueClient, GlueServiceException } from '@aws-sdk/client-glue';
import { mockClient } from 'aws-sdk-client-mock';
import { findMissingPartitions } from '../../../core/lake/catalogue';
import { catalogued, sealedObject as object } from '../../support/catalogue';

const dayOf = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);

const glue = mockClient(GlueClient);

beforeEach(() => glue.reset());

describe('days that the catalogue lacks', () => {
  const objects = [
    object('measurements', '2026-01-01'),
    object('measurements', '2026-01-02'),
    object('measurements', '2026-01-02'),
    object('hourly_quality', '2026-01-02'),
  ];

  it('are found for each table', async () => {
    catalogued(glue, { measurements: ['2026-01-01'], hourly_quality: ['2026-01-02'] });
    await expect(findMissingPartitions('db', objects)).resolves.toEqual([{ table: 'measurements', day: '2026-01-02' }]);
  });

  it('are all where there is no table yet', async () => {
    catalogued(glue, { measurements: ['2026-01-01', '2026-01-02'] });
    await expect(findMissingPartitions('db', objects)).resolves.toEqual([
      { table: 'hourly_quality', day: '2026-01-02' },
    ]);
  });

  it('are asked for in pages, and again where Glue left some of a page', async () => {
    const days = Array.from({ length: 250 }, (_, n) => dayOf(n));
    catalogued(glue, { measurements: days.slice(1) }, 60);
    const missing = await findMissingPartitions(
      'db',
      days.map((day) => object('measurements', day)),
    );
    expect(missing).toEqual([{ table: 'measurements', day: days[0] }]);
    expect(glue.commandCalls(BatchGetPartitionCommand).length).toBeGreaterThanOrEqual(5);
  });

  it('are not guessed at where Glue fails', async () => {
    catalogued(glue, { measurements: [], hourly_quality: [] });
    glue
      .on(BatchGetPartitionCommand)
      .rejects(new GlueServiceException({ name: 'ThrottlingException', $fault: 'client', $metadata: {} }));
    await expect(findMissingPartitions('db', objects)).rejects.toThrow(GlueServiceException);
  });
});
