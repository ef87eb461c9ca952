import { z } from 'zod';
import { eachAtOnce } from '../platform/concurrency';
import { CellflowError } from '../platform/errors';
import { lakeKeys, landingPrefix, tables } from '../platform/keys';
import { getJson, listObjects } from '../platform/objects';

const rangeSchema = z.tuple([z.number().int().min(0), z.number().int().min(0)]);

/** What the streaming job committed of one upload in one batch. Unknown fields of a newer job are left alone. */
const ledgerSchema = z.object({
  v: z.literal(1),
  upload: z.string(),
  query: z.string(),
  batch: z.number().int(),
  at: z.string(),
  rows: z.number().int(),
  objects: z.array(
    z.object({
      key: z.string(),
      table: z.enum(tables),
      day: z.string(),
      rows: z.number().int(),
      bytes: z.number().int(),
    }),
  ),
  /** Inclusive ranges of record numbers by chunk. */
  records: z.record(z.string(), z.array(rangeSchema)),
  setAside: z.array(z.object({ id: z.string(), reason: z.string() })).default([]),
});

type Ledger = z.infer<typeof ledgerSchema>;
type LandedObject = Ledger['objects'][number];

/** A ledger object is not what the streaming job writes. */
class UnreadableLedger extends CellflowError {}

/**
 * A name in a ledger that another ledger could hold too. Names carry upload, query and batch, so with each in its place no
 * object can be listed by two ledgers, and nobody has to remember them all to know.
 */
const findForeign = (ledger: Ledger, key: string, upload: string): string | undefined => {
  const { query, batch, objects } = ledger;
  if (ledger.upload !== upload) return `upload ${ledger.upload}`;
  if (key !== `${lakeKeys.landings(upload)}${query}-${batch}.json`) return `query ${query}, batch ${batch}`;
  const names = new Set<string>();
  for (const { key: name, table, day } of objects) {
    if (!name.startsWith(`${landingPrefix(upload, table, day)}${query}-${batch}-`) || names.has(name)) return name;
    names.add(name);
  }
  return undefined;
};

/** Ledger objects read at once; each is a few kilobytes to a few megabytes. */
const readers = 16;

/**
 * Goes through the ledger of an upload, one batch at a time and in no order. Only those in work are in memory.
 *
 * @throws {@link UnreadableLedger}
 */
const forEachLedger = async (bucket: string, upload: string, work: (ledger: Ledger) => void): Promise<void> =>
  eachAtOnce(readers, listObjects(bucket, lakeKeys.landings(upload)), async ({ key }) => {
    const stored = await getJson(bucket, key);
    if (stored === undefined) throw new UnreadableLedger(`s3://${bucket}/${key} was listed and is gone.`);
    const parsed = ledgerSchema.safeParse(stored.value);
    if (!parsed.success) {
      throw new UnreadableLedger(
        `s3://${bucket}/${key} is not a ledger of the streaming job: ${z.prettifyError(parsed.error)}`,
      );
    }
    const foreign = findForeign(parsed.data, key, upload);
    if (foreign !== undefined)
      throw new UnreadableLedger(`s3://${bucket}/${key} names ${foreign}, which is not its own.`);
    work(parsed.data);
  });

export type { LandedObject, Ledger };
export { forEachLedger, ledgerSchema, UnreadableLedger };
