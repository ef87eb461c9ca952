import { dayInKey, dayOf, daysInName, dayWindow, isDay } from '../../../core/uploads/days';

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
  ['drive_2026-11-01_2026-11-07.csv', ['2026-11-01', '2026-11-07']],
  ['2026-11-01/logs_2026-11-07.csv', ['2026-11-07']],
  ['2026-11-07_2026-11-07.csv', ['2026-11-07']],
  ['2026-11-07_2026-11-31.csv', ['2026-11-07']],
  ['day=2026-11-07/logs.csv', []],
  ['', []],
])('the name of the key %p holds the days %p', (key, days) => {
  expect(daysInName(key)).toEqual(days);
});

test.each([
  ['2026-02-01', '2000-01-01', 1, { first: '2000-01-01', last: '2026-02-02' }],
  ['2024-02-28', '2023-02-28', 1, { first: '2023-02-28', last: '2024-02-29' }],
  ['2026-12-31', '2026-12-31', 0, { first: '2026-12-31', last: '2026-12-31' }],
  ['2026-12-31', '1970-01-01', 366, { first: '1970-01-01', last: '2028-01-01' }],
])(
  'rows received on %s may carry days from %s to so many days ahead: %i',
  (received, earliestDay, futureDays, expected) => {
    expect(dayWindow(received, { earliestDay, futureDays })).toEqual(expected);
  },
);

test('the day of a moment is the UTC day', () => {
  expect(dayOf('2026-01-01T23:30:00-02:00')).toBe('2026-01-02');
});
