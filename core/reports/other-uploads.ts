import type { Readable } from 'node:stream';
import { environment } from '../platform/environment';
import { lakeKeys } from '../platform/keys';
import { getJson } from '../platform/objects';
import { readRecords } from './csv-records';
import { formatNumber, plural } from './page/numbers';

/** What else the days of a page's files hold. */
interface OtherUploads {
  /** Rows of other uploads. */
  rows: number;
  /** Uploads that have them. */
  count: number;
  /** The largest of them, each by its file's name. */
  uploads: { name: string; rows: number }[];
}

/** Uploads that are named; what more there are is counted. */
const mostNamed = 5;
const longestName = 80;
/** Controls, marks that turn the direction of text, line ends. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]+/gu;
const isId = /^[0-9a-f]{16}$/;

/** The name of an upload's file, as *Plan upload* noted it; its id where that is gone. */
const nameOf = async (id: string): Promise<string> => {
  if (!isId.test(id)) return 'an upload without an id';
  const stored = await getJson<{ key?: string }>(environment('LAKE_BUCKET'), lakeKeys.upload(id));
  const name = stored?.value.key?.split('/').at(-1)?.replace(unprintable, ' ').trim();
  const characters = [...(name || `upload ${id}`)];
  return characters.length > longestName ? `${characters.slice(0, longestName - 1).join('')}…` : characters.join('');
};

/**
 * Reads the CSV of the report *uploads-of-these-days*: how many rows of other uploads the days hold, and whose they are. Nothing
 * where it is not that report.
 *
 * @param reported - uploads that the reports are made for
 */
const readOtherUploads = async (csv: Readable, reported: ReadonlySet<string>): Promise<OtherUploads | undefined> => {
  let header: string[] | undefined;
  let [rows, count] = [0, 0];
  let largest: { id: string; rows: number }[] = [];
  for await (const record of readRecords(csv)) {
    if (header === undefined) {
      header = record;
      if (!header.includes('upload_id') || !header.includes('count_rows')) return undefined;
      continue;
    }
    const [id = '', own = 0] = [record[header.indexOf('upload_id')], Number(record[header.indexOf('count_rows')])];
    if (reported.has(id) || !(own > 0)) continue;
    rows += own;
    count += 1;
    largest = [...largest, { id, rows: own }].sort((one, other) => other.rows - one.rows).slice(0, mostNamed);
  }
  const uploads = await Promise.all(largest.map(async ({ id, rows: own }) => ({ name: await nameOf(id), rows: own })));
  return { rows, count, uploads };
};

/** What else the days hold, in a sentence; nothing where they hold nothing else. */
const otherUploadsInWords = ({ rows, count, uploads }: OtherUploads): string | undefined => {
  if (count === 0) return undefined;
  const named = uploads.map(({ name, rows: own }) => `${name} (${formatNumber(own)})`);
  const left = count - uploads.length;
  const all = [...named, ...(left > 0 ? [`${formatNumber(left)} more`] : [])].join(', ');
  return `These days also hold ${plural(rows, 'row')} of ${plural(count, 'other upload')}: ${all}. The reports are about all of them.`;
};

export type { OtherUploads };
export { otherUploadsInWords, readOtherUploads };
