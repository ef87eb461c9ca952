import * as z from 'zod';

/** How a value is judged and what it becomes in a canonical row. */
const ruleSchema = z.discriminatedUnion('kind', [
  /** A day of the calendar, YYYY-MM-DD, within the days that an upload may carry. */
  z.strictObject({ kind: z.literal('date') }),
  /** A time of day, HH:MM:SS. */
  z.strictObject({ kind: z.literal('time') }),
  /** A number, bounds included. */
  z.strictObject({ kind: z.literal('decimal'), min: z.number(), max: z.number(), unit: z.string() }),
  /** A whole number, bounds included. */
  z.strictObject({ kind: z.literal('whole'), min: z.number().int(), max: z.number().int(), unit: z.string() }),
  /** One of some words, in any case. */
  z.strictObject({ kind: z.literal('choice'), of: z.array(z.string()).min(1) }),
  /** Any text; in lower case, where it says so. */
  z.strictObject({ kind: z.literal('text'), case: z.literal('lower').optional() }),
  /** A code of digits or letters: a fraction of noughts that a spreadsheet added is dropped. */
  z.strictObject({ kind: z.literal('code') }),
  /** The quadkey of the place: made when rows land, in no file and no canonical row. */
  z.strictObject({ kind: z.literal('tile'), zoom: z.number().int().min(1).max(23) }),
]);

const typeSchema = z.enum(['timestamp', 'double', 'int', 'bigint', 'string']);

const columnSchema = z.strictObject({
  /** Its name in Cellflow's own layout and in messages. */
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  about: z.string(),
  /** What an impossible value costs: the row, or only itself. */
  fault: z.enum(['reject', 'set aside']),
  rule: ruleSchema,
  /** The column of `measurements` that it becomes, with its type in Hive's words; and what that is, where it is another thing. */
  table: z.strictObject({
    name: z.string().regex(/^[a-z][a-z0-9_]*$/),
    type: typeSchema,
    about: z.string().optional(),
  }),
  /** What it is in `hourly_quality`: the key of this place, or a metric, which the tables hold in whole tenths. @default - it is not there */
  quality: z
    .union([z.literal('metric'), z.strictObject({ key: z.number().int().min(1), type: typeSchema.optional() })])
    .optional(),
  /** Words, in lower case, that stand for one of its values. */
  words: z.record(z.string(), z.string()).optional(),
  /** Values that stand for none, besides the words that do so in every column. */
  unknown: z.array(z.string()).optional(),
  /** Version of the columns that brought it. */
  since: z.number().int().min(1),
});

const columnsSchema = z.strictObject({
  version: z.number().int().min(1),
  /** Words, in lower case, that stand for no value in any column. */
  unknown: z.array(z.string()),
  columns: z.array(columnSchema),
});

const tableColumnSchema = z.strictObject({ name: z.string(), type: typeSchema, about: z.string() });

const tableTemplateSchema = z.strictObject({
  name: z.string(),
  about: z.string(),
  /** Columns of its own, and groups of those that `columns.json` makes. */
  columns: z.array(z.union([tableColumnSchema, z.strictObject({ all: z.enum(['columns', 'keys', 'metrics']) })])),
  /** Columns that its view has besides, made of the others when a query reads it. */
  view: z.array(tableColumnSchema),
});

const coverageSchema = z.strictObject({
  about: z.string(),
  /** From the best to the worst, which has no least dBm. */
  classes: z.tuple([z.string(), z.string(), z.string(), z.string()]),
  /** The technology as which one that is not known counts. */
  unknown: z.string(),
  technologies: z.array(
    z.strictObject({
      technology: z.string(),
      /** Least dBm of the classes in their order, bound included. */
      from: z.tuple([z.number().int(), z.number().int(), z.number().int()]),
      /** Where the limits are from. */
      source: z.string(),
    }),
  ),
});

const tablesSchema = z.strictObject({
  partition: tableColumnSchema,
  tables: z.array(tableTemplateSchema),
  /** The log that says which uploads the tables show: JSON in the catalogue's eyes, without partitions. */
  visibility: z.strictObject({ name: z.string(), about: z.string(), columns: z.array(tableColumnSchema) }),
  /** What `hourly_quality` keeps of each metric. */
  metric: z.array(tableColumnSchema),
});

const keySchema = z.strictObject({
  name: z.string(),
  bucket: z.enum(['lake', 'reports']),
  /** The key; what stands in angle brackets differs. */
  pattern: z.string(),
  /** Functions by their files, the job, and commands. */
  writtenBy: z.array(z.string()).min(1),
  /** The setting of the retention that says after how many days it goes. @default - it stays */
  expires: z.enum(['runsDays', 'reportsDays', 'queryResultsDays']).optional(),
  holds: z.string(),
});

const keysSchema = z.strictObject({ keys: z.array(keySchema) });

/** What helps: the same again, another file, the same file as a new upload, or nothing that a person would do. */
const remedySchema = z.enum(['retry', 'correct', 'upload', 'none']);

const errorSchema = z.strictObject({ name: z.string(), remedy: remedySchema, about: z.string() });

const errorsSchema = z.strictObject({
  remedies: z.record(remedySchema, z.string()),
  errors: z.array(errorSchema),
  services: z.array(errorSchema),
});

type Column = z.infer<typeof columnSchema>;
type Rule = z.infer<typeof ruleSchema>;
type TableTemplate = z.infer<typeof tableTemplateSchema>;
type Coverage = z.infer<typeof coverageSchema>;
type KeyEntry = z.infer<typeof keySchema>;
type Remedy = z.infer<typeof remedySchema>;
type ErrorEntry = z.infer<typeof errorSchema>;

export type { Column, Coverage, ErrorEntry, KeyEntry, Remedy, Rule, TableTemplate };
export { columnsSchema, coverageSchema, errorsSchema, keysSchema, tablesSchema };
