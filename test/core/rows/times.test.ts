import fc from 'fast-check';
import { type DateOrder, ordersOf, readDay, readMoment, readTime, type Written } from '../../../core/rows/times';

describe('a day', () => {
  test.each<[string, DateOrder | undefined, string]>([
    ['2026-10-01', undefined, '2026-10-01'],
    ['2026/10/01', undefined, '2026-10-01'],
    ['2024-02-29', undefined, '2024-02-29'],
    ['2017-03-01T00:00:00.000', undefined, '2017-03-01'],
    ['2017-03-01T12:30:00Z', undefined, '2017-03-01'],
    ['2017-03-01 00:00:00', undefined, '2017-03-01'],
    ['1.10.2026', undefined, '2026-10-01'],
    ['01.10.2026', undefined, '2026-10-01'],
    ['31.12.2026', undefined, '2026-12-31'],
    // In none of these does the file's order change a thing.
    ['2026-10-01', 'month first', '2026-10-01'],
    ['1.10.2026', 'month first', '2026-10-01'],
    ['1/10/2026', 'day first', '2026-10-01'],
    ['1/10/2026', 'month first', '2026-01-10'],
    ['01-10-2026', 'day first', '2026-10-01'],
    ['1/10/2026 0:00', 'day first', '2026-10-01'],
    ['10/1/2026 00:00:00', 'month first', '2026-10-01'],
    ['1/10/2026 8:30', 'day first', '2026-10-01'],
    ['10/1/2026 8:30:05 PM', 'month first', '2026-10-01'],
    ['31/1/2026', 'day first', '2026-01-31'],
  ])('%j with the order %s is %s', (text, order, expected) => {
    expect(readDay(text, order)).toBe(expected);
  });

  test.each<[string, DateOrder | undefined]>([
    ['2026-02-29', undefined],
    ['2026-13-01', undefined],
    ['2026-00-10', undefined],
    ['2026-1-1', undefined],
    ['20261001', undefined],
    ['31.4.2026', undefined],
    ['1.10.26', undefined],
    // In a file whose dates have no order there are no such dates.
    ['1/10/2026', undefined],
    ['31/1/2026', 'month first'],
    ['1/31/2026', 'day first'],
    ['30/2/2026', 'day first'],
    ['1/10/26', 'day first'],
    ['1/10/2026 8', 'day first'],
    ['1/10/2026 8:30 XM', 'day first'],
    ['yesterday', 'day first'],
    ['', 'day first'],
  ])('%j with the order %s is none', (text, order) => {
    expect(readDay(text, order)).toBeUndefined();
  });

  test.each<[string, DateOrder[] | undefined]>([
    ['1/10/2026', ['day first', 'month first']],
    ['13/10/2026', ['day first']],
    ['10/13/2026', ['month first']],
    ['13/13/2026', []],
    ['30-2-2026', []],
    ['2026-10-01', undefined],
    ['1.10.2026', undefined],
    ['', undefined],
  ])('%j can be read in the orders %j', (text, expected) => {
    expect(ordersOf(text)).toEqual(expected);
  });
});

describe('a time of day', () => {
  test.each([
    ['00:00:00', '00:00:00'],
    ['23:59:59', '23:59:59'],
    ['8:38:08', '08:38:08'],
    ['0:00:16', '00:00:16'],
    ['08:38:08.123000', '08:38:08.123'],
    ['08:38:08.5', '08:38:08.500'],
    ['08:38:08,25', '08:38:08.250'],
    ['08:38:08.000', '08:38:08'],
    ['08:38:08.0009', '08:38:08'],
    ['8:38:08.123456789', '08:38:08.123'],
    ['12:00:00 AM', '00:00:00'],
    ['12:30:01 PM', '12:30:01'],
    ['1:02:03 pm', '13:02:03'],
    ['11:59:59.5 p.m.', '23:59:59.500'],
    ['9:00:00a.m.', '09:00:00'],
  ])('%j is %s', (text, expected) => {
    expect(readTime(text)).toBe(expected);
  });

  test.each([
    '24:00:00',
    '25:00:00',
    '12:60:00',
    '12:00:60',
    '12:00',
    '7:5',
    '7:5:3',
    '0:30:00 AM',
    '13:00:00 PM',
    '12:00:00 XM',
    '12:00:00.',
    '12:00:00.1234567890',
    '-1:00:00',
    'noon',
    '120000',
    '',
  ])('%j is none', (text) => {
    expect(readTime(text)).toBeUndefined();
  });

  test('in canonical form is read as it stands, and again', () => {
    const millisecond = fc.integer({ min: 0, max: 86_399_999 });
    fc.assert(
      fc.property(millisecond, (at) => {
        const text = new Date(at).toISOString().slice(11, 23);
        const read = readTime(text) as string;
        expect(Date.parse(`1970-01-01T${read}Z`)).toBe(at);
        expect(readTime(read)).toBe(read);
      }),
    );
  });
});

describe('a moment', () => {
  const eight = Date.UTC(2026, 9, 1, 8, 0, 0);

  test.each<[string, Written, number]>([
    ['2026-10-01T08:00:00Z', 'iso', eight],
    ['2026-10-01T08:00:00.000Z', 'iso', eight],
    ['2026-10-01T08:00:00', 'iso', eight],
    ['2026-10-01 08:00:00', 'iso', eight],
    ['2026-10-01T08:00:00.25Z', 'iso', eight + 250],
    ['2026-10-01T08:00:00,5Z', 'iso', eight + 500],
    ['2026-10-01T08:00:00.123456789Z', 'iso', eight + 123],
    ['2026-10-01T10:00:00+02:00', 'iso', eight],
    ['2026-10-01T10:00:00.5+0200', 'iso', eight + 500],
    ['2026-10-01T02:30:00-05:30', 'iso', eight],
    ['2024-02-29T00:00:00Z', 'iso', Date.UTC(2024, 1, 29)],
    ['9999-12-31T23:59:59.999Z', 'iso', Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
    [String(eight), 'epoch ms', eight],
    [`${eight}.9`, 'epoch ms', eight],
    [String(eight / 1_000), 'epoch s', eight],
    [`${eight / 1_000}.123`, 'epoch s', eight + 123],
    ['946684800', 'epoch s', Date.UTC(2000, 0, 1)],
    ['2026.10.01_08.00.00', 'yyyy.mm.dd_hh.mm.ss', eight],
  ])('%j, written as %s, is %i', (text, written, expected) => {
    expect(readMoment(text, written)).toBe(expected);
  });

  test.each<[string, Written]>([
    ['2026-10-01', 'iso'],
    ['2026-02-30T08:00:00Z', 'iso'],
    ['2026-13-01T08:00:00Z', 'iso'],
    ['2026-10-01T25:00:00Z', 'iso'],
    ['2026-10-01T08:60:00Z', 'iso'],
    ['2026-10-01T08:00:00+99:99', 'iso'],
    ['2026-10-01T08:00Z', 'iso'],
    [String(eight), 'iso'],
    // Beyond the calendar: rows of it must not end the chunk.
    ['0000-01-01T00:00:00Z', 'iso'],
    ['0001-01-01T00:00:00+14:00', 'iso'],
    ['9999-12-31T23:59:59-05:00', 'iso'],
    ['9999999999999', 'epoch s'],
    [String(eight), 'epoch s'],
    ['12345678', 'epoch ms'],
    ['-1', 'epoch ms'],
    ['1e12', 'epoch ms'],
    ['', 'epoch s'],
    ['2026.02.30_08.00.00', 'yyyy.mm.dd_hh.mm.ss'],
    ['2026.10.01_24.30.00', 'yyyy.mm.dd_hh.mm.ss'],
    ['2026.10.01_8.00.00', 'yyyy.mm.dd_hh.mm.ss'],
    ['2026-10-01_08-00-00', 'yyyy.mm.dd_hh.mm.ss'],
  ])('%j is none that is written as %s', (text, written) => {
    expect(readMoment(text, written)).toBeUndefined();
  });
});
