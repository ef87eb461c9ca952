import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UnreadableUpload } from '../uploads/upload-errors';

/** The order of the two bytes of a character in UTF-16. */
type ByteOrder = 'le' | 'be';

const gzipMagic = Buffer.from([0x1f, 0x8b]);

/** UTF-16 by its mark, or by the zeros that every other byte of Latin letters is. */
const findUtf16 = (head: Buffer): ByteOrder | undefined => {
  if (head[0] === 0xff && head[1] === 0xfe) return 'le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'be';
  const looked = head.subarray(0, 64);
  if (looked.length < 8) return undefined;
  const zerosAt = (parity: number) => looked.filter((byte, index) => index % 2 === parity && byte === 0).length;
  const half = looked.length / 2;
  if (zerosAt(1) > 0.8 * half && zerosAt(0) === 0) return 'le';
  return zerosAt(0) > 0.8 * half && zerosAt(1) === 0 ? 'be' : undefined;
};

const isGzip = (head: Buffer): boolean => head.subarray(0, 2).equals(gzipMagic);

/** Whether a file has to be rewritten before it can be cut into chunks of whole rows. */
const isPlain = (head: Buffer): boolean => !isGzip(head) && findUtf16(head) === undefined;

/** Bytes that come first, and all that come after them. */
const peek = async (stream: AsyncIterable<Buffer>): Promise<{ head: Buffer; whole: AsyncGenerator<Buffer> }> => {
  const iterator = stream[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let bytes = 0;
  while (bytes < 64) {
    const next = await iterator.next();
    if (next.done) break;
    first.push(next.value);
    bytes += next.value.length;
  }
  const head = Buffer.concat(first);
  const whole = (async function* () {
    yield head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  })();
  return { head, whole };
};

async function* unpack(name: string, stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unpacked = pipeline(Readable.from(stream), createGunzip(), () => undefined);
  try {
    for await (const bytes of unpacked) yield bytes as Buffer;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!/^Z_/.test(code)) throw error;
    throw new UnreadableUpload(`${name} is a gzip that is cut short or damaged (${code}). Pack it again.`, {
      cause: error,
    });
  }
}

async function* fromUtf16(stream: AsyncIterable<Buffer>, order: ByteOrder): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(`utf-16${order}`);
  for await (const bytes of stream) {
    const text = decoder.decode(bytes, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}

/**
 * A file's bytes as text that rows can be read in: unpacked, and UTF-8 where they were UTF-16. Holds a piece of it at a time.
 *
 * @param name what to call the file in messages
 * @param tell is told the byte order, where the text is UTF-16
 */
async function* asText(
  name: string,
  stream: AsyncIterable<Buffer>,
  tell: (utf16: ByteOrder | undefined) => void = () => undefined,
): AsyncGenerator<Buffer> {
  const packed = await peek(stream);
  const { head, whole } = isGzip(packed.head) ? await peek(unpack(name, packed.whole)) : packed;
  const order = findUtf16(head);
  tell(order);
  yield* order === undefined ? whole : fromUtf16(whole, order);
}

export { asText, findUtf16, isGzip, isPlain };
