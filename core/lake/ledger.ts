import * as z from 'zod';
import { clock } from '../platform/clock';
import { eachAtOnce } from '../platform/concurrency';
import { CellflowError } from '../platform/errors';
import { lakeKeys, landingPrefix, tables } from '../platform/keys';
import { getJson, listObjects } from '../platform/objects';
import { landingFolder, ledgerOfAnyVersion } from '../uploads/version-0.1';

const rangeSchema = z.tuple([z.number().int().min(0), z.number().int().min(0)]);

/** A page of an upload's ledger: what the streaming job committed at once. Unknown fields of a newer job are left alone. */
const ledgerSchema = z.object({
  v: z.literal(3),
  upload: z.string(),
  /** Its number among the upload's pages, from 1; 0 for a page of version 0.1, which had none. */
  n: z.number().int().min(0),
  /** Of one driver and one attempt at a batch; the names of the objects begin with it. */
  token: z.string().min(1),
  at: z.string(),
  /** Version of the columns that the files have; 0 where an older page does not tell it. */
  columns: z.number().int().min(0),
  rows: z.number().int(),
  /** Files of Parquet, one behind the other in objects. */
  objects: z.array(
    z.object({
      key: z.string(),
      table: z.enum(tables),
      day: z.string(),
      offset: z.number().int().min(0),
      rows: z.number().int(),
      bytes: z.number().int(),
    }),
  ),
  /** Inclusive ranges of record numbers by chunk. */
  records: z.record(z.string(), z.array(rangeSchema)),
  setAside: z.array(z.object({ id: z.string(), reason: z.string() })).default([]),
});

type Ledger = z.infer<typeof ledgerSchema>;
type LandedFile = Ledger['objects'][number];

/** A page of the ledger is not what the streaming job writes. */
class UnreadableLedger extends CellflowError {}

/** The ledger holds what it must never hold: a record twice, one that was not planned, other rows than its records have; or lacks a page. */
class LandingDefect extends CellflowError {}

const keyOf = ({ upload, n, token }: Pick<Ledger, 'upload' | 'n' | 'token'>): string =>
  n === 0 ? `${lakeKeys.landings(upload)}${token}.json` : lakeKeys.ledgerPage(upload, n);

/** A page as a person finds it under the upload's prefix. */
const nameOf = (page: Ledger): string => keyOf(page).slice(lakeKeys.landings(page.upload).length, -'.json'.length);

/**
 * A name in a page that another page could hold too. Names carry the upload and the token, so where each is in its place, and no
 * token in two pages, no rows are listed by two pages, and nobody has to remember them all to know.
 */
const findForeign = (page: Ledger, key: string, upload: string): string | undefined => {
  const { n, token, objects, columns } = page;
  if (page.upload !== upload) return `upload ${page.upload}`;
  if (key !== keyOf(page)) return `page ${n}, token ${token}`;
  const ends = new Map<string, number>();
  for (const { key: name, table, day, offset, bytes } of objects.toSorted((a, b) => a.offset - b.offset)) {
    const folder = columns === 0 ? landingFolder(upload, table, day) : landingPrefix(upload);
    if (!name.startsWith(`${folder}${token}-`) || offset < (ends.get(name) ?? 0)) return name;
    ends.set(name, offset + bytes);
  }
  return undefined;
};

/** Pages read at once; each is a few kilobytes to a few megabytes. */
const readers = 16;
const listings = { tries: 4, pause: 250 };

const numbered = /[/]\d{8}[.]json$/;

/** The number that is missing among the numbered pages, which count from 1 without a gap, and are listed in their order. */
const findGap = (keys: readonly string[], upload: string): number | undefined => {
  const index = keys
    .filter((key) => numbered.test(key))
    .findIndex((key, at) => key !== lakeKeys.ledgerPage(upload, at + 1));
  return index < 0 ? undefined : index + 1;
};

/**
 * The keys of an upload's pages. A long listing is not of one moment: it may show a page that was written meanwhile, and not the one
 * before it. Then it is made again.
 *
 * @throws {@link LandingDefect} where a page is missing for good
 */
const listPages = async (bucket: string, upload: string): Promise<string[]> => {
  for (let tries = 1; ; tries++) {
    const keys: string[] = [];
    for await (const { key } of listObjects(bucket, lakeKeys.landings(upload))) keys.push(key);
    const gap = findGap(keys, upload);
    if (gap === undefined) return keys;
    if (tries === listings.tries) {
      throw new LandingDefect(
        `The ledger of upload ${upload} lacks page ${gap}, and has later ones: what landed with it is unknown.`,
      );
    }
    await clock.sleep(listings.pause);
  }
};

const readPage = async (bucket: string, upload: string, key: string): Promise<Ledger> => {
  const stored = await getJson(bucket, key);
  if (stored === undefined) throw new UnreadableLedger(`s3://${bucket}/${key} was listed and is gone.`);
  const parsed = ledgerSchema.safeParse(ledgerOfAnyVersion(stored.value));
  if (!parsed.success) {
    throw new UnreadableLedger(
      `s3://${bucket}/${key} is not a page of the streaming job's ledger: ${z.prettifyError(parsed.error)}`,
    );
  }
  const foreign = findForeign(parsed.data, key, upload);
  if (foreign !== undefined) {
    throw new UnreadableLedger(`s3://${bucket}/${key} names ${foreign}, which is not its own.`);
  }
  return parsed.data;
};

/**
 * Goes through the ledger of an upload, one page at a time and in no order. Only those in work are in memory.
 *
 * @throws {@link UnreadableLedger}, {@link LandingDefect}
 */
const forEachLedger = async (bucket: string, upload: string, work: (ledger: Ledger) => void): Promise<void> => {
  const tokens = new Map<string, string>();
  await eachAtOnce(readers, await listPages(bucket, upload), async (key) => {
    const page = await readPage(bucket, upload, key);
    const other = tokens.get(page.token);
    if (other !== undefined) throw new LandingDefect(`Pages ${other} and ${nameOf(page)} have the same token.`);
    tokens.set(page.token, nameOf(page));
    work(page);
  });
};

export type { LandedFile, Ledger };
export { forEachLedger, LandingDefect, ledgerSchema, nameOf, UnreadableLedger };
