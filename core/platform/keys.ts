import { tables as contractTables, objectKeys } from '../../contract';

const patterns = new Map(objectKeys.map(({ name, pattern }) => [name, pattern]));

const patternOf = (name: string): string => {
  const pattern = patterns.get(name);
  if (pattern === undefined) throw new Error(`The contract has no key "${name}".`);
  return pattern;
};

/** A key of the contract with its gaps filled. */
const fill = (name: string, values: Readonly<Record<string, string | number>>): string =>
  patternOf(name).replace(/<(\w+)>/g, (gap, field: string) => String(values[field] ?? gap));

/** The beginning that all keys of a kind have in common, up to the first gap that is not given. */
const prefix = (name: string, values: Readonly<Record<string, string>>): string =>
  fill(name, values).replace(/<.*$/, '');

/** Numbers within keys, so that the order of keys is theirs. */
const numbered = (n: number): string => String(n).padStart(8, '0');

/** Keys of the lake bucket. */
const lakeKeys = {
  claim: (claim: string) => fill('claim', { claim }),
  upload: (upload: string) => fill('upload', { upload }),
  chunks: (upload: string) => fill('chunks', { upload }),
  summary: (upload: string, chunk: number) => fill('summary', { upload, chunk }),
  rejected: (upload: string, chunk: number) => fill('rejected', { upload, chunk }),
  setAside: (upload: string, chunk: number) => fill('setAside', { upload, chunk }),
  text: (upload: string) => fill('text', { upload }),
  plan: (upload: string) => fill('plan', { upload }),
  reports: (upload: string) => prefix('report', { upload }),
  report: (upload: string, report: string) => fill('report', { upload, report }),
  staged: (upload: string, chunk: number) => fill('staged', { upload, chunk }),
  landings: (upload: string) => prefix('ledger', { upload }),
  allSealed: prefix('sealed', {}),
  ledgerPage: (upload: string, n: number) => fill('ledger', { upload, number: numbered(n) }),
  sealed: (upload: string) => fill('sealed', { upload }),
  /** What the entries of a claim begin with, or those of all claims that begin so. */
  visibilityOf: (claim: string) => `${prefix('visibility', {})}${claim}`,
  visibility: (claim: string, n: number) => fill('visibility', { claim, n: numbered(n) }),
  visibilitySummaries: (shard: string) => prefix('visibilitySummary', { shard }),
  visibilitySummary: (shard: string, n: number) => fill('visibilitySummary', { shard, n: numbered(n) }),
  table: (table: string, day: string, upload: string, part: number) => fill('table', { table, day, upload, part }),
  merge: (n: number) => fill('merge', { n: numbered(n) }),
  allMerges: prefix('merge', {}),
  merged: (table: string, day: string, n: number) => fill('merged', { table, day, n: numbered(n) }),
  heartbeat: patternOf('heartbeat'),
  roundsRegister: patternOf('roundsRegister'),
  allWaiting: prefix('waiting', {}),
  waiting: (upload: string) => fill('waiting', { upload }),
  round: (n: number, leader: string) => fill('round', { n: numbered(n), leader }),
  reported: (upload: string) => fill('reported', { upload }),
};

/** What the keys of rows that landed begin with: a ledger that names others is not believed. */
const landingPrefix = (upload: string): string => prefix('landing', { upload });

/** Keys of the reports bucket. */
const reportKeys = {
  page: (upload: string) => fill('page', { upload }),
  csv: (upload: string, report: string) => fill('csv', { upload, report }),
  workbook: (upload: string) => fill('workbook', { upload }),
  mapFile: (upload: string) => fill('mapFile', { upload }),
  rejectedRows: (upload: string) => fill('rejectedRows', { upload }),
  setAsideValues: (upload: string) => fill('setAsideValues', { upload }),
};

/** A table of the lake. */
type TableName = 'measurements' | 'hourly_quality';

/** The tables of the lake. */
const tables = contractTables.map(({ name }) => name) as TableName[];

export type { TableName };
export { lakeKeys, landingPrefix, reportKeys, tables };
