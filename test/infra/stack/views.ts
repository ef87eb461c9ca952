import { describe, expect, test } from '@jest/globals';
import { defaultSynthesis, type Resource } from '../synthesis';

const synthesis = defaultSynthesis();

/** By its name in the catalogue. */
const tableOf = (name: string): [string, Resource] => {
  const found = synthesis.ofType('AWS::Glue::Table').find(([, { Properties }]) => Properties.TableInput.Name === name);
  if (!found) throw new Error(`There is no table ${name}`);
  return found;
};

const databases = synthesis
  .ofType('AWS::Glue::Database')
  .map(([id, { Properties }]) => [Properties.DatabaseInput.Name as string, id] as const);

interface Column {
  name: string;
  type: string;
}

/** What an engine reads of a view. */
const definitionOf = (name: string) => {
  const text = tableOf(name)[1].Properties.TableInput.ViewOriginalText as string;
  const encoded = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(text)?.[1] as string;
  return JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as {
    originalSql: string;
    catalog: string;
    schema: string;
    columns: Column[];
    runAsInvoker: boolean;
    owner?: string;
  };
};

/** By hand, as the crawler finds them in Parquet and as Athena calls their types. */
const columns: Record<string, string> = {
  measurements: `measured_at timestamp(3), latitude double, longitude double, signal integer, network varchar, operator varchar,
    status integer, description varchar, speed_kmh double, satellites integer, gps_accuracy_m double, provider varchar,
    activity varchar, postal_code varchar, technology varchar, signal_dbm double, rsrq_db double, sinr_db double, town varchar,
    cell varchar, download_mbps double, upload_mbps double, latency_ms double, device varchar, tile varchar, upload_id varchar,
    coverage varchar, place varchar, day varchar`,
  hourly_quality: `hour integer, operator varchar, network varchar, provider varchar, activity varchar, status integer,
    postal_code varchar, signal integer, technology varchar, signal_dbm integer, upload_id varchar, count_rows bigint,
    count_speed_kmh bigint, sum_speed_kmh_tenths bigint, min_speed_kmh double, max_speed_kmh double,
    count_satellites bigint, sum_satellites_tenths bigint, min_satellites double, max_satellites double,
    count_gps_accuracy_m bigint, sum_gps_accuracy_m_tenths bigint, min_gps_accuracy_m double, max_gps_accuracy_m double,
    coverage varchar, day varchar`,
};

const listed = (text: string): Column[] =>
  text.split(',').map((pair) => {
    const [name, type] = pair.trim().split(' ') as [string, string];
    return { name, type };
  });

const hive: Record<string, string> = { varchar: 'string', integer: 'int', 'timestamp(3)': 'timestamp' };

test('the catalogue has a database of the views and one of the files', () => {
  expect(databases.map(([name]) => name).sort()).toEqual(['cellflow', 'cellflow_files']);
  expect(synthesis.ofType('AWS::Glue::Table')).toHaveLength(3);
  for (const [, { Properties }] of synthesis.ofType('AWS::Glue::Table')) {
    expect(Properties).toMatchObject({ CatalogId: { Ref: 'AWS::AccountId' }, DatabaseName: 'cellflow' });
  }
});

describe.each(['measurements', 'hourly_quality'])('The view %s', (name) => {
  const [, resource] = tableOf(name);
  const definition = definitionOf(name);
  const expected = listed(columns[name] as string);

  test('is one that Athena and Trino know for theirs', () => {
    expect(resource.Properties.TableInput).toMatchObject({
      TableType: 'VIRTUAL_VIEW',
      Description: 'Presto View',
      Parameters: { presto_view: 'true', comment: 'Presto View' },
      ViewExpandedText: '/* Presto View */',
      StorageDescriptor: { Location: '', SerdeInfo: {} },
    });
    expect(resource.Properties.TableInput).not.toHaveProperty('PartitionKeys');
    expect(definition).toMatchObject({ catalog: 'awsdatacatalog', schema: 'cellflow', runAsInvoker: true });
    expect(definition).not.toHaveProperty('owner');
  });

  test('has every column with its type, the day last', () => {
    expect(definition.columns).toEqual(expected);
    expect(resource.Properties.TableInput.StorageDescriptor.Columns).toEqual(
      expected.map((column) => ({ Name: column.name, Type: hive[column.type] ?? column.type })),
    );
  });

  test('shows the rows of visible uploads', () => {
    const text = definition.originalSql.replace(/\s+/g, ' ').replace(/cast\(.*? as varchar\) as (?=")/g, '');
    expect(text).toBe(
      `select ${expected.map((column) => `"${column.name}"`).join(', ')} from cellflow_files.${name} stored where stored.upload_id in ` +
        '( select upload_id from cellflow.uploads_visibility group by upload_id ' +
        'having min(visible_from) <= to_unixtime(current_timestamp) * 1000 ' +
        'and coalesce(min(visible_until) > to_unixtime(current_timestamp) * 1000, true) )',
    );
  });

  test('shows the upload of a row, also where the row bears the id of a copy', () => {
    expect(definition.originalSql).toContain('cast(substr("upload_id", 1, 16) as varchar) as "upload_id"');
  });

  test('has a class for each power, by the technology', () => {
    const text = definition.originalSql.replace(/\s+/g, ' ');
    const dbm = name === 'measurements' ? 'floor(signal_dbm + 0.5e0)' : 'signal_dbm';
    const least = (...[of2g, of3g, of4g, of5g]: number[]) =>
      `case technology when '2G' then ${of2g} when '3G' then ${of3g} when '4G' then ${of4g} when '5G' then ${of5g} else ${of2g} end`;
    expect(text).toContain(
      `cast(case when signal_dbm is null then null when ${dbm} >= ${least(-75, -75, -85, -85)} then 'very good' ` +
        `when ${dbm} >= ${least(-85, -85, -95, -95)} then 'good' ` +
        `when ${dbm} >= ${least(-101, -101, -111, -111)} then 'weak' else 'none' end as varchar) as "coverage"`,
    );
  });

  test('is made after both databases and the log that it asks', () => {
    expect(resource.DependsOn).toEqual(
      expect.arrayContaining([...databases.map(([, id]) => id), tableOf('uploads_visibility')[0]]),
    );
  });
});

test('the log of visibility is a table of JSON lines, with no partitions to catalogue', () => {
  const { TableInput } = tableOf('uploads_visibility')[1].Properties;
  expect(TableInput).toMatchObject({
    TableType: 'EXTERNAL_TABLE',
    StorageDescriptor: {
      Columns: [
        { Name: 'upload_id', Type: 'string' },
        { Name: 'visible_from', Type: 'bigint' },
        { Name: 'visible_until', Type: 'bigint' },
      ],
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      SerdeInfo: { SerializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe' },
    },
  });
  expect(synthesis.text(TableInput.StorageDescriptor.Location)).toBe('s3://<lake>/visibility/');
  expect(TableInput).not.toHaveProperty('PartitionKeys');
});
