import { bar, plural, printable, seconds } from '../../cli/format';

test.each([
  [3.21, '3.2 s'],
  [59.99, '60.0 s'],
  [61, '1 min 01 s'],
  [3_725, '1 h 02 min'],
])('%d seconds read as %s', (value, text) => {
  expect(seconds(value)).toBe(text);
});

test.each([
  [0, 10, '░░░░'],
  [5, 10, '██░░'],
  [12, 10, '████'],
  [0, 0, '████'],
])('a bar of %d of %d', (done, total, text) => {
  expect(bar(done, total, 4)).toBe(text);
});

test('counts are grouped and worded', () => {
  expect([plural(1, 'row'), plural(1_000, 'row')]).toEqual(['1 row', '1,000 rows']);
});

test('a file name cannot drive the terminal', () => {
  expect(printable('a\u001b[2Jb\u0007.csv')).toBe('a\ufffd[2Jb\ufffd.csv');
});
