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

const withoutOldNames = ({ runs: _, ...upload }: Fields): Fields => upload;

/** `$.upload` named its id `upload` and its list of chunks `runs`; there was one layout, in one dialect. */
const uploadOfAnyVersion = (value: unknown): unknown => {
  if (!isObject(value) || !('runs' in value)) return value;
  if ('chunkList' in value) return withoutOldNames(value);
  const { columns = {}, ...upload } = renamed(value, { upload: 'id', runs: 'chunkList' }) as Fields;
  const indexes = Object.entries(columns as Record<string, number>).map(([name, index]) => [name, [index]]);
  const dialect = { delimiter: ',', decimal: '.' };
  return { ...upload, format: 'cellflow', dialect, names: [], columns: Object.fromEntries(indexes) };
};

/** A chunk named its place in the file `chunk`. */
const chunkOfAnyVersion = (value: unknown): unknown => renamed(value, { chunk: 'index' });

/** A page of the ledger had no number: it and its objects were named by query and batch, as objects are by a token now. */
const ledgerOfAnyVersion = (value: unknown): unknown => {
  if (!isObject(value) || value.v !== 1) return value;
  const { query, batch, ...page } = value;
  return { ...page, v: 2, n: 0, token: `${query}-${batch}` };
};

export { chunkOfAnyVersion, ledgerOfAnyVersion, uploadOfAnyVersion, withOldNames };
