import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handler } from '../../functions/take-over-lake';
import { MemoryGlue } from '../support/memory-glue';
import { MemoryS3 } from '../support/memory-s3';
import { idOf, lake } from '../support/uploads';
import { claimByVersion01, claimOf, crawlByVersion01, databases, sealByVersion01 } from '../support/version-0.1';

/** What CloudFormation got at its address. */
interface Answer {
  method?: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

let s3: MemoryS3;
let glue: MemoryGlue;
let server: Server;
let answers: Answer[];
let status: number;

beforeEach(async () => {
  s3 = new MemoryS3();
  glue = new MemoryGlue();
  Object.assign(process.env, {
    LAKE_BUCKET: lake,
    DATABASE_NAME: databases.views,
    FILES_DATABASE_NAME: databases.files,
  });
  answers = [];
  status = 200;
  server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    answers.push({ method: request.method, headers: request.headers, body: JSON.parse(text) });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  s3.restore();
  glue.restore();
  await new Promise((resolve) => server.close(resolve));
});

const call = (RequestType: 'Create' | 'Update' | 'Delete') =>
  handler(
    {
      RequestType,
      ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?signature=x`,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Takeover',
    } as never,
    { logStreamName: 'log' },
  );

const leave = () => {
  crawlByVersion01(glue, ['2026-01-01']);
  claimByVersion01(s3, claimOf('c'), idOf('1'));
  sealByVersion01(s3, { id: idOf('1'), claim: claimOf('c'), state: 'sealed' });
};

const success = {
  Status: 'SUCCESS',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Takeover',
  PhysicalResourceId: 'cellflow-lake',
};

describe('take-over-lake', () => {
  it('takes over what version 0.1 left when it is created, and says so to CloudFormation', async () => {
    leave();
    await call('Create');
    expect(answers.map(({ body }) => body)).toEqual([expect.objectContaining(success)]);
    expect(answers[0]?.method).toBe('PUT');
    // The address is signed for an answer that names no type.
    expect(answers[0]?.headers['content-type'] ?? '').toBe('');
    expect([...glue.tables.keys()].every((name) => name.startsWith(`${databases.files}.`))).toBe(true);
    expect(s3.names(`${lake}/visibility/`)).toEqual([`${lake}/visibility/summary-c-00000001.json`]);
  });

  it('asks for no uploads at an update, where no table of version 0.1 is left', async () => {
    sealByVersion01(s3, { id: idOf('1'), claim: claimOf('c'), state: 'sealed' });
    await call('Update');
    expect(answers[0]?.body).toMatchObject(success);
    expect(s3.requests).toEqual([]);
  });

  it('gives the tables back when a deployment is rolled back, and the next one takes them again', async () => {
    leave();
    await call('Create');
    await call('Delete');
    expect(answers[1]?.body).toMatchObject(success);
    // CloudFormation deletes the database of the files after that.
    for (const name of [...glue.tables.keys()]) if (name.startsWith(`${databases.files}.`)) glue.tables.delete(name);
    expect([...glue.tables.keys()]).toEqual(['cellflow.measurements', 'cellflow.hourly_quality']);
    expect([...(glue.tables.get('cellflow.measurements')?.days.keys() ?? [])]).toEqual(['2026-01-01']);

    await call('Create');
    expect(answers[2]?.body).toMatchObject(success);
    expect([...glue.tables.keys()]).toEqual(['cellflow_files.measurements', 'cellflow_files.hourly_quality']);
  });

  it('does not keep a stack from being taken away, whatever fails; views that are there it leaves alone', async () => {
    leave();
    await call('Create');
    const view = { Name: 'measurements', TableType: 'VIRTUAL_VIEW', StorageDescriptor: { Columns: [] } };
    glue.add(databases.views, view, []);
    const refused = Object.assign(new Error('Not so.'), { name: 'AccessDeniedException' });
    glue.fault = (operation) => (operation === 'CreateTable' ? { before: refused } : undefined);
    await call('Delete');
    expect(answers[1]?.body).toMatchObject(success);
    expect(glue.tables.get('cellflow.measurements')?.table).toMatchObject({ TableType: 'VIRTUAL_VIEW' });
  });

  it('says what failed, and fails the deployment; the next one does it', async () => {
    leave();
    const refused = Object.assign(new Error(`Not so. ${'x'.repeat(5_000)}`), { name: 'AccessDeniedException' });
    glue.fault = (operation) => (operation === 'CreateTable' ? { before: refused } : undefined);
    await call('Create');
    expect(answers[0]?.body).toMatchObject({
      ...success,
      Status: 'FAILED',
      Reason: expect.stringMatching(/^AccessDeniedException: Not so\. x+ Nothing is lost: deploy again\.$/),
    });
    expect(JSON.stringify(answers[0]?.body).length).toBeLessThan(4_096);
    glue.fault = () => undefined;
    await call('Create');
    expect(answers[1]?.body).toMatchObject(success);
  });

  it('fails where CloudFormation refuses the answer, so that Lambda calls it again', async () => {
    leave();
    status = 403;
    await expect(call('Create')).rejects.toThrow('403');
    status = 200;
    await call('Create');
    expect(answers[1]?.body).toMatchObject(success);
  });
});
