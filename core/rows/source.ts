import type { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { s3 } from '../platform/clients';
import type { Upload } from '../uploads/upload';
import { UnreadableUpload } from '../uploads/upload-errors';

/** A version of an uploaded object, or an object that has one version. */
type Source = Pick<Upload, 'bucket' | 'key'> & Partial<Pick<Upload, 'version'>>;

/** Where an upload is read: as it was uploaded, or as the text that was made of it. */
const sourceOf = ({ bucket, key, version, text }: Pick<Upload, 'bucket' | 'key' | 'version' | 'text'>): Source =>
  text ?? { bucket, key, version };

/** Bytes from `start` to before `end`. */
interface Span {
  start: number;
  end: number;
}

const isGone = (error: unknown): boolean =>
  error instanceof S3ServiceException && ['NoSuchKey', 'NoSuchVersion', 'NotFound'].includes(error.name);

const gone = (bucket: string, key: string, version: string | undefined, cause: unknown) =>
  new UnreadableUpload(
    `s3://${bucket}/${key}${version === undefined ? '' : ` (version ${version})`} is no longer there: it was deleted after its upload. Upload the file again.`,
    { cause },
  );

/** Size of an object's version, and which version it is where only the key is known. */
const headSource = async (
  bucket: string,
  key: string,
  version?: string,
): Promise<{ version: string; size: number; format?: string }> => {
  try {
    const head = await s3().send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: version }));
    return {
      version: version ?? head.VersionId ?? 'null',
      size: head.ContentLength ?? 0,
      format: head.Metadata?.format,
    };
  } catch (error) {
    throw isGone(error) ? gone(bucket, key, version, error) : error;
  }
};

/** Bytes of an upload as a stream. */
const streamSource = async ({ bucket, key, version }: Source, { start, end }: Span): Promise<Readable> => {
  const Range = `bytes=${start}-${end - 1}`;
  try {
    const { Body, ContentRange } = await s3().send(
      new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version, Range }),
    );
    // A store that gives the whole object in place of a part would have every chunk carry all rows.
    if (!ContentRange?.startsWith(`bytes ${start}-`))
      throw new Error(`The store does not keep to ${Range} of s3://${bucket}/${key}.`);
    return Body as Readable;
  } catch (error) {
    throw isGone(error) ? gone(bucket, key, version, error) : error;
  }
};

/** A few bytes of an upload, all at once. */
const readSource = async (source: Source, span: Span): Promise<Buffer> => {
  if (span.end <= span.start) return Buffer.alloc(0);
  return Buffer.concat(await (await streamSource(source, span)).toArray());
};

export type { Source, Span };
export { headSource, readSource, sourceOf, streamSource };
