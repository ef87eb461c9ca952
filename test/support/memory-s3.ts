import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { clock } from '../../core/platform/clock';
import { answerClient } from './answered-client';

/** A request as a fault sees it, numbered from 1. */
interface Request {
  number: number;
  operation: string;
  bucket: string;
  key: string;
}

/** Fails a request before it has an effect, or after (its answer is lost). */
type Fault = (request: Request) => { before?: Error; after?: Error } | undefined;

/** Objects in memory behind the SDK's client, to make requests fail at a chosen point; conditional writes as S3 has them. */
class MemoryS3 {
  readonly objects = new Map<string, Buffer>();
  /** When each was written, in milliseconds; by the clock of the code under test. */
  readonly written = new Map<string, number>();
  readonly requests: Request[] = [];
  fault: Fault = () => undefined;
  /** Largest page of a listing. */
  pageSize = 3;
  private readonly client = answerClient(S3Client);

  constructor() {
    process.env.AWS_REGION ??= 'eu-west-1';
    this.on(GetObjectCommand, 'GetObject', ({ Bucket, Key, Range }) => {
      const bytes = this.read(`${Bucket}/${Key}`);
      const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(Range ?? '') ?? [];
      const part = first === undefined ? bytes : bytes.subarray(Number(first), last ? Number(last) + 1 : undefined);
      const body = Object.assign(Readable.from(this.pieces(part)), {
        transformToString: async () => part.toString(),
        transformToByteArray: async () => part,
      });
      return { Body: body, ETag: this.etag(`${Bucket}/${Key}`), ContentLength: part.length };
    });
    this.on(PutObjectCommand, 'PutObject', ({ Bucket, Key, Body, IfMatch, IfNoneMatch }) => {
      const name = `${Bucket}/${Key}`;
      const lost = IfNoneMatch === '*' ? this.objects.has(name) : IfMatch !== undefined && IfMatch !== this.etag(name);
      if (lost) throw this.failure('PreconditionFailed', 412);
      this.objects.set(name, Buffer.from(Body as string));
      this.written.set(name, clock.now());
      return { ETag: this.etag(name) };
    });
    const parts = new Map<number, Buffer>();
    this.on(CreateMultipartUploadCommand, 'CreateMultipartUpload', () => {
      parts.clear();
      return { UploadId: 'u' };
    });
    this.on(UploadPartCommand, 'UploadPart', ({ PartNumber, Body }) => {
      parts.set(PartNumber, Buffer.from(Body));
      return { ETag: `"${PartNumber}"` };
    });
    this.on(UploadPartCopyCommand, 'UploadPartCopy', ({ PartNumber, CopySource, CopySourceRange }) => {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(CopySourceRange ?? '') ?? [];
      const source = this.read(decodeURIComponent(CopySource ?? ''));
      parts.set(PartNumber, source.subarray(Number(first), Number(last) + 1));
      return { CopyPartResult: { ETag: `"${PartNumber}"` } };
    });
    this.on(CompleteMultipartUploadCommand, 'CompleteMultipartUpload', ({ Bucket, Key }) => {
      const whole = [...parts].sort(([one], [other]) => one - other).map(([, part]) => part);
      this.objects.set(`${Bucket}/${Key}`, Buffer.concat(whole));
      return {};
    });
    this.on(AbortMultipartUploadCommand, 'AbortMultipartUpload', () => ({}));
    this.on(DeleteObjectsCommand, 'DeleteObjects', ({ Bucket, Delete }) => {
      for (const { Key } of Delete?.Objects ?? []) this.objects.delete(`${Bucket}/${Key}`);
      return {};
    });
    this.on(ListObjectsV2Command, 'ListObjectsV2', ({ Bucket, Prefix = '', ContinuationToken = '' }) => {
      const keys = [...this.objects.keys()]
        .filter((name) => name.startsWith(`${Bucket}/${Prefix}`) && name > ContinuationToken)
        .sort();
      const page = keys.slice(0, this.pageSize);
      return {
        Contents: page.map((name) => ({
          Key: name.slice(`${Bucket}/`.length),
          Size: this.objects.get(name)?.length ?? 0,
          LastModified: new Date(this.written.get(name) ?? 0),
        })),
        NextContinuationToken: keys.length > page.length ? page.at(-1) : undefined,
      };
    });
  }

  putJson(name: string, value: unknown): void {
    this.objects.set(name, Buffer.from(JSON.stringify(value)));
  }

  json<Value>(name: string): Value {
    return JSON.parse(this.read(name).toString()) as Value;
  }

  /** Names of the objects that begin so. */
  names(prefix: string): string[] {
    return [...this.objects.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  restore(): void {
    this.client.restore();
  }

  /** As from a network: in pieces, and never all within the same turn. */
  private async *pieces(bytes: Buffer): AsyncGenerator<Buffer> {
    for (let start = 0; start < bytes.length; start += 65_536) {
      yield bytes.subarray(start, start + 65_536);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private read(name: string): Buffer {
    const bytes = this.objects.get(name);
    if (bytes === undefined)
      throw new NoSuchKey({ message: `${name} is not there`, $metadata: { httpStatusCode: 404 } });
    return bytes;
  }

  private etag(name: string): string | undefined {
    const bytes = this.objects.get(name);
    return bytes && `"${createHash('md5').update(bytes).digest('hex')}"`;
  }

  private failure(name: string, status: number): S3ServiceException {
    return new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: status } });
  }

  // biome-ignore lint/suspicious/noExplicitAny: the commands share no type that the mock takes
  private on(command: any, operation: string, answer: (input: any) => unknown): void {
    this.client.on(command, async (input: { Bucket?: string; Key?: string; Prefix?: string }) => {
      const key = input.Key ?? input.Prefix ?? '';
      const request = { number: this.requests.length + 1, operation, bucket: input.Bucket ?? '', key };
      this.requests.push(request);
      const fault = this.fault(request);
      // As over a network, nothing is answered within the same turn.
      await new Promise((resolve) => setImmediate(resolve));
      if (fault?.before) throw fault.before;
      try {
        return answer(input);
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: whatever the answer was, it is lost
        if (fault?.after) throw fault.after;
      }
    });
  }
}

export type { Request };
export { MemoryS3 };
