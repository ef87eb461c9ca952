import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { Upload } from '@aws-sdk/lib-storage';
import { s3 } from './clients';

const partBytes = 8 * 1024 * 1024;

/** Writes an object piece by piece: what is held in memory does not grow with it. The object is there after `close` only. */
class ObjectWriter {
  readonly #body = new PassThrough({ highWaterMark: 1024 * 1024 });
  readonly #upload: Upload;
  readonly #done: Promise<unknown>;

  /** @param encoding - how its bytes are packed; who asks for the object by HTTP unpacks them */
  constructor(bucket: string, key: string, contentType: string, encoding?: 'gzip') {
    this.#upload = new Upload({
      client: s3(),
      params: { Bucket: bucket, Key: key, ContentType: contentType, ContentEncoding: encoding, Body: this.#body },
      partSize: partBytes,
      queueSize: 2,
    });
    this.#done = this.#upload.done();
    // A failure is told to whoever writes or closes next.
    this.#done.catch(() => undefined);
  }

  async write(data: Buffer | string): Promise<void> {
    if (this.#body.write(data)) return;
    const drained = new AbortController();
    try {
      await Promise.race([once(this.#body, 'drain', { signal: drained.signal }), this.#done]);
    } finally {
      drained.abort();
    }
  }

  async close(): Promise<void> {
    this.#body.end();
    await this.#done;
  }

  /** Leaves no object and no parts of one behind. */
  async abort(): Promise<void> {
    await this.#upload.abort();
    this.#body.destroy();
  }
}

export { ObjectWriter };
