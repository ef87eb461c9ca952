import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { TextFile } from '../../core/rows/file-description';
import { asText, findUtf16, isGzip, isPlain } from '../../core/rows/plain-text';
import type { Span } from '../../core/rows/source';
import { UsageError } from '../errors';

/** A file on this disk, as text; `close` takes away what was made of it. */
interface LocalFile extends TextFile {
  /** How its bytes are packed and encoded, as far as its beginning tells. */
  packed: boolean;
  utf16: 'le' | 'be' | undefined;
  close(): Promise<void>;
}

const readBytes = async (path: string, { start, end }: Span): Promise<Buffer> => {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(Math.max(0, end - start));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
};

const streamBytes = (path: string, { start, end }: Span): AsyncIterable<Buffer> =>
  end <= start ? emptyStream() : createReadStream(path, { start, end: end - 1, highWaterMark: 1024 * 1024 });

async function* emptyStream(): AsyncGenerator<Buffer> {
  // Nothing.
}

const sniffedBytes = 64;

/** Opens a file; one that is packed or in UTF-16 is made text in a temporary folder first. */
const openLocalFile = async (path: string): Promise<LocalFile> => {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new UsageError(`There is no file ${path}.`);
  const name = basename(path);
  const head = await readBytes(path, { start: 0, end: Math.min(sniffedBytes, found.size) });
  const folder = isPlain(head) ? undefined : await mkdtemp(join(tmpdir(), 'cellflow-check-'));
  const close = async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  };
  const place = folder === undefined ? path : join(folder, 'text.csv');
  let utf16 = findUtf16(head);
  try {
    if (folder !== undefined) {
      const packed = streamBytes(path, { start: 0, end: found.size });
      await pipeline(
        asText(name, packed, (form) => (utf16 = form)),
        createWriteStream(place),
      );
    }
    const { size } = await stat(place);
    return {
      name,
      size,
      packed: isGzip(head),
      utf16,
      readSpan: (span) => readBytes(place, span),
      streamSpan: async (span) => streamBytes(place, span),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

export type { LocalFile };
export { openLocalFile };
