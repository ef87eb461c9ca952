import { NoSuchKey, S3ServiceException } from '@aws-sdk/client-s3';

interface StoredObject {
  body: string;
  etag: string;
  modified: number;
}

/** What a request asks for, as far as the code under test uses S3. */
interface Request {
  operation: string;
  bucket: string;
  key: string;
  body?: string;
  ifMatch?: string;
  ifNoneMatch?: string;
  /** Of a part of an object: its first and its last byte. */
  range?: [number, number];
  /** Of a deletion. */
  keys?: readonly string[];
  /** Of a listing. */
  token?: string;
  startAfter?: string;
  most?: number;
}

type Answer = Record<string, unknown>;

/** Tells what was put or deleted, after it was. */
type Watcher = (change: { bucket: string; key: string; body?: string }) => void;

/** As S3's: the same bytes have the same ETag. */
const etagOf = (body: string): string => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < body.length; index += 1) hash = Math.imul(hash ^ body.charCodeAt(index), 0x01000193);
  return `"${(hash >>> 0).toString(16)}-${body.length}"`;
};

const failure = (name: string, status: number): S3ServiceException =>
  new S3ServiceException({ name, message: name, $fault: 'client', $metadata: { httpStatusCode: status } });

/** Objects in memory, with S3's semantics: strongly consistent, conditional writes, listings in pages. */
class Store {
  private readonly buckets = new Map<string, Map<string, StoredObject>>();
  watch: Watcher = () => undefined;

  /**
   * @param pageSize - most names in a page of a listing
   * @param clock - S3's own
   */
  constructor(
    private readonly pageSize: number,
    private readonly clock: () => number,
  ) {}

  bucket(name: string): Map<string, StoredObject> {
    let objects = this.buckets.get(name);
    if (objects === undefined) {
      objects = new Map();
      this.buckets.set(name, objects);
    }
    return objects;
  }

  put(bucket: string, key: string, body: string): string {
    const etag = etagOf(body);
    this.bucket(bucket).set(key, { body, etag, modified: this.clock() });
    this.watch({ bucket, key, body });
    return etag;
  }

  /** Names under a prefix, in order. */
  names(bucket: string, prefix: string): string[] {
    const names: string[] = [];
    for (const key of this.bucket(bucket).keys()) if (key.startsWith(prefix)) names.push(key);
    return names.sort();
  }

  read(bucket: string, key: string): StoredObject {
    const stored = this.bucket(bucket).get(key);
    if (stored === undefined) {
      throw new NoSuchKey({ message: `${key} is not there`, $metadata: { httpStatusCode: 404 } });
    }
    return stored;
  }

  /** Does what a request asks for, at once. */
  apply(request: Request): Answer {
    switch (request.operation) {
      case 'GetObject':
      case 'HeadObject': {
        const { body: whole, etag } = this.read(request.bucket, request.key);
        const body = request.range ? whole.slice(request.range[0], request.range[1] + 1) : whole;
        // Of an uploaded file, the simulation keeps the name of its newest version only.
        return { body, ETag: etag, ContentLength: body.length, VersionId: body };
      }
      case 'PutObject':
        this.checkConditions(request);
        return { ETag: this.put(request.bucket, request.key, request.body ?? '') };
      case 'DeleteObject':
      case 'DeleteObjects':
        for (const key of request.keys ?? [request.key]) this.delete(request.bucket, key);
        return {};
      case 'ListObjectsV2':
        return this.list(request);
      default:
        throw new Error(`The simulated S3 does not know ${request.operation}.`);
    }
  }

  private checkConditions({ bucket, key, ifMatch, ifNoneMatch }: Request): void {
    const there = this.bucket(bucket).get(key);
    if (ifNoneMatch === '*' && there !== undefined) throw failure('PreconditionFailed', 412);
    if (ifMatch === undefined) return;
    if (there === undefined) throw failure('NoSuchKey', 404);
    if (there.etag !== ifMatch) throw failure('PreconditionFailed', 412);
  }

  private delete(bucket: string, key: string): void {
    if (this.bucket(bucket).delete(key)) this.watch({ bucket, key });
  }

  private list({ bucket, key: prefix, token, startAfter, most = 1_000 }: Request): Answer {
    const after = token ?? startAfter ?? '';
    const names = this.names(bucket, prefix).filter((name) => name > after);
    const page = names.slice(0, Math.min(most, this.pageSize));
    const more = names.length > page.length;
    return {
      Contents: page.map((Key) => {
        const { body, modified } = this.read(bucket, Key);
        return { Key, Size: body.length, LastModified: new Date(modified) };
      }),
      KeyCount: page.length,
      IsTruncated: more,
      NextContinuationToken: more ? page.at(-1) : undefined,
    };
  }
}

export type { Answer, Request };
export { failure, Store };
