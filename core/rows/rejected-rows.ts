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

/** A list that chunks leave a part of each, and the reports bucket has as a whole. */
interface ListKind {
  partKey: (upload: string, chunk: number) => string;
  key: (upload: string) => string;
  /** Whether a chunk has a part of it. */
  has: (summary: Summary) => boolean;
}

const rejectedList: ListKind = {
  partKey: (upload, chunk) => lakeKeys.rejected(upload, chunk),
  key: (upload) => reportKeys.rejectedRows(upload),
  has: ({ rejected }) => rejected > 0,
};

const setAsideList: ListKind = {
  partKey: (upload, chunk) => lakeKeys.setAside(upload, chunk),
  key: (upload) => reportKeys.setAsideValues(upload),
  has: ({ rowsWithSetAside = 0 }) => rowsWithSetAside > 0,
};

/** The chunks' parts of a list in the file's order, some opened ahead. */
async function* openParts(upload: Upload, summaries: readonly Summary[], list: ListKind): AsyncGenerator<Part> {
  const opened: Part[] = [];
  let linesBefore = upload.headerLines;
  for (const summary of summaries) {
    if (list.has(summary)) {
      const Key = list.partKey(upload.id, summary.index);
      const stream = streamObject({ Bucket: environment('LAKE_BUCKET'), Key });
      // A failure is met when its turn comes.
      stream.catch(() => undefined);
      opened.push({ stream, linesBefore });
    }
    linesBefore += summary.lines;
    if (opened.length >= openedAhead) yield opened.shift() as Part;
  }
  yield* opened;
}

const placeOf = (upload: string): RejectedRowsPlace => ({
  bucket: environment('REPORTS_BUCKET'),
  key: reportKeys.rejectedRows(upload),
});

const writeList = async (upload: Upload, summaries: readonly Summary[], list: ListKind): Promise<void> => {
  const writer = new ObjectWriter(environment('REPORTS_BUCKET'), list.key(upload.id), 'text/csv; charset=utf-8');
  try {
    await writer.write(`${rejectionColumns}\n`);
    for await (const { stream, linesBefore } of openParts(upload, summaries, list)) {
      for await (const lines of moveLines(await stream, linesBefore)) await writer.write(lines);
    }
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
};

/** Writes all rejected rows of an upload, with their lines in the file, into one CSV in the reports bucket. */
const writeRejectedRows = async (upload: Upload, summaries: readonly Summary[]): Promise<RejectedRowsPlace> => {
  await writeList(upload, summaries, rejectedList);
  return placeOf(upload.id);
};

/** Writes all values that were set aside, with their lines in the file, into one CSV in the reports bucket, where there are any. */
const writeSetAsideValues = async (upload: Upload, summaries: readonly Summary[]): Promise<void> => {
  if (summaries.some(setAsideList.has)) await writeList(upload, summaries, setAsideList);
};

const readFirst = async (Key: string): Promise<string[]> => {
  const head = await streamObject({ Bucket: environment('REPORTS_BUCKET'), Key, Range: `bytes=0-${headBytes - 1}` });
  const text = Buffer.concat(await head.toArray()).toString();
  const [, ...rows] = text.split('\n').slice(0, -1);
  return rows.slice(0, firstShown);
};

/** The first rejected rows of an upload, as lines of their CSV. */
const readFirstRejectedRows = (upload: string): Promise<string[]> => readFirst(reportKeys.rejectedRows(upload));

/** The first values of an upload that were set aside, as lines of their CSV. */
const readFirstSetAsideValues = (upload: string): Promise<string[]> => readFirst(reportKeys.setAsideValues(upload));

export type { RejectedRowsPlace };
export { readFirstRejectedRows, readFirstSetAsideValues, writeRejectedRows, writeSetAsideValues };
