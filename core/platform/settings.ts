import * as z from 'zod';

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** What a deployment may tune in the Lambdas; `infra/config.ts` passes it as the variable `SETTINGS`. */
const settingsSchema = z.strictObject({
  /** Largest share of rejected rows with which an upload still goes on, 0 to 1. */
  maxRejectedShare: z.number().min(0).max(1).default(0.1),
  /** Size that a chunk of an upload aims at, in bytes; grows where an upload would have more than `maxChunks`. */
  chunkBytes: z
    .number()
    .int()
    .min(1024)
    .default(8 * 1024 * 1024),
  /** Most chunks of an upload: a distributed map takes 10,000 items from one list. */
  maxChunks: z.number().int().min(1).max(10_000).default(10_000),
  /** Most rows packed in one Kinesis record. */
  recordRows: z.number().int().min(1).default(2_000),
  /** Bytes before compression at which a Kinesis record is closed. */
  recordBytes: z.number().int().min(1024).max(900_000).default(200_000),
  /** Largest share of rows with impossible values that were set aside with which an upload still goes on, 0 to 1. */
  maxSetAsideShare: z.number().min(0).max(1).default(1),
  /** Time zone whose days and hours the tables have: an IANA name. Times that are wall clock in a file are of it. */
  timeZone: z
    .string()
    .refine(isTimeZone, { error: 'no time zone of the IANA database, as Europe/Madrid is one' })
    .default('UTC'),
  /** Oldest day of a row. */
  earliestDay: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .default('2000-01-01'),
  /** Latest date of a row, in days after today. */
  futureDays: z.number().int().min(0).default(1),
  /** Most days that one upload may touch. */
  maxDays: z.number().int().min(1).default(5_000),
  /** Bytes that a packed file may unpack to. */
  maxUnpackedBytes: z
    .number()
    .int()
    .min(1024)
    .default(64 * 1024 ** 3),
  /** Fewest measurements that a line of a report speaks of where the page shows it; its CSV has all. */
  fewestRows: z.number().int().min(1).default(5),
  /**
   * Whether the mail of an upload's reports is sent only where something got worse, the data has a fault, or a saved report failed.
   * The page is made in any case.
   */
  mailOnlyFindings: z.boolean().default(false),
  /** Days for which a mailed link opens. */
  linkDays: z.number().int().min(1).default(7),
  /** Seconds without a landing after which an upload with missing records counts as stalled. */
  stallSeconds: z.number().int().min(1).default(1_800),
  /** Times that missing records are published again before an upload counts as stalled. */
  maxRepublications: z.number().int().min(0).default(3),
  /** Seconds after a publication for which missing records are only late, not lost. */
  landingGraceSeconds: z.number().int().min(1).default(60),
  /** Longest pause between two looks at what has landed, in seconds. */
  maxPollSeconds: z.number().int().min(1).max(300).default(300),
  /**
   * How far ahead the moment lies at which an upload becomes visible, in milliseconds: more than a small write takes to be in S3
   * and the clocks of Lambda and Athena differ.
   */
  visibilityNoticeMs: z.number().int().min(100).max(60_000).default(2_000),
  /**
   * Minutes for which rows that were replaced or withdrawn are kept for queries that began before: more than the longest query with
   * its time in the queue.
   */
  sweepGraceMinutes: z.number().int().min(60).default(180),
  /** Small uploads of a day from which on their rows are put together into few objects. */
  mergeFrom: z.number().int().min(2).default(100),
  /** Seconds that one report's query may take. */
  reportTimeoutSeconds: z.number().int().min(1).max(840).default(600),
});

type Settings = z.infer<typeof settingsSchema>;

/** The settings of this Lambda, read once. */
const readSettings = (): Settings => settingsSchema.parse(JSON.parse(process.env.SETTINGS ?? '{}'));

export type { Settings };
export { readSettings, settingsSchema };
