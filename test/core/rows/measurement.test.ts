import { rowColumns } from '../../../contract';
import { type Format, formatSchema } from '../../../core/formats/format-schema';
import { bindColumns } from '../../../core/formats/recognition';
import type { Dialect } from '../../../core/rows/dialect';
import {
  isMeasurement,
  type Layout,
  leftOut,
  type Measurement,
  measurementReader,
  present,
  setAside,
  unknown,
  type Violation,
} from '../../../core/rows/measurement';
import { Zone } from '../../../core/rows/zone';
import { dayWindow } from '../../../core/uploads/days';
import { canonicalOf, cellflow, type Fields, fieldsOf, sampleColumns, valuesOf } from '../../support/measurements';

const dated = [...sampleColumns, 'date'];
const commas: Dialect = { delimiter: ',', decimal: '.' };

const layout = (columns: readonly string[] = sampleColumns, changes: Partial<Layout> = {}): Layout => ({
  format: cellflow,
  dialect: commas,
  columns: bindColumns('logs.csv', changes.format ?? cellflow, columns),
  width: columns.length,
  day: '2026-01-31',
  window: dayWindow('2026-02-01', { earliestDay: '2000-01-01', futureDays: 1 }),
  zone: new Zone('UTC'),
  ...changes,
});

const judge = (fields: Fields, columns = [...new Set([...sampleColumns, ...Object.keys(fields)])]) =>
  measurementReader(layout(columns))(fieldsOf(fields, columns));

/** A row that is taken. */
const taken = (judged: ReturnType<typeof judge>): Measurement => {
  if (judged === leftOut || !isMeasurement(judged)) throw new Error(JSON.stringify(judged));
  return judged;
};

const lineOf = (fields: Fields, columns?: string[]): string => taken(judge(fields, columns)).line;

/** What a row is known to say. */
const known = (fields: Fields): Fields => valuesOf(lineOf(fields))[0] as Fields;

const canonical: Fields = {
  date: '2026-01-31',
  hour: '00:01:16',
  lat: '41.67089',
  long: '0.53407',
  signal: '12',
  network: 'vodafone',
  operator: 'vodafone es',
  status: '0',
  description: 'STATE_IN_SERVICE',
  speed: '0.0',
  satellites: '4',
  precission: '51.0',
  provider: 'gps',
  activity: 'STILL',
  postal_code: '025023',
};

describe('a valid row', () => {
  test('becomes a canonical one, with a place for every column of the contract', () => {
    expect(lineOf({})).toBe(canonicalOf(canonical));
    expect(lineOf({})).toBe(
      '2026-01-31,00:01:16,41.67089,0.53407,12,vodafone,vodafone es,0,STATE_IN_SERVICE,0.0,4,51.0,gps,STILL,025023,,,,,,,,,,,',
    );
    expect(lineOf({}).split(',')).toHaveLength(26);
  });

  test('is read by the header, whatever its order and its further columns', () => {
    const columns = ['note', ...sampleColumns.toReversed(), 'date'];

    const line = lineOf({ note: '=1+1', date: '2025-12-24' }, columns);

    expect(line).toBe(canonicalOf({ ...canonical, date: '2025-12-24' }));
  });

  test('may fill every column', () => {
    const more = {
      technology: 'LTE',
      signal_dbm: '-101.5',
      rsrq: '-11',
      sinr: '7.5',
      town: 'Lleida',
      cell: '214-1-23-4567',
      download: '12.5',
      upload: '3',
      latency: '41',
      device: 'Pixel 9',
    };

    expect(lineOf(more)).toBe(canonicalOf({ ...canonical, ...more, technology: '4G' }));
  });

  test.each<[string, Fields, Fields]>([
    [
      'whole numbers',
      { signal: '97.0', status: '+3', satellites: '007' },
      { signal: '97', status: '3', satellites: '7' },
    ],
    ['minus nought', { satellites: '-0.0' }, { satellites: '0' }],
    [
      'decimals in their digits',
      { lat: '-41.670890000', precission: '12.3456789' },
      { lat: '-41.670890000', precission: '12.3456789' },
    ],
    [
      'decimals written otherwise',
      { lat: '.5', long: '1e-05', speed: '+3.' },
      { lat: '0.5', long: '0.00001', speed: '3' },
    ],
    ['a decimal comma that can be nothing else', { lat: '41,5', speed: '12,75' }, { lat: '41.5', speed: '12.75' }],
    ['the edges', { lat: '90', long: '-180', signal: '-5' }, { lat: '90', long: '-180', signal: '-5' }],
    [
      'spaces around',
      { network: '  orange ', signal: ' 7\t', hour: ' 23:59:59' },
      { network: 'orange', signal: '7', hour: '23:59:59' },
    ],
    [
      'what nobody sees inside',
      { network: '\ufefforange\u200b', operator: 'orange\u00a0', lat: '41.5\u200b' },
      { network: 'orange', operator: 'orange', lat: '41.5' },
    ],
    ['text that needs quotes', { description: 'a, "b"\nc' }, { description: 'a, "b"\nc' }],
    [
      'networks and operators in capitals',
      { network: 'MoviStar', operator: 'ORANGE' },
      { network: 'movistar', operator: 'orange' },
    ],
    ['a provider in capitals', { provider: 'GPS' }, { provider: 'gps' }],
    ['a postal code with a nought in front', { postal_code: '080193' }, { postal_code: '080193' }],
    ['a postal code whose nought a spreadsheet took', { postal_code: '80193.0' }, { postal_code: '080193' }],
    ['a postal code in letters', { postal_code: 'EC1A 1BB' }, { postal_code: 'EC1A 1BB' }],
    ['a status in words', { status: 'STATE_OUT_OF_SERVICE' }, { status: '1' }],
    ['a time as a spreadsheet writes it', { hour: '8:38:08' }, { hour: '08:38:08' }],
    ['a fraction of a second', { hour: '08:38:08.123000' }, { hour: '08:38:08.123' }],
    ['a network of digits', { network: '21401' }, { network: '21401' }],
  ])('keeps %s', (_, fields, expected) => {
    expect(known(fields)).toMatchObject(expected);
  });

  test.each(['description', 'speed', 'satellites', 'precission', 'provider', 'activity', 'network', 'postal_code'])(
    'may leave %s empty',
    (column) => {
      const { [column]: _, ...rest } = canonical;

      expect(lineOf({ [column]: '' })).toBe(canonicalOf(rest));
      expect(lineOf({ [column]: ' ' })).toBe(canonicalOf(rest));
    },
  );

  test.each<[string, Fields]>([
    ['a signal alone', { status: '' }],
    ['a status alone', { signal: '99' }],
    ['a dBm value alone', { signal: '', status: '', signal_dbm: '-90' }],
  ])('may know %s', (_, fields) => {
    expect(judge(fields)).toHaveProperty('line');
  });

  test('may have empty fields behind its last column', () => {
    const read = measurementReader(layout());

    expect(read([...fieldsOf(), '', ' '])).toEqual(read(fieldsOf()));
    expect(read([...fieldsOf(), 'x'])).toMatchObject({ column: 'row', rule: 'columns' });
  });
});

describe('a row without', () => {
  test.each<[string, Fields, Omit<Violation, 'reason'>]>([
    ['a time', { hour: '' }, { column: 'hour', rule: 'required', value: '' }],
    ['a latitude', { lat: '' }, { column: 'lat', rule: 'required', value: '' }],
    ['a latitude, in words', { lat: ' NaN' }, { column: 'lat', rule: 'required', value: 'NaN' }],
    ['a longitude', { long: 'null' }, { column: 'long', rule: 'required', value: 'null' }],
    ['a fix', { lat: '0.000', long: '-0' }, { column: 'lat', rule: 'place', value: '0, 0' }],
    ['signal and status', { signal: '99', status: '-1' }, { column: 'signal', rule: 'required', value: '' }],
    [
      'signal and status that can be',
      { signal: '400', status: 'x' },
      { column: 'signal', rule: 'required', value: '' },
    ],
  ])('%s is rejected', (_, fields, expected) => {
    expect(judge(fields)).toEqual({ ...expected, reason: expect.any(String) });
  });

  test('one of the two noughts of no fix is one', () => {
    expect(known({ lat: '0.0' })).toMatchObject({ lat: '0.0', long: '0.53407' });
    expect(known({ long: '0' })).toMatchObject({ long: '0' });
  });
});

describe('a row that breaks a rule of time or place is rejected', () => {
  test.each<[string, string, string]>([
    ['hour', '24:00:00', 'time'],
    ['hour', '12:60:00', 'time'],
    ['hour', 'noon', 'time'],
    ['hour', '7:5', 'time'],
    ['lat', '90.1', 'range'],
    ['lat', '41,500', 'number'],
    ['lat', '0x10', 'number'],
    ['lat', '41°', 'number'],
    ['long', '-180.0001', 'range'],
    ['long', 'Infinity', 'number'],
    ['long', '1e999', 'range'],
    ['date', '2025-02-29', 'date'],
    ['date', '2026-1-1', 'date'],
    ['date', '03/04/2026', 'date'],
    ['date', '2026-02-03', 'range'],
    ['date', '1999-12-31', 'range'],
  ])('%s %p by the rule %s', (column, value, rule) => {
    expect(judge({ [column]: value }, dated)).toEqual({
      column,
      rule,
      reason: expect.stringMatching(/^\w+ must be/),
      value: value.trim(),
    });
  });

  test('and told by the first of them: time, then place', () => {
    expect(judge({ signal: 'x', long: 'y', hour: 'z' })).toMatchObject({ column: 'hour', value: 'z' });
    expect(judge({ signal: 'x', long: 'y' })).toMatchObject({ column: 'long', rule: 'number', value: 'y' });
  });

  test.each([13, 15, 1])('as one with %i columns is', (count) => {
    const fields = Array.from({ length: count }, (_, n) => `${n}`);

    expect(measurementReader(layout())(fields)).toEqual({
      column: 'row',
      rule: 'columns',
      reason: `the row has ${count} columns, the header 14`,
      value: fields.join(','),
    });
  });

  test('and shown with its own delimiter', () => {
    const read = measurementReader(layout(sampleColumns, { dialect: { delimiter: ';', decimal: ',' } }));

    expect(read(['a', 'b'])).toMatchObject({ rule: 'columns', value: 'a;b' });
  });
});

describe('an impossible value elsewhere is set aside', () => {
  test.each<[string, string, string]>([
    ['signal', '100', 'range'],
    ['signal', '-6', 'range'],
    ['signal', '12.5', 'integer'],
    ['signal', '1e999', 'range'],
    ['signal', 'strong', 'number'],
    ['status', '4', 'range'],
    ['status', 'x', 'number'],
    ['speed', '-0.1', 'range'],
    ['speed', '1,234', 'number'],
    ['speed', '12,5 km', 'number'],
    ['satellites', '4.5', 'integer'],
    ['satellites', '1.15e13', 'range'],
    ['satellites', '-2.0', 'range'],
    ['precission', '-10', 'range'],
    ['precission', '2.0e14', 'range'],
    ['provider', 'local_database', 'choice'],
    ['technology', '6G', 'choice'],
    ['signal_dbm', '12', 'range'],
    ['rsrq', '-51', 'range'],
    ['sinr', 'good', 'number'],
    ['download', '1e9', 'range'],
    ['latency', '-5', 'range'],
  ])('%s %p by the rule %s, and its row kept', (column, value, rule) => {
    const { [column]: _, ...rest } = canonical;

    const { line, aside } = taken(judge({ [column]: value }));

    expect(line).toBe(canonicalOf(rest));
    expect(aside).toEqual([{ column, rule, reason: expect.stringMatching(/must be/), value }]);
  });

  test('each of several, in the order of the format', () => {
    const { line, aside } = taken(judge({ provider: 'wifi', signal: 'x', speed: ' -3 ' }));

    expect(aside.map(({ column, rule, value }) => `${column} ${rule} ${value}`)).toEqual([
      'signal number x',
      'speed range -3',
      'provider choice wifi',
    ]);
    expect(valuesOf(line)[0]).not.toHaveProperty('signal');
  });

  test('and leaves nothing to the rows after it', () => {
    const read = measurementReader(layout());

    const [, good] = [read(fieldsOf({ speed: 'x' })), taken(read(fieldsOf()))];

    expect(good.aside).toEqual([]);
    expect(good.line).toBe(canonicalOf(canonical));
  });
});

describe('what became of each value', () => {
  const statesOf = (fields: Fields): Record<string, number> => {
    const { states } = taken(judge(fields));
    return Object.fromEntries(rowColumns.map(({ name }, place) => [name, states[place] as number]));
  };

  test('is told by column', () => {
    const states = statesOf({ signal: '99', speed: 'x', network: 'NULL', technology: '' });

    expect(states).toMatchObject({
      date: present,
      hour: present,
      lat: present,
      long: present,
      signal: unknown,
      speed: setAside,
      network: unknown,
      operator: present,
      technology: unknown,
      town: unknown,
    });
  });

  test('is that of the row at hand, not of one before', () => {
    const columns = [...sampleColumns, 'technology'];
    const read = measurementReader(layout(columns));
    const dbm = rowColumns.findIndex(({ name }) => name === 'signal_dbm');

    const first = taken(read(fieldsOf({ technology: 'GSM' }, columns)));
    expect([valuesOf(first.line)[0]?.signal_dbm, first.states[dbm]]).toEqual(['-89', present]);

    const second = taken(read(fieldsOf({ technology: 'GSM', signal: '99' }, columns)));
    expect([valuesOf(second.line)[0]?.signal_dbm, second.states[dbm]]).toEqual([undefined, unknown]);
  });
});

describe('dBm', () => {
  test.each<[string, Fields, string | undefined]>([
    ['is what was measured', { signal: '12', technology: '4G', signal_dbm: '-99' }, '-99'],
    ['follows from ASU where nothing was', { signal: '12', technology: '4G', signal_dbm: '' }, '-89'],
    ['follows from ASU where the measured is impossible', { signal: '12', technology: '4G', signal_dbm: '7' }, '-89'],
    ['is of the scale of LTE above that of GSM', { signal: '40', technology: '4G' }, '-100'],
    ['is unknown where the scale is', { signal: '40', technology: '3G' }, undefined],
    ['is unknown where the technology is', { signal: '12' }, undefined],
  ])('%s', (_, fields, dbm) => {
    expect(known(fields).signal_dbm).toBe(dbm);
  });
});

describe('a format of its own', () => {
  const format: Format = formatSchema.parse({
    name: 'mine',
    title: 'A layout of a test',
    source: 'none',
    recognise: ['when', 'y', 'x'],
    time: { written: 'iso', means: 'moments', from: 'when' },
    columns: {
      lat: { from: 'y' },
      long: { from: 'x' },
      signal_dbm: { from: ['rsrp', 'rssi'], unknown: ['0'] },
      technology: { from: 'net', else: ['mode'], words: { fast: '4G', slow: '2G' } },
      sinr: { from: 'snr', only: { technology: ['4G'] } },
      rsrq: { from: 'qual', only: { below: 0 } },
      cell: { join: ['mcc', 'mnc', 'id'] },
      download: { from: 'kbps', times: 0.001 },
      postal_code: { from: 'zip', digits: 5 },
    },
    leaveOut: { from: 'role', values: ['neighbour'], because: 'it did not serve the phone' },
  });

  const columns = 'role,when,y,x,rsrp,net,mode,snr,qual,mcc,mnc,id,kbps,zip'.split(',');
  const row: Fields = {
    role: 'serving',
    when: '2026-01-15T23:30:00.250Z',
    y: '41.5',
    x: '2.1',
    rsrp: '-101',
    net: 'fast',
    mode: 'slow',
    snr: '9',
    qual: '-11',
    mcc: '214',
    mnc: '01',
    id: '77',
    kbps: '1234.5',
    zip: '8001',
  };

  const read = (fields: Fields = {}, changes: Partial<Layout> = {}) =>
    measurementReader(layout(columns, { format, ...changes }))(
      columns.map((name) => ({ ...row, ...fields })[name] ?? ''),
    );

  const said = (fields: Fields = {}, changes: Partial<Layout> = {}): Fields =>
    valuesOf(taken(read(fields, changes)).line)[0] as Fields;

  test('says what becomes what', () => {
    expect(said()).toEqual({
      date: '2026-01-15',
      hour: '23:30:00.250',
      lat: '41.5',
      long: '2.1',
      signal_dbm: '-101',
      technology: '4G',
      sinr: '9',
      rsrq: '-11',
      cell: '214-01-77',
      download: '1.2345',
      postal_code: '08001',
    });
  });

  test('has its moments turned into day and hour of the deployment', () => {
    expect(said({}, { zone: new Zone('Europe/Madrid') })).toMatchObject({
      date: '2026-01-16',
      hour: '00:30:00.250',
      utc_offset: '60',
    });
  });

  test.each<[string, Fields, string, string | undefined]>([
    ['a column that is asked where the first knows nothing', { net: '' }, 'technology', '2G'],
    ['none where nobody knows', { net: '', mode: '-' }, 'technology', undefined],
    ['a value of another technology', { net: 'slow' }, 'sinr', undefined],
    ['a value that is of something else', { qual: '3' }, 'rsrq', undefined],
    ['joined values where one is unknown', { mnc: '' }, 'cell', undefined],
    ['a word of its own for unknown', { net: 'null' }, 'technology', '2G'],
  ])('knows %s', (_, fields, column, expected) => {
    expect(said(fields)[column]).toBe(expected);
    expect(taken(read(fields)).aside).toEqual([]);
  });

  test('has values of its own that stand for none', () => {
    expect(read({ rsrp: '0' })).toMatchObject({ column: 'signal', rule: 'required' });
  });

  test('leaves rows out that are no measurements, unless they are broken', () => {
    expect(read({ role: ' Neighbour' })).toBe(leftOut);
    expect(measurementReader(layout(columns, { format }))(['neighbour'])).toMatchObject({ rule: 'columns' });
  });
});

describe('the day of a row', () => {
  test.each([
    ['its date', '2026-01-02', '2026-01-02'],
    ['the first day of the window', '2000-01-01', '2000-01-01'],
    ['years before', '2016-11-24', '2016-11-24'],
    ['tomorrow', '2026-02-02', '2026-02-02'],
    ['its date with a time that says nothing', '2017-03-01T00:00:00.000', '2017-03-01'],
    ["the upload's where it has none", '', '2026-01-31'],
    ["the upload's where it is unknown", 'NULL', '2026-01-31'],
  ])('is %s', (_, date, day) => {
    const { line, day: told } = taken(judge({ date }, dated));
    expect([told, valuesOf(line)[0]?.date]).toEqual([day, day]);
  });

  test('outside the window is told though it comes from the key', () => {
    const read = measurementReader(layout(sampleColumns, { day: '1999-12-31' }));

    expect(read(fieldsOf())).toMatchObject({ column: 'date', rule: 'range', value: '1999-12-31' });
  });

  test('is remembered, and a flood of days does no harm', () => {
    const read = measurementReader(layout(dated));

    for (let n = 0; n < 25_000; n += 1) read(fieldsOf({ date: `x${n}` }, dated));

    expect(read(fieldsOf({ date: '2026-01-01' }, dated))).toMatchObject({ day: '2026-01-01' });
  });
});

test('a file in decimal commas is read by them', () => {
  const read = measurementReader(layout(sampleColumns, { dialect: { delimiter: ';', decimal: ',' } }));

  const [row] = valuesOf(taken(read(fieldsOf({ lat: '41,400', long: '2,1', speed: '3,5', satellites: '4,0' }))).line);

  expect(row).toMatchObject({ lat: '41.400', long: '2.1', speed: '3.5', satellites: '4' });
  expect(read(fieldsOf({ lat: '41.400' }))).toMatchObject({ column: 'lat', rule: 'number' });
});
