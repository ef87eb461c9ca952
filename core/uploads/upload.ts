import { createHash } from 'node:crypto';
import * as z from 'zod';
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
  /** Name of the file's format. */
  format: z.string(),
  dialect: z.strictObject({
    delimiter: z.enum([',', ';', '\t', '|']),
    decimal: z.enum(['.', ',']),
    /** Where dates have slashes: what comes first in all of them. */
    dateOrder: z.enum(['day first', 'month first']).optional(),
  }),
  /** The order of dates, or that there is none, is what a sample tells: *Judge upload* asks all rows. @default - it is certain */
  datesPresumed: z.literal(true).optional(),
  /** Indexes in the file of the format's columns; several where values are joined, or asked for in turn. */
  columns: z.record(z.string(), z.array(z.number().int().min(0))),
  /** Names of the first columns, to know a header that comes again. */
  names: z.array(z.string()),
  /** Columns that a row has at least: those of the header but empty ones at its end. */
  width: z.number().int().min(1),
  /** Where the file lies as text, where it was none. @default - it is read as it was uploaded */
  text: z.strictObject({ bucket: z.string(), key: z.string() }).optional(),
  /** Byte after the header line. */
  headerEnd: z.number().int(),
  /** Physical lines up to `headerEnd`. */
  headerLines: z.number().int(),
  /** Size of the object in bytes. */
  size: z.number().int(),
  /** Day of the rows that carry no date of their own, YYYY-MM-DD. */
  day: z.string(),
  /** Day of the upload itself in the deployment's time zone, YYYY-MM-DD: what dates of rows are measured against, also in a later retry. */
  received: z.string(),
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
  /** Rejected rows by column and rule. */
  reasons: z.record(z.string(), z.number().int()),
  /** Values that were set aside, by column and rule. */
  setAside: z.record(z.string(), z.number().int()).default({}),
  /** Valid rows with values that were set aside. */
  rowsWithSetAside: z.number().int().default(0),
  /** Of the valid rows, in how many a column's value is there, is unknown, was set aside; by column of the contract. */
  columns: z.record(z.string(), z.tuple([z.number().int(), z.number().int(), z.number().int()])).default({}),
  /** Days that a few rows carry, far from all others: `firstDay` and `lastDay` are without them. */
  strayDays: z.array(z.string()).default([]),
  /** Valid rows of these days. */
  strayRows: z.number().int().default(0),
  /** Headers that came again among the rows. */
  headers: z.number().int().default(0),
  /** Rows that the format leaves out, as those of cells that did not serve the phone; they do not count as rows. */
  leftOut: z.number().int().default(0),
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

/** Hex digits of an upload's id; that of a copy of it in merged objects goes on behind them. */
const uploadIdLength = 16;

const uploadId = (bucket: string, key: string, version: string): string =>
  digest([bucket, key, version], uploadIdLength);

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
export { chunkSchema, claimKey, totalsSchema, uploadedFile, uploadId, uploadIdLength, uploadSchema };
