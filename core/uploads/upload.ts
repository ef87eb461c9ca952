import { createHash } from 'node:crypto';
import { z } from 'zod';
import { lakeKeys } from '../platform/keys';
import { chunkOfAnyVersion, uploadOfAnyVersion } from './version-0.1';

/** An upload as *Plan upload* describes it to every later stage (`$.upload`). */
const uploadFields = z.strictObject({
  outcome: z.literal('planned'),
  /** 16 hex digits, a hash of bucket, key and version. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  bucket: z.string(),
  key: z.string(),
  version: z.string(),
  /** Key of the claim object in the lake bucket. */
  claim: z.string(),
  /** Index of each known column in the file's header. */
  columns: z.record(z.string(), z.number().int().min(0)),
  /** Columns of the file's header, known or not. */
  width: z.number().int().min(1),
  /** Byte after the header line. */
  headerEnd: z.number().int(),
  /** Physical lines up to `headerEnd`. */
  headerLines: z.number().int(),
  /** Size of the object in bytes. */
  size: z.number().int(),
  /** Day of the rows that carry no date of their own, YYYY-MM-DD. */
  day: z.string(),
  /** UTC day of the upload itself, YYYY-MM-DD: what dates of rows are measured against, also in a later retry. */
  received: z.string(),
  /** Landing shards of the streaming job, K. */
  shards: z.number().int(),
  chunks: z.number().int(),
  /** Whether the cuts were made by counting every quote of the file. */
  exact: z.boolean(),
  /** Where the list of chunks is, for the state machine's item reader. */
  chunkList: z.strictObject({ bucket: z.string(), key: z.string() }),
});

const uploadSchema = z.preprocess(uploadOfAnyVersion, uploadFields);

/** What *Judge upload* found over all chunks (`$.totals`). */
const totalsSchema = z.strictObject({
  lines: z.number().int(),
  rows: z.number().int(),
  valid: z.number().int(),
  rejected: z.number().int(),
  records: z.number().int(),
  chunks: z.number().int(),
  firstDay: z.string(),
  lastDay: z.string(),
  days: z.array(z.string()),
  /** Rejected rows by rule. */
  reasons: z.record(z.string(), z.number().int()),
});

/** A piece of an upload: bytes from `start` to before `end`, cut at row boundaries. */
const chunkFields = z.strictObject({
  /** Counts from 0 in the file's order. */
  index: z.number().int().min(0),
  start: z.number().int().min(0),
  end: z.number().int().min(0),
});

const chunkSchema = z.preprocess(chunkOfAnyVersion, chunkFields);

type Upload = z.infer<typeof uploadSchema>;
type Totals = z.infer<typeof totalsSchema>;
type Chunk = z.infer<typeof chunkSchema>;

const digest = (parts: string[], length: number) =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, length);

const uploadId = (bucket: string, key: string, version: string): string => digest([bucket, key, version], 16);

interface UploadedEvent {
  detail?: { bucket?: { name?: string }; object?: { key?: string; 'version-id'?: string } };
}

/** Which file an execution is about, by the event that started it (the execution's input). */
const uploadedFile = (input: string | undefined): { bucket?: string; key?: string; upload?: string } => {
  const { detail } = JSON.parse(input ?? '{}') as UploadedEvent;
  const { bucket: { name: bucket } = {}, object: { key, 'version-id': version } = {} } = detail ?? {};
  const upload = bucket && key && version ? uploadId(bucket, key, version) : undefined;
  return { bucket, key, upload };
};

const claimKey = (bucket: string, key: string): string => lakeKeys.claim(digest([bucket, key], 32));

export type { Chunk, Totals, Upload };
export { chunkSchema, claimKey, totalsSchema, uploadedFile, uploadId, uploadSchema };
