import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Upload } from '@aws-sdk/lib-storage';
import { findFormat } from '../core/formats/formats';
import { s3 } from '../core/platform/clients';
import { readClaim } from '../core/uploads/claims';
import { assertReadName, isReadName, readEndings } from '../core/uploads/file-kinds';
import { claimKey, uploadId } from '../core/uploads/upload';
import { UsageError } from './errors';
import type { Target } from './target';

interface UploadOptions {
  file: string;
  /** Key in the uploads bucket; the file's name where not given. */
  key?: string;
  /** Name of the file's format. @default - it is recognised by the header */
  format?: string;
  onProgress?: (sent: number, total: number) => void;
}

interface Uploaded {
  upload: string;
  key: string;
  version: string;
}

/** @throws {@link UsageError} where an object of the name would start nothing, `UnreadableUpload` where nothing but a mail */
const assertKey = (key: string): void => {
  assertReadName(key, key);
  if (isReadName(key)) return;
  throw new UsageError(
    `${key} ends in none of ${readEndings.join(', ')}, and no other name starts an execution: give one with --key.`,
  );
};

const contentType = (key: string): string => {
  if (/\.gz$/i.test(key)) return 'application/gzip';
  return /\.tsv$/i.test(key) ? 'text/tab-separated-values' : 'text/csv';
};

/**
 * Puts a file into the uploads bucket, in parts where it is large.
 *
 * @throws {@link UsageError} where the file is missing or its key would start nothing, `UnusableFormat` where there is no such format
 */
const uploadFile = async ({ outputs }: Target, { file, key, format, onProgress }: UploadOptions): Promise<Uploaded> => {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new UsageError(`${file} is not a file.`);
  const name = key ?? basename(file);
  assertKey(name);
  if (format !== undefined) findFormat(format);
  const put = new Upload({
    client: s3(),
    params: {
      Bucket: outputs.UploadsBucket,
      Key: name,
      Body: createReadStream(file),
      ContentType: contentType(name),
      Metadata: format === undefined ? undefined : { format },
    },
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
