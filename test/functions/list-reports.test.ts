import { AthenaClient, ListNamedQueriesCommand, TooManyRequestsException } from '@aws-sdk/client-athena';
import { mockClient } from 'aws-sdk-client-mock';
import { handler, listReports, mostReports } from '../../functions/list-reports';
import { saveQueries } from '../support/saved-queries';

const athena = mockClient(AthenaClient);

beforeEach(() => {
  athena.reset();
  Object.assign(process.env, { WORKGROUP_NAME: 'wg', DEPLOYED_REPORTS: 'signal,service' });
  saveQueries(athena, { id: '1', name: 'signal' }, { id: '2', name: 'mine' }, { id: '3', name: 'service' });
});

describe('list-reports', () => {
  it('names all of the workgroup, those of the deployment first and in its order', async () => {
    await expect(listReports()).resolves.toEqual([
      { name: 'signal', place: 0, deployed: true, query: '1' },
      { name: 'service', place: 1, deployed: true, query: '3' },
      { name: 'mine', place: 2, deployed: false, query: '2' },
    ]);
  });

  it('names what takes longest first, and each with its place', async () => {
    process.env.DEPLOYED_REPORTS = 'signal,signal-map,service';
    const reports = await listReports();
    expect(reports.map(({ name, place }) => [name, place])).toEqual([
      ['signal-map', 1],
      ['signal', 0],
      ['service', 2],
      ['mine', 3],
    ]);
  });

  it('names a report of the deployment also where its query is gone', async () => {
    saveQueries(athena, { id: '1', name: 'signal' });
    await expect(listReports()).resolves.toContainEqual({ name: 'service', place: 1, deployed: true });
  });

  it('names two queries of one name once, and leaves open which is meant', async () => {
    saveQueries(
      athena,
      { id: '1', name: 'signal' },
      { id: '2', name: 'mine' },
      { id: '3', name: 'mine' },
      { id: '4', name: 'service' },
    );
    await expect(listReports()).resolves.toContainEqual({ name: 'mine', place: 2, deployed: false });
  });

  it('names no more than fit into the state of an execution', async () => {
    saveQueries(
      athena,
      ...Array.from({ length: mostReports + 20 }, (_, n) => ({ id: `${n}`, name: `${n}`.padStart(128, 'x') })),
    );
    const reports = await listReports();
    expect(reports).toHaveLength(mostReports);
    expect(JSON.stringify(reports).length).toBeLessThan(200_000);
  });

  it('names those that people saved by name, where a deployment brought none', async () => {
    process.env.DEPLOYED_REPORTS = '';
    await expect(listReports()).resolves.toEqual([
      { name: 'mine', place: 0, deployed: false, query: '2' },
      { name: 'service', place: 1, deployed: false, query: '3' },
      { name: 'signal', place: 2, deployed: false, query: '1' },
    ]);
  });

  it('asks for the queries of its workgroup only', async () => {
    await listReports();
    const asked = athena.commandCalls(ListNamedQueriesCommand).map(({ args }) => args[0].input.WorkGroup);
    expect(new Set(asked)).toEqual(new Set(['wg']));
  });

  it('that is throttled is tried again by the state machine: it fails by the name of throttles', async () => {
    athena
      .on(ListNamedQueriesCommand)
      .rejects(new TooManyRequestsException({ message: 'slow down', $metadata: { httpStatusCode: 429 } }));
    const context = { functionName: 'list-reports' } as never;
    await expect(handler({}, context)).rejects.toMatchObject({ name: 'Throttled' });
  });
});
