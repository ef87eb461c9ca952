import { coverage, partition, type Table, type TableColumn, visibility } from '../contract';
import { uploadIdLength } from '../core/uploads/upload';

/** Databases by name, as SQL calls them. */
interface Databases {
  /** Of the views and of the log that they read. */
  readonly views: string;
  /** Of the tables that the crawler makes. */
  readonly files: string;
}

/** What Glue keeps of a view, as CloudFormation spells it. */
interface ViewInput {
  name: string;
  description: string;
  tableType: string;
  parameters: Record<string, string>;
  viewOriginalText: string;
  viewExpandedText: string;
  storageDescriptor: { columns: { name: string; type: string }[]; location: string; serdeInfo: object };
}

/** What engines call a catalogue of Glue. */
const catalog = 'awsdatacatalog';

/** Trino's names of the contract's types, which are Hive's. */
const trinoTypes: Readonly<Record<string, string>> = {
  string: 'varchar',
  int: 'integer',
  bigint: 'bigint',
  double: 'double',
  timestamp: 'timestamp(3)',
};

const trinoType = (hive: string): string => {
  const found = trinoTypes[hive];
  if (found === undefined) throw new Error(`A view has no type for "${hive}" of Hive.`);
  return found;
};

const quoted = (name: string): string => `"${name}"`;

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The least dBm of a class, by the technology of the row. */
const leastDbm = (rank: number): string => {
  const limits = coverage.technologies.map(({ technology, from }) => [technology, from[rank]] as const);
  const ofUnknown = new Map(limits).get(coverage.unknown);
  return `case technology ${limits.map(([name, dbm]) => `when ${literal(name)} then ${dbm}`).join(' ')} else ${ofUnknown} end`;
};

/** The class of a row's power in whole dBm, rounded half up, as `hourly_quality` has it. */
const coverageSql = (columns: readonly TableColumn[]): string => {
  const isWhole = columns.find(({ name }) => name === 'signal_dbm')?.type === 'int';
  const dbm = isWhole ? 'signal_dbm' : 'floor(signal_dbm + 0.5e0)';
  const worst = coverage.classes.at(-1) ?? '';
  return [
    'case',
    '    when signal_dbm is null then null',
    ...coverage.classes.slice(0, -1).map((name, rank) => `    when ${dbm} >= ${leastDbm(rank)} then ${literal(name)}`),
    `    else ${literal(worst)}`,
    '  end',
  ].join('\n');
};

/** Zoom of the square that stands for the place of a row without a code: about seven kilometres at a latitude of 41 degrees. */
const placeZoom = 12;

/** How a column that the view alone has is made of the others. */
const madeBy: Readonly<Record<string, (columns: readonly TableColumn[]) => string>> = {
  coverage: coverageSql,
  place: () => `coalesce(postal_code, substr(tile, 1, ${placeZoom}))`,
};

const madeColumn = ({ name, type }: TableColumn, columns: readonly TableColumn[]): string => {
  const make = madeBy[name];
  if (make === undefined) throw new Error(`A view has no way to make "${name}".`);
  // Of its own type: that of a case is as long as the longest of its texts.
  return `cast(${make(columns)} as ${trinoType(type)}) as ${quoted(name)}`;
};

/** The columns of a view: the table's, those that are made of them, the day. */
const columnsOf = ({ columns, view = [] }: Table): TableColumn[] => [...columns, ...view, partition];

/** A column of a crawled table, as its view shows it. */
const shownColumn = ({ name, type }: TableColumn): string =>
  name === 'upload_id'
    ? `cast(substr(${quoted(name)}, 1, ${uploadIdLength}) as ${trinoType(type)}) as ${quoted(name)}`
    : quoted(name);

/**
 * The rows of a crawled table whose upload is visible, by its own id or that of a copy.
 *
 * An engine takes `current_timestamp` once, when a query comes in, before it lists or reads anything. So all of a query sees the
 * uploads of one instant. An upload of which the log says nothing is seen by none.
 */
const viewSql = ({ name, columns, view = [] }: Table, { views, files }: Databases): string => {
  const now = 'to_unixtime(current_timestamp) * 1000';
  const selected = [
    columns.map(shownColumn).join(', '),
    ...view.map((column) => madeColumn(column, columns)),
    quoted(partition.name),
  ];
  return [
    `select ${selected.join(',\n  ')}`,
    `from ${files}.${name} stored`,
    // As it is stored: some engines would take the column that is made of it.
    'where stored.upload_id in (',
    '  select upload_id',
    `  from ${views}.${visibility.name}`,
    '  group by upload_id',
    `  having min(visible_from) <= ${now}`,
    `    and coalesce(min(visible_until) > ${now}, true)`,
    ')',
  ].join('\n');
};

/**
 * A table of the contract as a view that Athena and Trino know for one of theirs.
 *
 * They refuse one without `serdeInfo`, with an owner beside `runAsInvoker`, or with another type of a column.
 */
const viewInput = (table: Table, databases: Databases): ViewInput => {
  const columns = columnsOf(table).map(({ name, type }) => ({ name, type }));
  const definition = {
    originalSql: viewSql(table, databases),
    catalog,
    schema: databases.views,
    columns: columns.map(({ name, type }) => ({ name, type: trinoType(type) })),
    // Who queries has to have the rights on what is behind the view.
    runAsInvoker: true,
  };
  // By this comment they tell a view of theirs from one of Hive. Emulators hand on the description alone.
  const comment = 'Presto View';
  return {
    name: table.name,
    description: comment,
    tableType: 'VIRTUAL_VIEW',
    parameters: { presto_view: 'true', comment },
    viewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString('base64')} */`,
    viewExpandedText: '/* Presto View */',
    storageDescriptor: { columns, location: '', serdeInfo: {} },
  };
};

/** The log of visibility as a table of JSON lines; fields beside its columns are passed over. */
const visibilityInput = (location: string) => ({
  name: visibility.name,
  description: 'Which uploads the tables show, and since and until when.',
  tableType: 'EXTERNAL_TABLE',
  parameters: { EXTERNAL: 'TRUE', classification: 'json' },
  storageDescriptor: {
    columns: visibility.columns.map(({ name, type }) => ({ name, type })),
    location,
    inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    serdeInfo: { serializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe' },
  },
});

export type { Databases };
export { viewInput, viewSql, visibilityInput };
