import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateStreamCommand } from '@aws-sdk/client-kinesis';
import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { kinesis, s3 } from '../../core/platform/clients';

interface Emulator {
  stop(): Promise<void>;
}

const buckets = {
  UPLOADS_BUCKET: 'cellflow-uploads',
  LAKE_BUCKET: 'cellflow-lake',
  REPORTS_BUCKET: 'cellflow-reports',
};
const stream = 'cellflow-measurements';
const startMs = 60_000;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
};

const answers = async (endpoint: string): Promise<boolean> => {
  try {
    return (await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
};

const untilUp = async (endpoint: string, child: ChildProcess): Promise<void> => {
  const deadline = Date.now() + startMs;
  while (!(await answers(endpoint))) {
    if (child.exitCode !== null) throw new Error(`The emulator ended with ${child.exitCode}: is .venv set up?`);
    if (Date.now() > deadline) throw new Error('The emulator does not come up.');
    await sleep(100);
  }
};

const createResources = async (): Promise<void> => {
  for (const Bucket of Object.values(buckets)) await s3().send(new CreateBucketCommand({ Bucket }));
  await s3().send(
    new PutBucketVersioningCommand({ Bucket: buckets.UPLOADS_BUCKET, VersioningConfiguration: { Status: 'Enabled' } }),
  );
  await kinesis().send(new CreateStreamCommand({ StreamName: stream, ShardCount: 1 }));
};

/** Starts the laptop edition's AWS endpoint for one test file, with Cellflow's buckets and stream, and points the clients there. */
const startEmulator = async (): Promise<Emulator> => {
  const directory = mkdtempSync(join(tmpdir(), 'cellflow-test-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(join('.venv', 'bin', 'python'), ['-m', 'local.emulator'], {
    env: { ...process.env, CELLFLOW_PORT: String(port), CELLFLOW_LOCAL_DIR: directory },
    stdio: 'ignore',
  });
  Object.assign(process.env, buckets, {
    STREAM_NAME: stream,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  const stop = async () => {
    s3().destroy();
    kinesis().destroy();
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await Promise.race([
        once(child, 'exit'),
        sleep(10_000, undefined, { ref: false }).then(() => child.kill('SIGKILL')),
      ]);
    }
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await untilUp(endpoint, child);
    await createResources();
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
};

export type { Emulator };
export { buckets, startEmulator, stream };
