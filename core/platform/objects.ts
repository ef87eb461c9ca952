import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  type GetObjectCommandInput,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { s3 } from './clients';

interface StoredJson<Value> {
  value: Value;
  etag: string;
}

interface PutJsonOptions {
  /** Write only while the object still has this ETag. */
  ifMatch?: string;
  /** Write only where no object is yet. */
  ifAbsent?: boolean;
}

interface ListedObject {
  key: string;
  size: number;
}

/** A JSON object and its ETag, or undefined where there is none. */
const getJson = async <Value>(bucket: string, key: string): Promise<StoredJson<Value> | undefined> => {
  try {
    const { Body, ETag } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { value: JSON.parse((await Body?.transformToString()) ?? ''), etag: ETag ?? '' };
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};

/**
 * Writes a JSON object, conditionally where asked to.
 *
 * @returns false where the condition did not hold (another writer was first)
 */
const putJson = async (bucket: string, key: string, value: unknown, options: PutJsonOptions = {}): Promise<boolean> => {
  try {
    await s3().send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: JSON.stringify(value),
        ContentType: 'application/json',
        IfMatch: options.ifMatch,
        IfNoneMatch: options.ifAbsent ? '*' : undefined,
      }),
    );
    return true;
  } catch (error) {
    // 409 is S3's answer to two conditional writes at the same moment; 404 to If-Match where the object went.
    const conditional = options.ifMatch !== undefined || options.ifAbsent;
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (conditional && (status === 412 || status === 409 || status === 404)) return false;
    throw error;
  }
};

/** An object's bytes as a stream, without ever holding all of them. */
const streamObject = async (input: GetObjectCommandInput): Promise<Readable> => {
  const { Body } = await s3().send(new GetObjectCommand(input));
  if (Body === undefined) throw new Error(`s3://${input.Bucket}/${input.Key} has no body.`);
  return Body as Readable;
};

/** All objects under a prefix, page by page. */
async function* listObjects(bucket: string, prefix: string): AsyncGenerator<ListedObject> {
  for await (const page of paginateListObjectsV2({ client: s3() }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key, Size } of page.Contents ?? []) if (Key !== undefined) yield { key: Key, size: Size ?? 0 };
  }
}

export type { ListedObject, StoredJson };
export { getJson, listObjects, putJson, streamObject };
