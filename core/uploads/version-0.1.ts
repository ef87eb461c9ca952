/**
 * What version 0.1 wrote where this version reads: executions that began under it, their chunk lists and their summaries go on
 * after a deployment.
 */

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const renamed = (value: unknown, names: Readonly<Record<string, string>>): unknown =>
  isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, field]) => [names[name] ?? name, field]))
    : value;

/** `$.upload` named its id `upload` and its list of chunks `runs`. */
const uploadOfAnyVersion = (value: unknown): unknown => renamed(value, { upload: 'id', runs: 'chunkList' });

/** A chunk named its place in the file `chunk`. */
const chunkOfAnyVersion = (value: unknown): unknown => renamed(value, { chunk: 'index' });

export { chunkOfAnyVersion, uploadOfAnyVersion };
