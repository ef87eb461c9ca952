import * as z from 'zod';
import { columns } from '../../contract';

/** A name in a file's header, or several of which the first that is there is taken; as `normaliseName` gives it. */
const fromSchema = z.union([z.string(), z.array(z.string()).min(1)]);

/** How times are written. */
const writtenSchema = z.enum([
  /** Days and times of day in two columns, in any of the ways that `docs/formats.md` lists. */
  'day and time',
  /** 2026-10-01T08:00:00.000Z, with or without fraction and offset; a space may stand for the T. */
  'iso',
  /** Milliseconds since 1970. */
  'epoch ms',
  /** Seconds since 1970. */
  'epoch s',
  /** 2026.10.01_08.00.00 */
  'yyyy.mm.dd_hh.mm.ss',
]);

const timeSchema = z.strictObject({
  written: writtenSchema,
  /** Wall clock of the deployment's time zone, or moments, which are turned into its day and hour. */
  means: z.enum(['wall clock', 'moments']),
  /** The one column, where there is one. */
  from: fromSchema.optional(),
  /** Column of days; a file may lack it, and its rows are of the day of its name or its upload then. */
  day: fromSchema.optional(),
  /** Column of times of day. */
  hour: fromSchema.optional(),
});

/** Which values of a place are of a column, where other things stand in that place too: the others stand for none, and are not set aside. */
const onlySchema = z
  .strictObject({
    /** Those that `words` lists. */
    words: z.literal(true).optional(),
    /** Numbers from this one on, as the file has them; what is no number is judged by the rule. */
    from: z.number().optional(),
    /** Numbers below this one, as the file has them. */
    below: z.number().optional(),
    /** Those in rows of these technologies. */
    technology: z
      .array(z.enum(['2G', '3G', '4G', '5G']))
      .min(1)
      .optional(),
  })
  .refine((only) => Object.keys(only).length > 0, 'says nothing');

const sourceSchema = z.strictObject({
  /** Where the value stands. */
  from: fromSchema.optional(),
  /** Columns that are asked in turn, row by row, where the value of `from` is unknown or the file has no such column. */
  else: z.array(z.string()).min(1).optional(),
  /** Columns whose values are joined by hyphens; the value is unknown where one of them is. */
  join: z.array(fromSchema).min(2).optional(),
  /** Where the column shares its place with something else. @default - every value there is of this column */
  only: onlySchema.optional(),
  /** A number is multiplied by it, to come to the unit of the contract. @default 1 */
  times: z.number().positive().optional(),
  /** Words, in lower case, that stand for a value, besides those of the contract. */
  words: z.record(z.string(), z.string()).optional(),
  /** Values, in lower case, that stand for none, besides those of the contract. */
  unknown: z.array(z.string()).optional(),
  /** Digits that a code of digits has; a nought that a spreadsheet took from its front is given back. */
  digits: z.number().int().min(2).max(20).optional(),
});

/** Rows that are no measurements of what served the phone: not kept, and counted apart from the rejected ones, which a file must not have many of. */
const leaveOutSchema = z.strictObject({
  from: fromSchema,
  /** The words, in lower case, that tell such rows. */
  values: z.array(z.string()).min(1),
  /** The reason in plain words. */
  because: z.string(),
});

/** Which scale the ASU values of a file are on. */
const asuSchema = z.enum([
  /** That of the technology: 3GPP TS 27.007. */
  'by technology',
  /** GSM's up to 31 whatever the technology, that of LTE above: Android until about 2017. */
  'gsm up to 31',
]);

const madeColumns = new Set(['date', 'hour', 'utc_offset', 'tile']);
/** Columns that a format can fill: the others are made. */
const readColumns = columns.map(({ name }) => name).filter((name) => !madeColumns.has(name));

/** A layout of files, as `docs/formats.md` describes it. */
const formatSchema = z.strictObject({
  /** Its name, which is that of its file. */
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string(),
  /** Where its facts come from, for those who mend it. */
  source: z.string(),
  /** Names that a header must have for the file to be of this layout. */
  recognise: z.array(z.string()).min(2),
  time: timeSchema,
  /** Where each column of the contract comes from; one that is not named is unknown. */
  columns: z.partialRecord(z.enum(readColumns as [string, ...string[]]), sourceSchema),
  /** Every other column of the contract stands under its own name. @default - it is unknown */
  others: z.literal('by name').optional(),
  /** @default - every row is a measurement */
  leaveOut: leaveOutSchema.optional(),
  /** Where the file has ASU. @default - no dBm follows from it */
  asu: asuSchema.optional(),
});

type Format = z.infer<typeof formatSchema>;
type Source = z.infer<typeof sourceSchema>;
type FormatTime = z.infer<typeof timeSchema>;

export type { Format, FormatTime, Source };
export { formatSchema, readColumns };
