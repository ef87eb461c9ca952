import { partition, type Table, visibility } from '../contract';

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

/**
 * The rows of a crawled table whose upload is visible.
 *
 * An engine takes `current_timestamp` once, when a query comes in, before it lists or reads anything. So all of a query sees the
 * uploads of one instant. An upload of which the log says nothing is seen by none.
 */
const viewSql = ({ name, columns }: Table, { views, files }: Databases): string => {
  const now = 'to_unixtime(current_timestamp) * 1000';
  return [
    `select ${[...columns, partition].map((column) => quoted(column.name)).join(', ')}`,
    `from ${files}.${name}`,
    'where upload_id in (',
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
  const columns = [...table.columns, partition].map(({ name, type }) => ({ name, type }));
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
