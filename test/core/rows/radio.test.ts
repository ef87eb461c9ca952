import { dbmFromAsu } from '../../../core/rows/radio';

test.each([
  ['0', '2G', '-113'],
  ['31', '2G', '-51'],
  ['32', '2G', ''],
  ['-1', '2G', ''],
  ['-5', '3G', '-121'],
  ['0', '3G', '-116'],
  ['91', '3G', '-25'],
  ['92', '3G', ''],
  ['0', '4G', '-140'],
  ['97', '4G', '-43'],
  ['98', '4G', ''],
  ['-1', '4G', ''],
  // Its ASU values are on no scale that all phones share.
  ['20', '5G', ''],
  ['20', '', ''],
  ['', '4G', ''],
])('by technology, %s of %s is %p dBm', (asu, technology, dbm) => {
  expect(dbmFromAsu(asu, technology, 'by technology')).toBe(dbm);
});

test.each([
  ['0', '4G', '-113'],
  ['31', '4G', '-51'],
  ['31', '3G', '-51'],
  ['31', '2G', '-51'],
  ['32', '4G', '-108'],
  ['97', '4G', '-43'],
  ['98', '4G', ''],
  ['32', '3G', ''],
  ['32', '2G', ''],
  ['-1', '3G', ''],
  ['20', '', ''],
  ['20', '5G', ''],
  ['', '4G', ''],
])("on GSM's scale up to 31, %s of %s is %p dBm", (asu, technology, dbm) => {
  expect(dbmFromAsu(asu, technology, 'gsm up to 31')).toBe(dbm);
});

test.each(['2G', '3G', '4G', ''])('without a scale nothing follows: %p', (technology) => {
  expect(dbmFromAsu('20', technology, undefined)).toBe('');
});

test.each(['toString', 'constructor'])('a technology that is a property of all objects is none: %s', (technology) => {
  expect(dbmFromAsu('20', technology, 'by technology')).toBe('');
});
