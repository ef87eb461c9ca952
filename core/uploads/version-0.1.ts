import { landingPrefix } from '../platform/keys';

/**
 * What version 0.1 wrote where this version reads: executions that began under it, their chunk lists, their summaries and what of
 * them has landed go on after a deployment.
 */

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const renamed = (value: unknown, names: Readonly<Record<string, string>>): unknown =>
  isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, field]) => [names[name] ?? name, field]))
    : value;

/**
 * An execution keeps the definition that it began with, also when it is redriven: that of version 0.1 looks for the list of
 * chunks under its old name.
 */
const withOldNames = <Planned extends { chunkList: unknown }>(upload: Planned) => ({
  ...upload,
  runs: upload.chunkList,
});

/** `shards` was how many objects a batch made of a day: today it makes one, whoever planned the upload. */
const withoutShards = ({ shards: _, ...upload }: Fields): Fields => upload;

const withoutOldNames = ({ runs: _, ...upload }: Fields): Fields => withoutShards(upload);

/** `$.upload` named its id `upload` and its list of chunks `runs`; there was one layout, in one dialect. */
const uploadOfAnyVersion = (value: unknown): unknown => {
  if (!isObject(value) || !('runs' in value)) return value;
  if ('chunkList' in value) return withoutOldNames(value);
  const { columns = {}, ...upload } = renamed(value, { upload: 'id', runs: 'chunkList' }) as Fields;
  const indexes = Object.entries(columns as Record<string, number>).map(([name, index]) => [name, [index]]);
  const dialect = { delimiter: ',', decimal: '.' };
  return { ...withoutShards(upload), format: 'cellflow', dialect, names: [], columns: Object.fromEntries(indexes) };
};

/** A chunk named its place in the file `chunk`. */
const chunkOfAnyVersion = (value: unknown): unknown => renamed(value, { chunk: 'index' });

/** Of older pages, each table and day had an object of its own: this is its folder. */
const landingFolder = (upload: string, table: string, day: string): string =>
  `${landingPrefix(upload)}${table}/day=${day}/`;

/**
 * A page of the ledger had no number: it and its objects were named by query and batch, as objects are by a token now. Later ones,
 * of `v` 2, had both, and still an object a table and day. Neither tells its columns, so its objects stay apart.
 */
const ledgerOfAnyVersion = (value: unknown): unknown => {
  if (!isObject(value) || (value.v !== 1 && value.v !== 2)) return value;
  const { query, batch, objects, ...page } = value;
  const files = Array.isArray(objects) ? objects.map((object) => ({ ...object, offset: 0 })) : objects;
  const numbered = value.v === 1 ? { n: 0, token: `${query}-${batch}` } : {};
  return { ...page, ...numbered, v: 3, columns: 0, objects: files };
};

export { chunkOfAnyVersion, landingFolder, ledgerOfAnyVersion, uploadOfAnyVersion, withOldNames };
