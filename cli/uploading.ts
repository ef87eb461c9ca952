import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Upload } from '@aws-sdk/lib-storage';
import { s3 } from '../core/platform/clients';
import { readClaim } from '../core/uploads/claims';
import { claimKey, uploadId } from '../core/uploads/upload';
import { UsageError } from './errors';
import type { Target } from './target';

interface UploadOptions {
  file: string;
  /** Key in the uploads bucket; the file's name where not given. */
  key?: string;
  onProgress?: (sent: number, total: number) => void;
}

interface Uploaded {
  upload: string;
  key: string;
  version: string;
}

/**
 * Puts a file into the uploads bucket, in parts where it is large.
 *
 * @throws {@link UsageError} where the file is missing or its key would start nothing
 */
const uploadFile = async ({ outputs }: Target, { file, key, onProgress }: UploadOptions): Promise<Uploaded> => {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new UsageError(`${file} is not a file.`);
  const name = key ?? basename(file);
  if (!/\.csv$/i.test(name)) {
    throw new UsageError(`${name} does not end in .csv, and only *.csv starts an execution: give a name with --key.`);
  }
  const put = new Upload({
    client: s3(),
    params: { Bucket: outputs.UploadsBucket, Key: name, Body: createReadStream(file), ContentType: 'text/csv' },
  });
  put.on('httpUploadProgress', ({ loaded }) => onProgress?.(loaded ?? 0, found.size));
  const { VersionId } = await put.done();
  if (VersionId === undefined)
    throw new Error(`The bucket ${outputs.UploadsBucket} is not versioned: deploy it again.`);
  return { upload: uploadId(outputs.UploadsBucket, name, VersionId), key: name, version: VersionId };
};

/** Waits until an execution has claimed the upload, and gives its ARN. */
const awaitExecution = async ({ outputs }: Target, { upload, key }: Uploaded, limitMs = 60_000): Promise<string> => {
  const claim = claimKey(outputs.UploadsBucket, key);
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    const stored = await readClaim(claim);
    if (stored?.value.upload === upload) return stored.value.execution;
    await sleep(200);
  }
  throw new Error(
    `No execution has claimed ${key} within ${limitMs / 1_000} s. Look at the executions with \`cellflow list\` and at the EventBridge rule's dead-letter queue.`,
  );
};

export type { Uploaded };
export { awaitExecution, uploadFile };
