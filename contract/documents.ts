import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Column,
  coverage,
  type ErrorEntry,
  objectKeys,
  ownErrors,
  partition,
  remedies,
  rowColumns,
  serviceErrors,
  type Table,
  tables,
  visibility,
} from './index';

/** The tables of the documents that follow from the contract, and where each stands: between two marks of its name. */

const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;

const table = (head: string[], rows: string[][]): string =>
  [row(...head), `|${'---|'.repeat(head.length)}`, ...rows.map((cells) => row(...cells))].join('\n');

const code = (text: string): string => `\`${text}\``;

const ruleInWords = ({ rule }: Column): string => {
  switch (rule.kind) {
    case 'date':
      return 'YYYY-MM-DD';
    case 'time':
      return 'HH:MM:SS';
    case 'decimal':
    case 'whole':
      return `${rule.min.toLocaleString('en')} to ${rule.max.toLocaleString('en')} ${rule.unit}`;
    case 'choice':
      return rule.of.map(code).join(', ');
    case 'code':
    case 'text':
      return 'text';
    case 'tile':
      return 'made from the place';
  }
};

/** The offset from UTC is made from the time zone, and stands in no file. */
const isInFiles = ({ name }: Column): boolean => name !== 'utc_offset';

/** The columns of a file. */
const fileTable = (): string =>
  table(
    ['column', 'what it is', 'values', 'an impossible one'],
    rowColumns
      .filter(isInFiles)
      .map((column) => [
        code(column.name),
        column.about,
        ruleInWords(column),
        column.fault === 'reject' ? 'costs the row' : 'is set aside',
      ]),
  );

const tableColumns = (all: Table['columns']): string =>
  table(
    ['column', 'type', 'what it is'],
    all.map(({ name, type, about, ...more }) => [
      code(name),
      name === partition.name ? `${type}, partition` : type,
      'unit' in more && more.unit ? `${about}${String(more.unit).startsWith('(') ? '' : ','} ${more.unit}` : about,
    ]),
  );

/** The columns of a table, then those that its view has besides, then the day. */
const viewColumns = ({ columns, view = [] }: Table): Table['columns'] => [
  ...columns,
  ...view.map((column) => ({ ...column, about: `${column.about}; of the view alone` })),
  partition,
];

const coverageTable = (): string =>
  table(
    ['technology', ...coverage.classes, 'source'],
    coverage.technologies.map(({ technology, from, source }) => [
      technology === coverage.unknown ? `${technology}, unknown` : technology,
      ...from.map((dbm) => `from ${dbm} dBm`),
      `below ${from.at(-1)} dBm`,
      source,
    ]),
  );

const keyTable = (bucket: 'lake' | 'reports'): string =>
  table(
    ['key', 'written by', 'kept', 'holds'],
    objectKeys
      .filter((key) => key.bucket === bucket)
      .map(({ pattern, writtenBy, expires, holds }) => [
        code(pattern),
        writtenBy.join(', '),
        expires === undefined ? 'for good' : code(expires),
        holds,
      ]),
  );

const errorTable = (errors: readonly ErrorEntry[]): string =>
  table(
    ['error', 'what it means', 'what to do'],
    errors.map(({ name, about, remedy }) => [code(name), about, remedies[remedy]]),
  );

/** Each table by the name in its marks. */
const documentTables: Readonly<Record<string, () => string>> = {
  file: fileTable,
  'lake keys': () => keyTable('lake'),
  'report keys': () => keyTable('reports'),
  errors: () => errorTable(ownErrors),
  'service errors': () => errorTable(serviceErrors),
  coverage: coverageTable,
  ...Object.fromEntries(tables.map((each) => [each.name, () => tableColumns(viewColumns(each))])),
  [visibility.name]: () => tableColumns(visibility.columns),
};

/** Files that have such tables. */
const documents = ['README.md', 'docs/contracts.md'] as const;

const marked = /(<!-- contract: ([\w ]+) -->\n)[\s\S]*?(<!-- \/contract -->)/g;

/** A document with its tables as the contract has them now. */
const withTables = (text: string): string =>
  text.replace(marked, (_, open: string, name: string, close: string) => {
    const make = documentTables[name];
    if (make === undefined) throw new Error(`The contract has no table "${name}".`);
    return `${open}${make()}\n${close}`;
  });

const namesIn = (text: string): string[] => [...text.matchAll(marked)].map(([, , name]) => name as string);

const writeDocuments = (root: string): void => {
  for (const name of documents) {
    const file = join(root, name);
    writeFileSync(file, withTables(readFileSync(file, 'utf8')));
  }
};

export { documents, documentTables, namesIn, withTables, writeDocuments };
