import { rowColumns, unknownWords } from '../../../contract';
import type { Source } from '../../../core/formats/format-schema';
import type { DecimalSign } from '../../../core/rows/numbers';
import { isUnknown, remember, rowColumn, valueReader } from '../../../core/rows/values';

const reader = (column: string, source: Source = {}, sign: DecimalSign = '.') =>
  valueReader(rowColumn(column), source, sign);

/** Columns that a format reads. */
const readColumns = rowColumns.map(({ name }) => name).filter((name) => !['date', 'hour', 'utc_offset'].includes(name));

describe('unknown', () => {
  const spellings = [
    '',
    ' ',
    '\u00a0',
    '\u200b',
    ...unknownWords,
    ...['NULL', 'null', 'NaN', 'nan', 'N/A', 'None', '\\N', '-', '#N/A', '#NULL!', ' NA ', '--'],
    ...['?', '?????'],
  ];

  test.each(spellings)('is what %j says, in every column', (text) => {
    for (const column of readColumns) expect([column, reader(column)(text)]).toEqual([column, '']);
  });

  test.each([
    ['signal', '99'],
    ['signal', '255'],
    ['signal', '2147483647'],
    ['signal', '99.0'],
    ['status', '-1'],
    ['speed', '-1'],
    ['satellites', '-1'],
    ['precission', '-1'],
    ['download', '-1'],
    ['upload', '-1'],
    ['latency', '-1'],
  ])('is what says so in the column %s: %s', (column, text) => {
    expect(reader(column)(text)).toBe('');
  });

  test.each([
    ['signal_dbm', '-99'],
    ['signal', '-1'],
    ['satellites', '99'],
    ['network', '255'],
    ['network', 'nancy'],
    ['town', 'Na Xamena'],
    ['device', 'none of these'],
    ['town', '¿?'],
  ])('is not what only looks like it: %s %j', (column, text) => {
    expect(reader(column)(text)).toBe(column === 'network' ? text.toLowerCase() : text);
  });

  test('may be spelt otherwise by a format, in any case', () => {
    const read = reader('town', { unknown: ['Nowhere', '0'] });

    expect([read('nowhere'), read('NOWHERE'), read('0'), read('0.0'), read('Somewhere')]).toEqual([
      '',
      '',
      '',
      '',
      'Somewhere',
    ]);
  });

  test('is a matter of lower case', () => {
    expect(isUnknown('nan')).toBe(true);
    expect(isUnknown('x')).toBe(false);
  });
});

describe('words', () => {
  test.each([
    ['status', 'STATE_IN_SERVICE', '0'],
    ['status', 'in_service', '0'],
    ['status', 'Out_Of_Service', '1'],
    ['status', 'EMERGENCY_ONLY', '2'],
    ['status', 'STATE_POWER_OFF', '3'],
    ['technology', 'LTE', '4G'],
    ['technology', 'lte', '4G'],
    ['technology', 'HSPA+', '3G'],
    ['technology', 'EDGE', '2G'],
    ['technology', 'NR', '5G'],
    ['technology', '4g', '4G'],
  ])('of the contract stand for values: %s %s is %s', (column, text, expected) => {
    expect(reader(column)(text)).toBe(expected);
  });

  test('of a format do too, and before those of the contract', () => {
    const read = reader('technology', { words: { passive: '2G', lte: '5G' } });

    expect([read('Passive'), read('LTE'), read('UMTS')]).toEqual(['2G', '5G', '3G']);
  });

  test('that nobody knows are no values', () => {
    expect(reader('technology')('warp')).toEqual({
      rule: 'choice',
      reason: 'technology must be one of 2G, 3G, 4G, 5G',
    });
    expect(reader('status')('sleeping')).toMatchObject({ rule: 'number' });
  });
});

describe('numbers', () => {
  test.each<[string, string, DecimalSign, string]>([
    ['speed', '12.50', '.', '12.50'],
    ['speed', '+3.', '.', '3'],
    ['speed', '007.5', '.', '7.5'],
    ['speed', '12,5', '.', '12.5'],
    ['speed', '12,500', ',', '12.500'],
    ['speed', '1\u00a0234,5', ',', '1234.5'],
    ['satellites', '4,0', ',', '4'],
    ['satellites', '1\u00a0000', '.', '1000'],
    ['signal_dbm', '\u2212101', '.', '-101'],
    ['long', '1e-7', '.', '1e-7'],
  ])('%s %j, the decimal sign being %j for %j, is %s', (column, text, sign, expected) => {
    expect(reader(column, {}, sign)(text)).toBe(expected);
  });

  test.each<[string, string, string, RegExp]>([
    ['speed', 'fast', 'number', /^speed must be a number, with a point for decimals$/],
    ['speed', '1,234', 'number', /number/],
    ['speed', '1500.1', 'range', /^speed must be from 0 to 1500 km\/h$/],
    ['signal', '12.5', 'integer', /^signal must be a whole number$/],
    ['lat', '-90.0001', 'range', /^lat must be from -90 to 90 degrees$/],
  ])('%s %j breaks the rule %s', (column, text, rule, reason) => {
    expect(reader(column)(text)).toEqual({ rule, reason: expect.stringMatching(reason) });
  });

  test('that are none in a file of decimal commas are told so', () => {
    expect(reader('speed', {}, ',')('x')).toMatchObject({
      reason: 'speed must be a number, with a comma for decimals',
    });
  });

  test.each([
    ['12345', 0.001, '12.345'],
    ['0.1', 3, '0.3'],
    ['3', 3.6, '10.8'],
    ['0', 0.001, '0'],
  ])('come to the unit of the contract: %s times %d is %s', (text, times, expected) => {
    expect(reader('download', { times })(text)).toBe(expected);
  });

  test('are judged in the unit of the contract', () => {
    expect(reader('download', { times: 0.001 })('99000000')).toBe('99000');
    expect(reader('download', { times: 0.001 })('100000001')).toMatchObject({ rule: 'range' });
  });
});

describe('codes', () => {
  test.each([
    ['080193', '080193'],
    ['80193', '080193'],
    ['80193.0', '080193'],
    ['080193.0', '080193'],
    ['80193,0', '080193'],
    ['250231', '250231'],
    // Two digits short is no spreadsheet's doing.
    ['8019', '8019'],
    ['8019X', '8019X'],
    ['EC1A 1BB', 'EC1A 1BB'],
  ])('of six digits get back the nought that a spreadsheet took: %s is %s', (text, expected) => {
    expect(reader('postal_code', { digits: 6 })(text)).toBe(expected);
  });

  test('of no fixed length stay as they are, but for a fraction', () => {
    expect([reader('postal_code')('80193.0'), reader('postal_code')('80193')]).toEqual(['80193', '80193']);
  });
});

describe('a place that a column shares', () => {
  test('is its own where one of its words stands there', () => {
    const read = reader('activity', { only: { words: true }, words: { walking: 'WALKING' } });

    expect([read('Walking'), read('Samsung')]).toEqual(['WALKING', '']);
  });

  test('is its own within its bounds, and what is no number is judged', () => {
    const read = reader('rsrq', { only: { from: -50, below: 0 } });

    expect([read('-11'), read('-50'), read('0'), read('-51')]).toEqual(['-11', '-50', '', '']);
    expect(read('x')).toMatchObject({ rule: 'number' });
  });
});

test('text keeps its case, but for networks and operators', () => {
  expect([reader('town')('Lleida'), reader('network')('MoviStar'), reader('operator')('ORANGE ES')]).toEqual([
    'Lleida',
    'movistar',
    'orange es',
  ]);
});

test.each(['date', 'hour'])('no format reads the column %s as a value', (column) => {
  expect(() => reader(column)).toThrow(`No format reads the column ${column}.`);
});

test('a column that the contract does not have is an error', () => {
  expect(() => rowColumn('tile')).toThrow('no column tile');
});

describe('what is remembered', () => {
  test('is read once', () => {
    let reads = 0;
    const read = remember((text) => {
      reads += 1;
      return text.length;
    });

    expect([read('abc'), read('abc'), read('')]).toEqual([3, 3, 0]);
    expect(reads).toBe(2);
  });

  test('is no long text, and never too much', () => {
    let reads = 0;
    const read = remember((text) => {
      reads += 1;
      return text;
    });
    const long = 'x'.repeat(25);

    read(long);
    read(long);
    expect(reads).toBe(2);

    for (let n = 0; n < 10_001; n += 1) read(String(n));
    read('0');
    expect(reads).toBe(2 + 10_001 + 1);
  });
});
