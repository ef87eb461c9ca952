import { dayInKey, dayOf, dayWindow, isDay } from '../../../core/uploads/days';

test.each([
  ['2024-02-29', true],
  ['2025-02-29', false],
  ['2025-04-31', false],
  ['2025-13-01', false],
  ['2025-00-10', false],
  ['2025-1-1', false],
  ['20250101', false],
  ['', false],
])('%p is a day: %p', (text, expected) => {
  expect(isDay(text)).toBe(expected);
});

test.each([
  ['logs-2025-03-04.csv', '2025-03-04'],
  ['2025-01-01/logs_2025-03-04.csv', '2025-03-04'],
  ['day=2025-01-01/logs.csv', '2025-01-01'],
  ['2025-01-01/logs-2025-02-31.csv', '2025-01-01'],
  ['logs-12025-01-011.csv', undefined],
  ['logs.csv', undefined],
])('the key %p names the day %p', (key, expected) => {
  expect(dayInKey(key)).toBe(expected);
});

test.each([
  ['2026-02-01', 10, 1, { first: '2016-02-01', last: '2026-02-02' }],
  ['2024-02-29', 1, 1, { first: '2023-02-29', last: '2024-03-01' }],
  ['2026-12-31', 0, 0, { first: '2026-12-31', last: '2026-12-31' }],
  ['2026-12-31', 9_999, 1, { first: '0000-12-31', last: '2027-01-01' }],
])(
  'rows received on %s may carry days from %i years ago to %i days ahead',
  (received, pastYears, futureDays, expected) => {
    expect(dayWindow(received, { pastYears, futureDays })).toEqual(expected);
  },
);

test('the day of a moment is the UTC day', () => {
  expect(dayOf('2026-01-01T23:30:00-02:00')).toBe('2026-01-02');
});
