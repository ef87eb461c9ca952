/**
 * What the parts of Cellflow agree on, as data: the columns of a measurement, the lake's tables and keys, the errors that people
 * see. The JSON files beside this one are read by TypeScript here, by Python in `__init__.py`; `schema.ts` says what may stand
 * in them, and `docs/contracts.md` gets its tables from them.
 */

import columnsJson from './columns.json';
import coverageJson from './coverage.json';
import errorsJson from './errors.json';
import keysJson from './keys.json';
import type { Column, Coverage, ErrorEntry, KeyEntry, Remedy, TableTemplate } from './schema';
import tablesJson from './tables.json';

/** The newest version of the columns, which records carry as `v`. */
const version: number = columnsJson.version;

const columns = columnsJson.columns as readonly Column[];

/** Words, in lower case, that stand for no value in any column. */
const unknownWords: readonly string[] = columnsJson.unknown;

/** Columns of a canonical row, in its order: all but those that are made when rows land. */
const rowColumns: readonly Column[] = columns.filter(({ rule }) => rule.kind !== 'tile');

/** A column of a table, with its type in Hive's words. */
interface TableColumn {
  name: string;
  type: string;
  about: string;
  unit?: string;
}

const unitOf = ({ rule }: Column): string | undefined => ('unit' in rule ? rule.unit : undefined);

const tableColumn = (column: Column): TableColumn => ({
  name: column.table.name,
  type: column.table.type,
  about: column.table.about ?? column.about,
  unit: unitOf(column),
});

/** Several columns of a file may make one of the table, as day and time do: it stands where the first of them does. */
const measured: readonly TableColumn[] = columns
  .map(tableColumn)
  .filter(({ name }, index, all) => all.findIndex((other) => other.name === name) === index);

const keyPlace = ({ quality }: Column): number => (typeof quality === 'object' ? quality.key : Number.NaN);

const keyType = ({ quality, table }: Column): string =>
  (typeof quality === 'object' ? quality.type : undefined) ?? table.type;

const keys: readonly TableColumn[] = columns
  .filter(({ quality }) => typeof quality === 'object')
  .toSorted((one, other) => keyPlace(one) - keyPlace(other))
  .map((column) => ({ ...tableColumn(column), type: keyType(column) }));

const metrics: readonly TableColumn[] = columns
  .filter(({ quality }) => quality === 'metric')
  .flatMap((column) =>
    tablesJson.metric.map(({ name, type, about }) => ({
      name: name.replace('<metric>', column.table.name),
      type,
      about: `${about}: ${column.about}`,
      unit: type === 'double' ? unitOf(column) : undefined,
    })),
  );

const groups = { columns: measured, keys, metrics } as const;

interface Table {
  name: string;
  about: string;
  columns: readonly TableColumn[];
  /** Columns that its view has besides. @default - none */
  view?: readonly TableColumn[];
}

/** The tables of the lake; each is partitioned by `partition`. */
const tables: readonly Table[] = (tablesJson.tables as readonly TableTemplate[]).map(
  ({ name, about, columns, view }) => ({
    name,
    about,
    columns: columns.flatMap((entry) => ('all' in entry ? groups[entry.all] : [entry])),
    view,
  }),
);

/** What a received power is worth, by technology. */
const coverage = coverageJson as Coverage;

const { partition } = tablesJson;

/** The log that says which uploads the tables show. */
const visibility: Table = tablesJson.visibility;

const objectKeys = keysJson.keys as readonly KeyEntry[];

/** Errors of Cellflow's own, which say in their messages what is wrong. */
const ownErrors = errorsJson.errors as readonly ErrorEntry[];

/** Names that the services, or Cellflow in their stead, give to faults that are not its own. */
const serviceErrors = errorsJson.services as readonly ErrorEntry[];

const remedies = errorsJson.remedies as Readonly<Record<Remedy, string>>;

export type { Column, Coverage, ErrorEntry, KeyEntry, Remedy, Rule } from './schema';
export type { Table, TableColumn };
export {
  columns,
  coverage,
  objectKeys,
  ownErrors,
  partition,
  remedies,
  rowColumns,
  serviceErrors,
  tables,
  unknownWords,
  version,
  visibility,
};
