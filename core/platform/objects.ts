import type { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { s3 } from './clients';
import { eachAtOnce } from './concurrency';
import { isTransient } from './transient';

interface StoredJson<Value> {
  value: Value;
  etag: string;
}

interface Condition {
  /** Write only while the object still has this ETag. */
  ifMatch?: string;
  /** Write only where no object is yet. */
  ifAbsent?: true;
}

interface ConditionalPut extends Condition {
  /** Give up after this time, in milliseconds. @default - the client's own patience */
  patience?: number;
}

interface ListedObject {
  key: string;
  size: number;
  /** Milliseconds since 1970. */
  modified: number;
}

/** DeleteObjects takes no more. */
const deletedAtOnce = 1_000;

const jsonType = 'application/json';

/** An object as it is answered, or undefined where there is none. */
const getObject = async (bucket: string, key: string): Promise<GetObjectCommandOutput | undefined> => {
  try {
    return await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};

/** An object's text and its ETag, or undefined where there is none. */
const getText = async (bucket: string, key: string): Promise<StoredJson<string> | undefined> => {
  const found = await getObject(bucket, key);
  return found && { value: (await found.Body?.transformToString()) ?? '', etag: found.ETag ?? '' };
};

/** A JSON object and its ETag, or undefined where there is none. */
const getJson = async <Value>(bucket: string, key: string): Promise<StoredJson<Value> | undefined> => {
  const stored = await getText(bucket, key);
  return stored && { value: JSON.parse(stored.value), etag: stored.etag };
};

/** Writes a JSON object, whatever is there. */
const putJson = async (bucket: string, key: string, value: unknown): Promise<void> => {
  await s3().send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: JSON.stringify(value), ContentType: jsonType }),
  );
};

/**
 * Whether a conditional write may or may not have been applied: refused (412, which is also the answer to the SDK's own second
 * try of a write that was applied), at the same moment as another (409), to an object that went (404), or not answered.
 */
const isUndecided = (error: unknown, patience: AbortSignal | undefined): boolean => {
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  return status === 412 || status === 409 || status === 404 || patience?.aborted === true || isTransient(error);
};

/**
 * Writes an object where a condition holds.
 *
 * @returns whether S3 said that it is written. Where it did not, nothing is known: the caller has to look at what is there before
 *   it concludes anything.
 */
const putIf = async (
  bucket: string,
  key: string,
  content: { Body: string | Buffer; ContentType?: string },
  { ifMatch, ifAbsent, patience }: ConditionalPut,
): Promise<boolean> => {
  const signal = patience === undefined ? undefined : AbortSignal.timeout(patience);
  try {
    await s3().send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        ...content,
        IfMatch: ifMatch,
        IfNoneMatch: ifAbsent && '*',
      }),
      { abortSignal: signal },
    );
    return true;
  } catch (error) {
    if (isUndecided(error, signal)) return false;
    throw error;
  }
};

/** {@link putIf} of text, lines of JSON. */
const putTextIf = (bucket: string, key: string, text: string, condition: ConditionalPut): Promise<boolean> =>
  putIf(bucket, key, { Body: text, ContentType: jsonType }, condition);

/** {@link putIf} of a value as JSON. */
const putJsonIf = (bucket: string, key: string, value: unknown, condition: Condition): Promise<boolean> =>
  putTextIf(bucket, key, JSON.stringify(value), condition);

/** Which version of an object is the newest; undefined where it was deleted. */
const newestVersion = async (bucket: string, key: string): Promise<string | undefined> => {
  try {
    return (await s3().send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).VersionId;
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
};

/** An object's bytes as a stream, without ever holding all of them. */
const streamObject = async (input: GetObjectCommandInput): Promise<Readable> => {
  const { Body } = await s3().send(new GetObjectCommand(input));
  if (Body === undefined) throw new Error(`s3://${input.Bucket}/${input.Key} has no body.`);
  return Body as Readable;
};

/** Bytes of an object, the end exclusive. Whoever asks has room for them. */
const getBytes = async (bucket: string, key: string, start: number, end: number): Promise<Buffer> => {
  const { Body } = await s3().send(
    new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=${start}-${end - 1}` }),
  );
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  if (bytes.length !== end - start) throw new Error(`s3://${bucket}/${key} ends before byte ${end}.`);
  return bytes;
};

/** All bytes of an object, or undefined where there is none. Whoever asks has room for them. */
const getWhole = async (bucket: string, key: string): Promise<Buffer | undefined> => {
  const found = await getObject(bucket, key);
  return found && Buffer.from((await found.Body?.transformToByteArray()) ?? []);
};

/** All objects under a prefix, page by page. */
async function* listObjects(bucket: string, prefix: string): AsyncGenerator<ListedObject> {
  for await (const page of paginateListObjectsV2({ client: s3() }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      if (Key !== undefined) yield { key: Key, size: Size ?? 0, modified: LastModified?.getTime() ?? 0 };
    }
  }
}

function* pagesOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Deletes objects; those that are gone already count as deleted, as S3 has it. */
const deleteObjects = (bucket: string, keys: readonly string[]): Promise<void> =>
  eachAtOnce(4, pagesOf(keys, deletedAtOnce), async (page) => {
    const { Errors = [] } = await s3().send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: page.map((Key) => ({ Key })), Quiet: true } }),
    );
    const [first] = Errors;
    if (first) {
      const error = new Error(
        `${Errors.length} objects could not be deleted, as s3://${bucket}/${first.Key}: ${first.Message}`,
      );
      // The state machine retries by this name where it is a passing one, such as SlowDown.
      error.name = first.Code ?? 'DeleteFailed';
      throw error;
    }
  });

export type { ListedObject, StoredJson };
export {
  deleteObjects,
  getBytes,
  getJson,
  getText,
  getWhole,
  listObjects,
  newestVersion,
  putIf,
  putJson,
  putJsonIf,
  putTextIf,
  streamObject,
};
