import { z } from 'zod';
import { environment } from '../core/platform/environment';
import { lakeKeys } from '../core/platform/keys';
import { lambda } from '../core/platform/lambda';
import { putJson } from '../core/platform/objects';
import { readSettings } from '../core/platform/settings';
import { type Header, isBlank, readCsvHeader } from '../core/rows/csv-header';
import { maxRowBytes } from '../core/rows/csv-row-ends';
import { cutByReading, cutByWindows } from '../core/rows/cuts';
import { headSource, readSource, type Source, streamSource } from '../core/rows/source';
import { claimUpload, writeUploadEntry } from '../core/uploads/claiming';
import { dayInKey, dayOf } from '../core/uploads/days';
import { type Chunk, claimKey, type Upload, uploadId } from '../core/uploads/upload';
import { EmptyUpload, UnreadableUpload } from '../core/uploads/upload-errors';

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
  /** Cut by reading the whole file, after a cut in quotes was found. */
  exact: z.boolean().optional(),
});

type PlanUploadEvent = z.infer<typeof planUploadEvent>;

type PlannedUpload = Upload | { outcome: 'duplicate'; of: string };

const headBytes = 64 * 1024;

const nameOf = ({ bucket, key }: Source): string => `s3://${bucket}/${key}`;

const fetchHeader = async (source: Source, size: number): Promise<Header> => {
  const name = nameOf(source);
  if (size === 0) throw new EmptyUpload(`${name} is empty: it has 0 bytes.`);
  for (const bytes of [headBytes, 2 * maxRowBytes]) {
    const end = Math.min(bytes, size);
    const header = readCsvHeader(name, await readSource(source, { start: 0, end }), end === size);
    if (header !== undefined) return header;
  }
  throw new UnreadableUpload(
    `${name} has no line end in its first ${2 * maxRowBytes} bytes: it is no CSV of measurements.`,
  );
};

/** A header and nothing after it needs no further look. */
const assertRows = async (source: Source, start: number, size: number): Promise<void> => {
  if (size - start > headBytes) return;
  if (!isBlank(await readSource(source, { start, end: size }))) return;
  throw new EmptyUpload(`${nameOf(source)} has a header and no rows.`);
};

const cutUpload = async (source: Source, header: Header, size: number, exact: boolean): Promise<Chunk[]> => {
  const { chunkBytes, maxChunks } = readSettings();
  const span = { start: header.end, end: size };
  const plan = { name: nameOf(source), span, width: header.width, chunkBytes, maxChunks };
  if (exact) return cutByReading(await streamSource(source, span), plan);
  return cutByWindows((window) => readSource(source, window), plan);
};

const shardsFor = (size: number): number => {
  const { shardBytes, maxShards } = readSettings();
  return Math.min(maxShards, Math.max(1, Math.ceil(size / shardBytes)));
};

/** Claims an upload for this execution, checks its header and cuts it into chunks of whole rows. */
const planUpload = async ({ event, execution, exact = false }: PlanUploadEvent): Promise<PlannedUpload> => {
  const { bucket, object } = event.detail;
  const { key, sequencer } = object;
  const { version, size } = await headSource(bucket.name, key, object['version-id']);
  const source = { bucket: bucket.name, key, version };
  const id = uploadId(bucket.name, key, version);
  const claim = claimKey(bucket.name, key);
  const claimed = await claimUpload({ upload: id, claim, ...source, sequencer, execution });
  if (claimed.outcome === 'duplicate') return claimed;
  await writeUploadEntry({ id, claim, ...source });

  const header = await fetchHeader(source, size);
  await assertRows(source, header.end, size);
  const chunks = await cutUpload(source, header, size, exact);
  const chunkList = { bucket: environment('LAKE_BUCKET'), key: lakeKeys.chunks(id) };
  await putJson(chunkList.bucket, chunkList.key, chunks);
  const received = dayOf(event.time);
  return {
    outcome: 'planned',
    id,
    ...source,
    claim,
    columns: header.columns,
    width: header.width,
    headerEnd: header.end,
    headerLines: header.lines,
    size,
    day: dayInKey(key) ?? received,
    received,
    shards: shardsFor(size),
    chunks: chunks.length,
    exact,
    chunkList,
  };
};

const handler = lambda(planUpload, { event: planUploadEvent });

export { handler, planUpload };
