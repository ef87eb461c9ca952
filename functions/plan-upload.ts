import * as z from 'zod';
import { findFormat, shippedFormats } from '../core/formats/formats';
import { environment } from '../core/platform/environment';
import { lakeKeys } from '../core/platform/keys';
import { lambda } from '../core/platform/lambda';
import { putJson } from '../core/platform/objects';
import { readSettings } from '../core/platform/settings';
import { cutByReading, cutByWindows } from '../core/rows/cuts';
import {
  dayOfFile,
  describeFile,
  type FileDescription,
  firstNames,
  type TextFile,
} from '../core/rows/file-description';
import { headSource, readSource, type Source, sourceOf, streamSource } from '../core/rows/source';
import { makeText } from '../core/rows/text-of-upload';
import { Zone } from '../core/rows/zone';
import { claimUpload, writeUploadEntry } from '../core/uploads/claiming';
import { assertReadName } from '../core/uploads/file-kinds';
import { type Chunk, claimKey, type Upload, uploadId } from '../core/uploads/upload';
import { withOldNames } from '../core/uploads/version-0.1';

const planUploadEvent = z.strictObject({
  /** S3's *Object Created*, from EventBridge. */
  event: z.object({
    time: z.string(),
    detail: z.object({
      bucket: z.object({ name: z.string() }),
      object: z.object({
        key: z.string(),
        'version-id': z.string().min(1).optional(),
        sequencer: z.string().default(''),
      }),
    }),
  }),
  /** ARN of the execution. */
  execution: z.string(),
  /** Cut by reading the whole file, after a cut in quotes or dates of another order were found. */
  exact: z.boolean().optional(),
  /** What to make of dates with slashes in a large file: the machine judges what was presumed. @default - all are read */
  dates: z.literal('presume').optional(),
});

type PlanUploadEvent = z.infer<typeof planUploadEvent>;

/** Files of so many chunks are read whole for the order of their dates: so their uploaders hear at once. */
const presumedChunks = 2;

type PlannedUpload = Upload | { outcome: 'duplicate'; of: string };

const nameOf = ({ bucket, key }: Source): string => `s3://${bucket}/${key}`;

const cutUpload = async (file: TextFile, description: FileDescription, exact: boolean): Promise<Chunk[]> => {
  const { chunkBytes, maxChunks } = readSettings();
  const { width, end, dialect } = description;
  const span = { start: end, end: file.size };
  const plan = { name: file.name, span, width, delimiter: dialect.delimiter, chunkBytes, maxChunks };
  return exact ? cutByReading(await file.streamSpan(span), plan) : cutByWindows(file.readSpan, plan);
};

/** The file as text, as later stages will read it. */
const openText = async (source: Source & { version: string }, id: string, size: number) => {
  const name = nameOf(source);
  const { size: textSize, text } = await makeText(source, {
    id,
    name,
    size,
    maxBytes: readSettings().maxUnpackedBytes,
  });
  const place = sourceOf({ ...source, text });
  const file: TextFile = {
    name,
    size: textSize,
    readSpan: (span) => readSource(place, span),
    streamSpan: (span) => streamSource(place, span),
  };
  return { file, text };
};

/** Claims an upload for this execution, finds out how the file is to be read, and cuts it into chunks of whole rows. */
const planUpload = async ({ event, execution, exact = false, dates }: PlanUploadEvent): Promise<PlannedUpload> => {
  const { bucket, object } = event.detail;
  const { key, sequencer } = object;
  const { version, size, format: chosen } = await headSource(bucket.name, key, object['version-id']);
  const source = { bucket: bucket.name, key, version };
  const id = uploadId(bucket.name, key, version);
  const claim = claimKey(bucket.name, key);
  const claimed = await claimUpload({ upload: id, claim, ...source, sequencer, execution });
  if (claimed.outcome === 'duplicate') return claimed;
  await writeUploadEntry({ id, claim, ...source });
  assertReadName(nameOf(source), key);

  const { file, text } = await openText(source, id, size);
  const formats = shippedFormats();
  const description = await describeFile(file, {
    formats,
    chosen: chosen === undefined ? undefined : findFormat(chosen),
    presumeBeyond: dates === 'presume' ? presumedChunks * readSettings().chunkBytes : undefined,
  });
  const received = new Zone(readSettings().timeZone).localOf(Date.parse(event.time)).day;
  const day = dayOfFile(key, received, description);
  const chunks = await cutUpload(file, description, exact);
  const chunkList = { bucket: environment('LAKE_BUCKET'), key: lakeKeys.chunks(id) };
  await putJson(chunkList.bucket, chunkList.key, chunks);
  return withOldNames({
    outcome: 'planned' as const,
    id,
    ...source,
    claim,
    format: description.format.name,
    dialect: description.dialect,
    datesPresumed: description.datesPresumed,
    columns: Object.fromEntries(Object.entries(description.columns).map(([name, indexes]) => [name, [...indexes]])),
    names: firstNames(description.names),
    width: description.width,
    text,
    headerEnd: description.end,
    headerLines: description.lines,
    size: file.size,
    day,
    received,
    chunks: chunks.length,
    exact,
    chunkList,
  });
};

const handler = lambda(planUpload, { event: planUploadEvent });

export { handler, planUpload };
