import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { settingsSchema } from '../core/platform/settings';

const days = z.number().int().min(1);
const addresses = z.array(z.email()).default([]);

/**
 * Everything that a deployment may choose, with its default. What a deployment wants otherwise is in `cellflow.config.json`.
 *
 * @example
 * {"emails": {"reports": ["radio@example.com"]}, "settings": {"maxRejectedShare": 0.02}}
 */
const configSchema = z
  .strictObject({
    /** Who gets mail. Each address has to confirm the subscription once. @default - nobody */
    emails: z
      .strictObject({
        /** The links to the reports of each upload. */
        reports: addresses,
        /** Uploads that failed: stage, reason, way out. */
        failures: addresses,
        /** Alarms of the operation. */
        alarms: addresses,
      })
      .prefault({}),

    /** How long things are kept, in days. */
    retention: z
      .strictObject({
        /** Records in the stream, 1 to 365. What the job has not landed within this time is published again. @default 7 */
        streamDays: days.max(365).default(7),
        /**
         * What an execution needs to run on: plan, staged records, landed objects. At least as long as an execution can be
         * redriven, which is 14 days. @default 30
         */
        runsDays: days.min(14).default(30),
        /** Report pages, their CSV files, lists of rejected rows and of values set aside. @default 365 */
        reportsDays: days.default(365),
        /** Raw results of Athena, which are copied to the reports. @default 7 */
        queryResultsDays: days.default(7),
        /** Replaced versions of an uploaded file. @default 30 */
        replacedUploadsDays: days.min(14).default(30),
        /** Logs of the functions and the state machine. @default 30 */
        logsDays: z
          .literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653])
          .default(30),
        /** Logs of who read or wrote which object. @default 90 */
        accessLogsDays: days.default(90),
      })
      .prefault({}),

    /**
     * Capacity of the stream: on demand grows by itself, a number of shards is cheaper under an even load (1 MB/s and
     * 1,000 records/s a shard). @default - on demand
     */
    stream: z
      .discriminatedUnion('mode', [
        z.strictObject({ mode: z.literal('on-demand') }),
        z.strictObject({ mode: z.literal('provisioned'), shards: z.number().int().min(1).max(500) }),
      ])
      .default({ mode: 'on-demand' }),

    /** Map items that run at once, an upload. What the account's quotas do not allow waits: `docs/quotas.md`. */
    concurrency: z
      .strictObject({
        /** Chunks validated at once. @default 200 */
        validate: z.number().int().min(1).max(10_000).default(200),
        /** Chunks published at once; each sends as fast as the stream takes it. @default 8 */
        publish: z.number().int().min(1).max(1_000).default(8),
        /** Reports run at once; Athena allows 20 to 200 active queries in all, by region. @default 5 */
        reports: z.number().int().min(1).max(40).default(5),
      })
      .prefault({}),

    /** The Glue streaming job. */
    job: z
      .strictObject({
        /** Size of a worker: G.025X has 2 vCPU and 4 GB, G.1X 4 and 16, G.2X 8 and 32. @default G.1X */
        workerType: z.enum(['G.025X', 'G.1X', 'G.2X', 'G.4X', 'G.8X']).default('G.1X'),
        /** Workers, of which one is the driver. @default 2 */
        workers: z.number().int().min(2).max(100).default(2),
        /** Seconds without a record after which the job stops itself, so that it costs nothing. @default 900 */
        idleStopSeconds: z.number().int().min(10).default(900),
        /** Most Kinesis records in one batch; a record carries up to `settings.recordRows` rows. @default 4000 */
        maxRecordsPerBatch: z.number().int().min(1).default(4_000),
        /** Milliseconds from one look at the stream to the next. Kinesis allows five looks a second at a shard. @default 500 */
        triggerMilliseconds: z.number().int().min(200).max(60_000).default(500),
      })
      .prefault({}),

    /** Athena. */
    queries: z
      .strictObject({
        /** Most bytes that one query may scan, at least 10 MB; a query that scans more is stopped. @default 100 GiB */
        scanLimitBytes: z
          .number()
          .int()
          .min(10_000_000)
          .default(100 * 1024 ** 3),
      })
      .prefault({}),

    /** When an alarm goes off. */
    alarms: z
      .strictObject({
        /**
         * Age of the oldest unread record while the job runs, in minutes. Higher than a cold start of the job, in which
         * records wait as a matter of course. @default 10
         */
        iteratorAgeMinutes: z.number().min(1).default(10),
        /** Records that the stream refused within five minutes, three times in a row. @default 4000 */
        throttledRecords: z.number().int().min(1).default(1_000),
      })
      .prefault({}),

    /** Where mails and pages link an execution to. @default - the Step Functions console */
    consoleUrl: z.url().optional(),

    /** Least severe log entry of the functions that is kept. @default INFO */
    logLevel: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),

    /**
     * What the functions read: time zone, days that rows may have, limits of an upload, size of chunks and records, validity of
     * links. Each is described in `core/platform/settings.ts`.
     */
    settings: settingsSchema.prefault({}),
  })
  .refine(({ retention }) => retention.runsDays >= retention.streamDays, {
    path: ['retention', 'runsDays'],
    error: 'must be at least retention.streamDays: a record could land after what it belongs to has expired',
  });

type Config = z.infer<typeof configSchema>;

/** The file that a deployment finds by itself, in the folder of the app. */
const configFile = 'cellflow.config.json';

const contextKey = 'The context key "config"';

const wayOut =
  'Correct it and try again: infra/config.ts has every setting with its limits, cellflow.config.example.json an example.';

/**
 * Completes overrides with the defaults.
 *
 * @param overrides JSON text or an object.
 * @param source What they are read from, for the message of an error.
 * @throws where a key is unknown or a value is out of its range, naming it.
 */
const readConfig = (overrides?: unknown, source = contextKey): Config => {
  const given = typeof overrides === 'string' ? parse(overrides, source) : (overrides ?? {});
  const result = configSchema.safeParse(given);
  if (!result.success) throw new Error(`${source} is not valid:\n${z.prettifyError(result.error)}\n${wayOut}`);
  return result.data;
};

const parse = (text: string, source: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${source} is not JSON: ${(error as Error).message}\n${wayOut}`);
  }
};

/**
 * The configuration of a deployment: that of the context key `config` alone where it is given, else that of the file, else the
 * defaults. The two are never mixed, so that who passes the key (the laptop edition, a test) mails to nobody of the file.
 *
 * @param context The value of the context key.
 * @param folder Where the file is looked for.
 */
const findConfig = (context: unknown, folder: string): Config => {
  if (context !== undefined) return readConfig(context);
  const path = join(folder, configFile);
  return existsSync(path) ? readConfig(readFileSync(path, 'utf8'), configFile) : readConfig();
};

export type { Config };
export { configFile, findConfig, readConfig };
