import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../core/platform/settings';

const folder = mkdtempSync(join(tmpdir(), 'cellflow-target-'));
const names = [
  ...['UploadsBucket', 'LakeBucket', 'ReportsBucket', 'StateMachineArn', 'StreamName', 'JobName', 'CrawlerName'],
  ...['DatabaseName', 'WorkgroupName', 'LinkUrl', 'LinkSecretArn'],
];
const before = { ...process.env };
let server: Server;

beforeAll(async () => {
  process.env.CELLFLOW_LOCAL_DIR = folder;
  server = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
  process.env = before;
});

/** The laptop edition of a stack that tells such settings, if any. */
const findStackThatTells = async (settings?: object): Promise<void> => {
  const outputs = Object.fromEntries(names.map((name) => [name, name]));
  const stack = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    executions: 'http://127.0.0.1/executions',
    mailDir: folder,
    outputs: { ...outputs, ...(settings && { Settings: JSON.stringify(settings) }) },
  };
  writeFileSync(join(folder, 'stack.json'), JSON.stringify(stack));
  const { findTarget } = await import('../../cli/target');
  await findTarget({ target: 'laptop', stack: 'Cellflow' });
};

describe('the command line does as the deployment is set', () => {
  it('where the stack tells its settings', async () => {
    await findStackThatTells({ visibilityNoticeMs: 5_000, linkDays: 3 });
    expect(readSettings()).toMatchObject({ visibilityNoticeMs: 5_000, linkDays: 3, fewestRows: 5 });
  });

  it('where the stack is of a version with settings that this one does not know', async () => {
    await findStackThatTells({ linkDays: 4, ofLater: true });
    expect(readSettings()).toMatchObject({ linkDays: 4 });
    expect(readSettings()).not.toHaveProperty('ofLater');
  });

  it('by default where the stack is of version 0.1, which does not tell', async () => {
    await findStackThatTells();
    expect(readSettings()).toMatchObject({ linkDays: 7 });
  });
});
