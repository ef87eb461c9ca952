import {
  isMeasurement,
  knownColumns,
  type Layout,
  measurementReader,
  requiredColumns,
} from '../../../core/rows/measurement';
import { dayWindow } from '../../../core/uploads/days';
import { type Fields, fieldsOf, indexOf } from '../../support/measurements';

const dated = [...requiredColumns, 'date'];

const layout = (columns: readonly string[] = requiredColumns): Layout => ({
  columns: indexOf(columns),
  width: columns.length,
  day: '2026-01-31',
  window: dayWindow('2026-02-01', { pastYears: 10, futureDays: 1 }),
});

const read = (fields: Fields, columns?: readonly string[]) => {
  const judged = measurementReader(layout(columns))(fieldsOf(fields, columns));
  return isMeasurement(judged) ? judged.line : judged;
};

describe('a valid row', () => {
  test('becomes a canonical one', () => {
    expect(read({})).toBe(
      '2026-01-31,00:01:16,41.67089,0.53407,12,vodafone,vodafone ES,0,STATE_IN_SERVICE,0.0,4,51.0,gps,STILL,25023',
    );
  });

  test('is read by the header, whatever its order and its further columns', () => {
    const columns = ['note', ...requiredColumns.toReversed(), 'date'];

    const line = read({ note: '=1+1', date: '2025-12-24' }, columns);

    expect(line).toBe(String(read({})).replace('2026-01-31', '2025-12-24'));
  });

  test.each<[string, Fields, string]>([
    [
      'whole numbers',
      { signal: '99.0', status: '+3', satellites: '007' },
      ',99,vodafone,vodafone ES,3,STATE_IN_SERVICE,0.0,7,',
    ],
    ['minus nought', { satellites: '-0.0' }, ',0.0,0,51.0,'],
    ['decimals in their digits', { lat: '-41.670890000', precission: '12.3456789' }, ',-41.670890000,'],
    ['decimals written otherwise', { lat: '.5', long: '1e-05', speed: '+3.' }, ',0.5,0.00001,12,'],
    ['the edges', { lat: '90', long: '-180', signal: '0' }, ',90,-180,0,'],
    [
      'spaces around',
      { network: '  orange ', signal: ' 7\t', hour: ' 23:59:59' },
      ',23:59:59,41.67089,0.53407,7,orange,',
    ],
    [
      'text that may be missing',
      { network: '', operator: ' ', postal_code: '' },
      ',12,,,0,STATE_IN_SERVICE,0.0,4,51.0,gps,STILL,',
    ],
    ['text that needs quotes', { description: 'a, "b"\nc' }, ',"a, ""b""\nc",'],
    ['a provider in capitals', { provider: 'GPS' }, ',gps,'],
    ['a postal code with a nought in front', { postal_code: '08001' }, ',08001'],
    ['a postal code in letters', { postal_code: 'EC1A 1BB' }, ',EC1A 1BB'],
  ])('keeps %s', (_, fields, part) => {
    expect(read(fields)).toContain(part);
  });
});

describe('a row that breaks a rule', () => {
  test.each<[string, string, string]>([
    ['hour', '24:00:00', 'time'],
    ['hour', '1:02:03', 'time'],
    ['hour', '12:60:00', 'time'],
    ['hour', '', 'required'],
    ['lat', '90.1', 'range'],
    ['lat', '41,5', 'number'],
    ['lat', 'NaN', 'number'],
    ['lat', '0x10', 'number'],
    ['lat', '', 'required'],
    ['long', '-180.0001', 'range'],
    ['long', 'Infinity', 'number'],
    ['signal', '100', 'range'],
    ['signal', '-1', 'range'],
    ['signal', '12.5', 'integer'],
    ['signal', '1e999', 'range'],
    ['status', '4', 'range'],
    ['status', 'x', 'number'],
    ['description', ' ', 'required'],
    ['speed', '-0.1', 'range'],
    ['satellites', '4.5', 'integer'],
    ['precission', '-1', 'range'],
    ['provider', 'wifi', 'choice'],
    ['provider', '', 'required'],
    ['activity', '', 'required'],
    ['date', '2025-02-29', 'date'],
    ['date', '2026-1-1', 'date'],
    ['date', '2026-02-03', 'range'],
    ['date', '2016-01-31', 'range'],
  ])('%s %p by the rule %s is named', (column, value, rule) => {
    const judged = read({ [column]: value }, dated);

    expect(judged).toEqual({
      column,
      rule,
      reason: expect.stringMatching(/^\w+ (must be|is empty)/),
      value: value.trim(),
    });
  });

  test('is told by the first of them', () => {
    expect(read({ signal: 'x', lat: 'y' })).toMatchObject({ column: 'lat', rule: 'number', value: 'y' });
  });

  test.each([13, 15, 1])('is one with %i columns', (count) => {
    const fields = Array.from({ length: count }, (_, n) => `${n}`);

    expect(measurementReader(layout())(fields)).toEqual({
      column: 'row',
      rule: 'columns',
      reason: `the row has ${count} columns, the header 14`,
      value: fields.join(','),
    });
  });
});

describe('the day of a row', () => {
  test.each([
    ['its date', '2026-01-02', '2026-01-02'],
    ['the first day of the window', '2016-02-01', '2016-02-01'],
    ['tomorrow', '2026-02-02', '2026-02-02'],
    ["the upload's where it has none", '', '2026-01-31'],
  ])('is %s', (_, date, day) => {
    expect(read({ date }, dated)).toMatch(new RegExp(`^${day},00:01:16,`));
  });

  test('outside the window is told though it comes from the key', () => {
    const judge = measurementReader({ ...layout(), day: '1999-12-31' });

    expect(judge(fieldsOf())).toMatchObject({ column: 'date', rule: 'range', value: '1999-12-31' });
  });

  test('is remembered, and a flood of days does no harm', () => {
    const judge = measurementReader(layout(dated));

    for (let n = 0; n < 25_000; n += 1) judge(fieldsOf({ date: `x${n}` }, dated));

    expect(judge(fieldsOf({ date: '2026-01-01' }, dated))).toMatchObject({ day: '2026-01-01' });
  });
});

test('a date is known, and not required', () => {
  expect(knownColumns).toContain('date');
  expect(requiredColumns).not.toContain('date');
});
