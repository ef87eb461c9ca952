import { environment } from '../platform/environment';
import { lakeKeys, reportKeys } from '../platform/keys';
import { ObjectWriter } from '../platform/object-writer';
import { streamObject } from '../platform/objects';
import type { Upload } from '../uploads/upload';
import { moveLines, rejectionColumns } from './rejections';
import type { Summary } from './summaries';

interface RejectedRows {
  bucket: string;
  key: string;
  /** The first of them, as lines of the CSV. */
  first: string[];
}

const firstShown = 5;

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

/** Writes all rejected rows of an upload, with their lines in the file, into one CSV in the reports bucket. */
const writeRejectedRows = async (upload: Upload, summaries: readonly Summary[]): Promise<RejectedRows> => {
  const bucket = environment('REPORTS_BUCKET');
  const key = reportKeys.rejectedRows(upload.id);
  const writer = new ObjectWriter(bucket, key, 'text/csv; charset=utf-8');
  const first: string[] = [];
  try {
    await writer.write(`${rejectionColumns}\n`);
    for await (const { stream, linesBefore } of openParts(upload, summaries)) {
      for await (const lines of moveLines(await stream, linesBefore)) {
        if (first.length < firstShown) first.push(...lines.split('\n', firstShown - first.length).filter(Boolean));
        await writer.write(lines);
      }
    }
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return { bucket, key, first };
};

export type { RejectedRows };
export { writeRejectedRows };
