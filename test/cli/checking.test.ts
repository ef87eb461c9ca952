import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checkFile } from '../../cli/checking/check-file';
import { toJson } from '../../cli/checking/report';
import { parseFormat } from '../../core/formats/formats';
import { type Settings, settingsSchema } from '../../core/platform/settings';

const folder = mkdtempSync(join(tmpdir(), 'cellflow-checking-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Options {
  name?: string;
  settings?: Partial<Settings>;
  format?: Parameters<typeof checkFile>[1]['format'];
}

/** What `cellflow check --json` prints of a file. */
const check = async (content: string | Buffer, { name = 'log.csv', settings, format }: Options = {}) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return toJson(await checkFile(path, { settings: settingsSchema.parse(settings ?? {}), format, show: 50 }));
};

const header =
  'date,hour,lat,long,signal,network,operator,status,description,speed,satellites,precission,provider,activity,postal_code';

const names = header.split(',');

const usual: Record<string, string> = {
  date: '2026-09-14',
  hour: '07:10:05',
  lat: '41.98',
  long: '2.82',
  signal: '14',
  network: 'orange',
  operator: 'Orange',
  status: '0',
  description: 'STATE_IN_SERVICE',
  speed: '3.5',
  satellites: '7',
  precission: '12',
  provider: 'gps',
  activity: 'ON_FOOT',
  postal_code: '170792',
};

/** A row that is usual but for what is given. */
const row = (fields: Record<string, string> = {}): string =>
  names.map((name) => fields[name] ?? usual[name] ?? '').join(',');

const file = (...rows: Record<string, string>[]): string => [header, ...rows.map(row), ''].join('\n');

/** Enough usual rows that one at fault does not sink the file. */
const among = (...rows: Record<string, string>[]): string => file(...rows, ...Array.from({ length: 20 }, () => ({})));

describe('the years of a file', () => {
  test('may be any since 2000, and a thousand days in one file', async () => {
    const days = Array.from({ length: 1_090 }, (_, n) => new Date(Date.UTC(2015, 0, 1 + n)).toISOString().slice(0, 10));

    const found = await check(file(...days.map((date) => ({ date }))));

    expect(found).toMatchObject({ verdict: 'accepted', rows: { valid: 1_090, rejected: 0 } });
    expect(found.days).toEqual({ first: '2015-01-01', last: '2017-12-25', count: 1_090, stray: [] });
  });

  test('a phone whose clock was not set is named, and does not widen the days', async () => {
    const found = await check(among({ date: '2000-01-01' }));

    expect(found.days).toEqual({ first: '2026-09-14', last: '2026-09-14', count: 2, stray: ['2000-01-01'] });
  });

  test.each(['1980-01-06', '2036-02-07', '2026-02-30'])('%s costs its row', async (date) => {
    expect(await check(among({ date }))).toMatchObject({ verdict: 'accepted', rows: { valid: 20, rejected: 1 } });
  });
});

describe('a value that is impossible or unknown keeps its row', () => {
  test.each([
    ['NULL', 'network'],
    ['null', 'operator'],
    ['NaN', 'postal_code'],
    ['nan', 'speed'],
    ['N/A', 'network'],
    ['None', 'operator'],
    ['\\N', 'postal_code'],
    ['-', 'activity'],
    ['#N/A', 'network'],
    ['?????', 'operator'],
    ['', 'speed'],
    ['', 'activity'],
    ['99', 'signal'],
    ['255', 'signal'],
    ['2147483647', 'signal'],
    ['99.0', 'signal'],
    ['-1', 'satellites'],
    ['-1.0', 'speed'],
  ])('%j is unknown as %s', async (value, column) => {
    const found = await check(file({ [column]: value }));

    expect(found.rows).toEqual({ total: 1, valid: 1, rejected: 0 });
    expect(found.columns?.[column]).toEqual({ present: 0, unknown: 1, setAside: 0 });
    expect(found.setAside).toEqual({});
  });

  test.each([
    ['satellites', '11500000000000.0', 'satellites range'],
    ['precission', '2.0e14', 'precission range'],
    ['provider', 'local_database', 'provider choice'],
    ['status', '7', 'status range'],
    ['signal', '-85', 'signal range'],
    ['precission', '"1,234"', 'precission number'],
    ['satellites', '4.5', 'satellites integer'],
  ])('%s %s is set aside', async (column, value, reason) => {
    const found = await check(file({ [column]: value }));

    expect(found.rows).toEqual({ total: 1, valid: 1, rejected: 0 });
    expect(found.columns?.[column]).toEqual({ present: 0, unknown: 0, setAside: 1 });
    expect(found.setAside).toEqual({ [reason]: 1 });
  });

  test('words in any case and what nobody sees do no harm', async () => {
    const found = await check(file({ provider: ' GPS\u200b', network: '\u00a0Orange\u00a0' }));

    expect(found.show[0]).toMatchObject({ provider: 'gps', network: 'orange' });
  });

  test('a setting says how many rows may have such values', async () => {
    const found = await check(file({ provider: 'x' }, {}), { settings: { maxSetAsideShare: 0.1 } });

    expect(found).toMatchObject({ verdict: 'refused', error: { name: 'TooManyImpossibleValues' } });
  });
});

describe('a row is rejected', () => {
  test.each([
    ['no fix', { lat: '0.0', long: '0.0' }, 'lat place'],
    ['a place that is none', { lat: '95' }, 'lat range'],
    ['no place', { long: 'NULL' }, 'long required'],
    ['no time', { hour: '' }, 'hour required'],
    ['a time that is none', { hour: '25:00:00' }, 'hour time'],
    ['neither signal nor status', { signal: '99', status: '' }, 'signal required'],
  ])('for %s', async (_, fields, reason) => {
    expect((await check(among(fields))).reasons).toEqual({ [reason]: 1 });
  });

  test('for quotes that are not closed, and no other row with it', async () => {
    const rows = [
      header,
      row({ operator: '"Orange\nES"' }),
      row({ network: ' "orange"' }),
      row({ operator: '"Orange' }),
    ];
    const more = Array.from({ length: 20 }, () => row());

    const found = await check([...rows, ...more, ''].join('\n'));

    expect(found).toMatchObject({ verdict: 'accepted', rows: { total: 23, valid: 22, rejected: 1 } });
    expect(found.show.map(({ operator }) => operator).slice(0, 2)).toEqual(['orange\nes', 'orange']);
  });
});

describe('one place has one code, whatever a spreadsheet made of it', () => {
  test.each(['080193', '80193.0', '80193', '080193.0'])('%s', async (code) => {
    expect((await check(file({ postal_code: code }))).show[0]?.postal_code).toBe('080193');
  });
});

describe('times', () => {
  test.each([
    ['8:38:08', '2026-09-14T08:38:08.000Z'],
    ['08:38:08.123000', '2026-09-14T08:38:08.123Z'],
    ['0:00:16', '2026-09-14T00:00:16.000Z'],
    ['8:38:08 PM', '2026-09-14T20:38:08.000Z'],
  ])('%s is read', async (hour, at) => {
    expect((await check(file({ hour }))).show[0]?.measured_at).toBe(at);
  });

  test.each([
    ['2026-09-14T00:00:00.000', '2026-09-14'],
    ['2026/09/14', '2026-09-14'],
    ['14.9.2026', '2026-09-14'],
    ['9/14/2026', '2026-09-14'],
    ['14/9/2026', '2026-09-14'],
    ['09/14/2026 12:00:00 AM', '2026-09-14'],
  ])('%s is a day', async (date, day) => {
    expect((await check(file({ date }))).show[0]?.day).toBe(day);
  });

  test('a file of dates that can be read in two ways is refused once, with the cause and the way out', async () => {
    const found = await check(file({ date: '3/4/2026' }, { date: '5/6/2026' }));

    expect(found).toMatchObject({ verdict: 'refused', error: { name: 'AmbiguousDates' } });
    expect(found.error?.message).toMatch(/spreadsheet.*YYYY-MM-DD/s);
  });

  test('one date decides for all', async () => {
    const found = await check(file({ date: '3/4/2026' }, { date: '25/6/2026' }));

    expect(found.show.map(({ day }) => day)).toEqual(['2026-04-03', '2026-06-25']);
  });

  test('wall clock is of the deployment, moments are turned into its day and hour', async () => {
    const madrid = { settings: { timeZone: 'Europe/Madrid' } };
    const instants =
      'mcc,mnc,lac,cellid,lon,lat,signal,measured_at,rating,speed,direction,act\n214,7,1,2,2.8,41.9,-90,1785448200000,8,0,0,LTE\n';

    expect((await check(file({ hour: '00:30:00' }), madrid)).show[0]).toMatchObject({
      day: '2026-09-14',
      measured_at: '2026-09-13T22:30:00.000Z',
    });
    expect((await check(instants, madrid)).show[0]).toMatchObject({
      day: '2026-07-30',
      measured_at: '2026-07-30T21:50:00.000Z',
    });
  });

  test('rows without a date are of the day in the name, and of no day where that is a range', async () => {
    const undated = file({}).replaceAll(/^[^,]*,/gm, '');

    expect((await check(undated, { name: 'drive_2026-05-06.csv' })).days?.first).toBe('2026-05-06');
    expect((await check(undated, { name: 'drive_2026-05-06_2026-05-09.csv' })).error?.name).toBe('AmbiguousDates');
  });
});

describe('dialects', () => {
  const table = file({ operator: 'Telefónica' }, {}, {});
  const crlf = table.replaceAll('\n', '\r\n');

  test.each<[string, string | Buffer, object]>([
    ['semicolons and decimal commas', decimalCommas(table), { delimiter: ';', decimal: ',' }],
    ['tabs', table.replaceAll(',', '\t'), { delimiter: '\t' }],
    ['bars', table.replaceAll(',', '|'), { delimiter: '|' }],
    ['a byte order mark', `\ufeff${crlf}`, { encoding: 'utf-8' }],
    ['sep= first', `sep=,\n${table}`, { delimiter: ',' }],
    ['comments and blank lines first', `# made by an app\n\n// 2026\n${table}`, {}],
    ['UTF-16 with its mark', Buffer.from(`\ufeff${table}`, 'utf16le'), { encoding: 'utf-16le' }],
    ['UTF-16 the other way round', Buffer.from(`\ufeff${table}`, 'utf16le').swap16(), { encoding: 'utf-16be' }],
    ['Windows-1252', Buffer.from(table, 'latin1'), { encoding: 'windows-1252' }],
    ['gzip', gzipSync(table), { packed: true }],
    ['gzip of UTF-16', gzipSync(Buffer.from(`\ufeff${table}`, 'utf16le')), { packed: true, encoding: 'utf-16le' }],
    ['units in names', table.replace('signal', 'Signal (ASU)').replace('speed', 'speed [km/h]'), {}],
    ['quoted names', table.replace(header, `"${names.join('","')}"`), {}],
    ['spaces that nobody sees in names', table.replace('long', '\u200blong').replace('signal', 'signal\u00a0'), {}],
    ['an index column', table.replaceAll(/^(?=.)/gm, '7,').replace('7,date', ',date'), {}],
    ['an empty field more in each row', table.replaceAll(/(?<=\d)\n/g, ',\n'), {}],
  ])('%s', async (_, content, dialect) => {
    const found = await check(content);

    expect(found).toMatchObject({
      verdict: 'accepted',
      rows: { total: 3, valid: 3, rejected: 0 },
      setAside: {},
      dialect,
    });
    expect(found.show).toEqual((await check(table)).show);
  });

  test('a header in the middle is passed over and counted', async () => {
    const found = await check(`${table}${table}`);

    expect(found).toMatchObject({ headers: 1, rows: { total: 6, valid: 6, rejected: 0 } });
  });

  test.each([
    ['1 234', 1_234],
    ['1\u00a0234', 1_234],
    ['"12,5"', 12.5],
    ['"1,234.5"', 1_234.5],
  ])('%s can mean one thing only', async (precission, value) => {
    expect((await check(file({ precission }))).show[0]?.gps_accuracy_m).toBe(value);
  });
});

/** The table as a spreadsheet in Spain saves it. */
function decimalCommas(table: string): string {
  return `\ufeff${table
    .replaceAll(',', ';')
    .replaceAll(/(\d)\.(\d)/g, '$1,$2')
    .replaceAll('\n', '\r\n')}`;
}

describe('radio', () => {
  const withNet = (net: string, signal: string) =>
    file({ signal }).replace(/postal_code\n(.*)\n/, `postal_code,net\n$1,${net}\n`);

  test.each([
    ['2G', '14', -85],
    ['3G', '14', -85],
    ['4G', '14', -85],
    ['4G', '40', -100],
    ['LTE', '40', -100],
    ['5G', '40', null],
    ['', '14', null],
    ['null', '14', null],
  ])('net %s and %s ASU are %s dBm on the scale of that Android', async (net, signal, dbm) => {
    expect((await check(withNet(net, signal))).show[0]?.signal_dbm).toBe(dbm);
  });
});

describe('formats', () => {
  test('one of a user is tried by its file alone', async () => {
    const format = parseFormat(
      'my.json',
      JSON.stringify({
        name: 'my',
        title: 'A logger of mine',
        source: 'its manual',
        recognise: ['when', 'y', 'x', 'rsrp'],
        time: { written: 'epoch s', means: 'moments', from: 'when' },
        columns: {
          lat: { from: 'y' },
          long: { from: 'x' },
          signal_dbm: { from: 'rsrp' },
          speed: { from: 'v', times: 3.6 },
        },
      }),
    );
    const log = 'when;y;x;rsrp;v\n1789370000;41,9;2,8;-101,5;10\n';

    const found = await check(log, { format });

    expect(found).toMatchObject({ format: 'my', verdict: 'accepted' });
    expect(found.show[0]).toMatchObject({ latitude: 41.9, signal_dbm: -101.5, speed_kmh: 36 });
  });

  test('a layout that is not known is refused with the nearest and what it lacks', async () => {
    const found = await check('hour,lat,lon,level\n08:00:00,41,2,5\n');

    expect(found.error).toMatchObject({ name: 'MissingColumns' });
    expect(found.error?.message).toMatch(/lacks the column long of the nearest layout, cellflow/);
    expect(found.error?.message).toContain('docs/formats.md');
  });
});

describe('a name', () => {
  test('that Plan upload refuses is refused, whatever the file holds', async () => {
    const found = await check(file({}), { name: 'log.xlsx' });

    expect(found).toMatchObject({ verdict: 'refused', error: { name: 'UnreadableUpload' } });
    expect(found.error?.message).toContain('save each sheet as CSV UTF-8');
  });

  test('of another ending says nothing of the file', async () => {
    expect(await check(file({}), { name: 'log.dat' })).toMatchObject({ verdict: 'accepted' });
  });
});

describe('what is no table', () => {
  test.each<[string, string | Buffer, string]>([
    ['nothing', '', 'EmptyUpload'],
    ['a header alone', `${header}\n`, 'EmptyUpload'],
    ['a workbook', Buffer.from('PK\x03\x04rest'), 'UnreadableUpload'],
    ['JSON', '{"rows": []}', 'UnreadableUpload'],
    ['a gzip that is cut short', gzipSync(file({}).repeat(50)).subarray(0, 60), 'UnreadableUpload'],
    ['noise', Buffer.from([1, 200, 3, 255, 10, 7]), 'UnreadableUpload'],
  ])('%s', async (_, content, name) => {
    expect(await check(content)).toMatchObject({ verdict: 'refused', error: { name } });
  });
});
