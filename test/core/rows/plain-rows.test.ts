import fc from 'fast-check';
import { rowColumns } from '../../../contract';
import { bindColumns } from '../../../core/formats/recognition';
import type { Dialect } from '../../../core/rows/dialect';
import { isMeasurement, type Layout, leftOut, measurementReader } from '../../../core/rows/measurement';
import { plainRows } from '../../../core/rows/plain-rows';
import { Zone } from '../../../core/rows/zone';
import { DayRows } from '../../../core/stream/day-rows';
import { dayWindow } from '../../../core/uploads/days';
import { cellflow, type Fields, fieldsOf, rowOf, sampleColumns } from '../../support/measurements';

const layoutOf = (columns: readonly string[], dialect: Dialect, zone: string): Layout => ({
  format: cellflow,
  dialect,
  columns: bindColumns('logs.csv', cellflow, columns),
  width: columns.length,
  day: '2026-01-31',
  window: dayWindow('2026-02-01', { earliestDay: '2000-01-01', futureDays: 1 }),
  zone: new Zone(zone),
});

const statesOfValue = 3;

/** Reads rows from their bytes; each taken row is given as the canonical row that was written. */
const plainReader = (layout: Layout) => {
  const rows = new DayRows('');
  let written = '';
  let day = '';
  const reader = plainRows(layout, {
    of: (of) => {
      day = of;
      return rows;
    },
    wrote: (_, end) => {
      written = rows.buffer.toString('utf8', 0, end);
    },
  });
  if (reader === undefined) throw new Error('The layout is not read from bytes.');
  const take = (line: string, end = '\n') => {
    // What is before and behind a row must not matter.
    const bytes = Buffer.from(`x,\n${line}${end}9,"`);
    const at = reader.take(bytes, 3);
    if (at === -1) return undefined;
    return { line: written, day, end: at, bytes, aside: reader.aside };
  };
  const told = () => {
    const states = new Array<number>(rowColumns.length * statesOfValue).fill(0);
    const days: Record<string, number> = {};
    reader.tell((place, state, count) => {
      (states[place * statesOfValue + state] as number) += count;
    }, days);
    return { states, days };
  };
  return { take, told };
};

const columns = ['date', ...sampleColumns, 'technology', 'signal_dbm', 'town', 'note', 'device'];

/** Values as files have them, most of which a row can have, and such as break a rule. */
const values: Record<string, fc.Arbitrary<string>> = {
  date: fc.constantFrom(
    '2026-01-30',
    '2026-01-31',
    '',
    '31/01/2026',
    '2025-03-30',
    '2025-10-26',
    '1999-12-31',
    '2026-02-30',
  ),
  hour: fc.oneof(
    fc.stringMatching(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/),
    fc.constantFrom(
      '7:05:03',
      '24:00:00',
      '12:60:00',
      '12:00:61',
      '1:02:03 PM',
      '10:00:00.250',
      '',
      'x',
      '2a:00:00',
      '10:00:0',
    ),
  ),
  lat: fc.oneof(
    fc.double({ min: -95, max: 95, noNaN: true }).map(String),
    fc.constantFrom(
      '0',
      '-0.0',
      '0.00',
      '41.',
      '.5',
      '041.5',
      '+41',
      '4e1',
      '41,5',
      '-',
      '',
      ' 41.5',
      '90',
      '90.0',
      '-89.999',
    ),
  ),
  long: fc.oneof(
    fc.double({ min: -190, max: 190, noNaN: true }).map(String),
    fc.constantFrom('0', '-0', '0.0', '-179.5', '180', '1.2.3', '1-2', 'NaN'),
  ),
  signal: fc.constantFrom('0', '12', '31', '99', '12.0', '100', '', '-1', 'x', '7'),
  network: fc.constantFrom('Movistar', 'orange', '', 'Télécom', 'o\tx', 'null'),
  status: fc.constantFrom('0', '1', '', '3', '7', 'STATE_IN_SERVICE'),
  speed: fc.oneof(
    fc.double({ min: -1, max: 1_600, noNaN: true }).map(String),
    fc.constantFrom('0.0', '-0.0', '', '-1'),
  ),
  satellites: fc.constantFrom('4', '4.0', '4.5', ''),
  precission: fc.oneof(
    fc.nat(99_999).map((n) => `${n}.25`),
    fc.constantFrom('', 'far', '51.0'),
  ),
  postal_code: fc.constantFrom('8001.0', '080193', ''),
  technology: fc.constantFrom('4G', '2G', '', 'LTE', '9G', '5G'),
  signal_dbm: fc.constantFrom('', '-95.5', '-19', '2147483647', '-96'),
  town: fc.oneof(fc.constantFrom('Lleida', 'l’Hospitalet', 'Móra', ''), fc.string({ maxLength: 40 })),
  note: fc.oneof(fc.constantFrom('', 'a', 'é', '\u0085', '\u007f'), fc.stringMatching(/^[ -~]{0,40}$/)),
  device: fc.stringMatching(/^[ -~é]{0,40}$/),
};

/** A row in which few values are out of the common. */
const row: fc.Arbitrary<Fields> = fc
  .subarray(Object.keys(values), { maxLength: 5 })
  .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, values[name] as fc.Arbitrary<string>]))))
  .map((changed) => ({ technology: '4G', ...changed }));

const clean = (text: string, delimiter: string): string => text.replaceAll(delimiter, '').replace(/["\r\n]/g, '');

test('a row that is read from its bytes says what it says in the general way', () => {
  let [taken, left] = [0, 0];
  const dialects = fc.constantFrom<Dialect>(
    { delimiter: ',', decimal: '.' },
    { delimiter: ',', decimal: '.', dateOrder: 'day first' },
    { delimiter: ';', decimal: ',' },
    { delimiter: '\t', decimal: '.' },
    { delimiter: '|', decimal: '.' },
  );
  const some = fc.subarray(columns.filter((name) => !['hour', 'lat', 'long'].includes(name)));
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 60 }),
      dialects,
      fc.constantFrom('UTC', 'Europe/Madrid', 'America/St_Johns'),
      some,
      (rows, dialect, zone, others) => {
        const names = columns.filter(
          (name) => ['hour', 'lat', 'long', 'signal'].includes(name) || others.includes(name),
        );
        const layout = layoutOf(names, dialect, zone);
        const general = measurementReader(layoutOf(names, dialect, zone));
        const plain = plainReader(layout);
        const states = new Array<number>(rowColumns.length * statesOfValue).fill(0);
        const days: Record<string, number> = {};
        rows.forEach((one, n) => {
          const fields = fieldsOf(one, names).map((field) => clean(field, dialect.delimiter));
          const found = plain.take(fields.join(dialect.delimiter), n % 3 === 0 ? '\r\n' : '\n');
          if (found === undefined) {
            left += 1;
            return;
          }
          taken += 1;
          const expected = general(fields);
          if (expected === leftOut || !isMeasurement(expected)) throw new Error(JSON.stringify({ fields, expected }));
          expect(found).toMatchObject({ line: `${expected.line}\n`, day: expected.day, aside: expected.aside });
          expect(found.bytes[found.end]).toBe(0x0a);
          days[expected.day] = (days[expected.day] ?? 0) + 1;
          expected.states.forEach((state, place) => {
            (states[place * statesOfValue + state] as number) += 1;
          });
        });
        expect(plain.told()).toEqual({ states, days });
      },
    ),
    { numRuns: 500 },
  );
  // Neither way is without work.
  expect(taken).toBeGreaterThan(3 * left);
  expect(left).toBeGreaterThan(300);
});

describe('a row', () => {
  const { take } = plainReader(layoutOf(sampleColumns, { delimiter: ',', decimal: '.' }, 'UTC'));

  test.each<[string, string]>([
    ['as most are', rowOf()],
    ['of an unknown value', rowOf({ speed: '' })],
    ['with a value that is set aside', rowOf({ speed: '-7' })],
    ['not in ASCII', rowOf({ operator: 'Télécom' })],
  ])('%s is taken', (_, line) => {
    expect(take(line)).toBeDefined();
  });

  test.each<[string, string]>([
    ['with a column too few', rowOf().replace(/,[^,]*$/, '')],
    ['with a column more', `${rowOf()},`],
    ['that is blank', ''],
    ['that is a header', sampleColumns.join(',')],
    ['at no place', rowOf({ lat: '0.0', long: '0' })],
    ['without a signal and a status', rowOf({ signal: '', status: '' })],
    ['with a control character', rowOf({ description: 'a\u0007' })],
    ['with one of ISO 8859', rowOf({ description: 'a\u0085' })],
    ['with a carriage return inside', rowOf({ description: 'a\rb' })],
  ])('%s is left to the general way', (_, line) => {
    expect(take(line)).toBeUndefined();
  });
});
