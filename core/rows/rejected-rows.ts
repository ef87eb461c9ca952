import { environment } from '../platform/environment';
import { lakeKeys, reportKeys } from '../platform/keys';
import { ObjectWriter } from '../platform/object-writer';
import { streamObject } from '../platform/objects';
import type { Upload } from '../uploads/upload';
import { moveLines, rejectionColumns } from './rejections';
import type { Summary } from './summaries';

/** Where all rejected rows of an upload are. */
interface RejectedRowsPlace {
  bucket: string;
  key: string;
}

/** Rejected rows that a person is shown at once. */
const firstShown = 5;

/** Bytes that hold so many for certain: values are cut to what can be shown. */
const headBytes = 16 * 1024;

/** Objects opened ahead of the one that is read: most are small, and cost more waiting than reading. */
const openedAhead = 16;

interface Part {
  stream: Promise<AsyncIterable<Buffer>>;
  linesBefore: number;
}

/** The chunks' rejected rows in the file's order, some opened ahead. */
async function* openParts(upload: Upload, summaries: readonly Summary[]): AsyncGenerator<Part> {
  const opened: Part[] = [];
  let linesBefore = upload.headerLines;
  for (const { index, rejected, lines } of summaries) {
    if (rejected > 0) {
      const Key = lakeKeys.rejected(upload.id, index);
      const stream = streamObject({ Bucket: environment('LAKE_BUCKET'), Key });
      // A failure is met when its turn comes.
      stream.catch(() => undefined);
      opened.push({ stream, linesBefore });
    }
    linesBefore += lines;
    if (opened.length >= openedAhead) yield opened.shift() as Part;
  }
  yield* opened;
}

const placeOf = (upload: string): RejectedRowsPlace => ({
  bucket: environment('REPORTS_BUCKET'),
  key: reportKeys.rejectedRows(upload),
});

/** Writes all rejected rows of an upload, with their lines in the file, into one CSV in the reports bucket. */
const writeRejectedRows = async (upload: Upload, summaries: readonly Summary[]): Promise<RejectedRowsPlace> => {
  const { bucket, key } = placeOf(upload.id);
  const writer = new ObjectWriter(bucket, key, 'text/csv; charset=utf-8');
  try {
    await writer.write(`${rejectionColumns}\n`);
    for await (const { stream, linesBefore } of openParts(upload, summaries)) {
      for await (const lines of moveLines(await stream, linesBefore)) await writer.write(lines);
    }
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return { bucket, key };
};

/** The first rejected rows of an upload, as lines of that CSV. */
const readFirstRejectedRows = async (upload: string): Promise<string[]> => {
  const { bucket, key } = placeOf(upload);
  const head = await streamObject({ Bucket: bucket, Key: key, Range: `bytes=0-${headBytes - 1}` });
  const text = Buffer.concat(await head.toArray()).toString();
  const [, ...rows] = text.split('\n').slice(0, -1);
  return rows.slice(0, firstShown);
};

export type { RejectedRowsPlace };
export { readFirstRejectedRows, writeRejectedRows };
