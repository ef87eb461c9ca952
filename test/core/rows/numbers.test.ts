import fc from 'fast-check';
import { type DecimalSign, plainNumber } from '../../../core/rows/numbers';

/** Signs that nobody sees the difference of. */
const nbsp = '\u00a0';
const thin = '\u2009';
const narrow = '\u202f';
const minus = '\u2212';

describe('a number in a file of decimal points', () => {
  test.each([
    ['12', '12'],
    ['-12.50', '-12.50'],
    ['+3.', '+3.'],
    ['.5', '.5'],
    ['1e-05', '1e-05'],
    ['1.15E13', '1.15E13'],
    ['007', '007'],
    ['1234.567', '1234.567'],
    // A comma before other than three digits can only be a decimal one.
    ['12,5', '12.5'],
    ['41,40000', '41.40000'],
    ['-0,75', '-0.75'],
    [',5', '.5'],
    ['0,500', '0.500'],
    [',125', '.125'],
    // Both signs say which is which.
    ['1,234.5', '1234.5'],
    ['1.234,5', '1234.5'],
    ['-1,234,567.8', '-1234567.8'],
    // So do thousands that come again.
    ['1,234,567', '1234567'],
    ['1.234.567', '1234567'],
    [`1${nbsp}234`, '1234'],
    [`1${thin}234${thin}567`, '1234567'],
    [`1${narrow}234,5`, '1234.5'],
    ['1 234.5', '1234.5'],
    [`${minus}97`, '-97'],
    [`${minus}1${nbsp}234`, '-1234'],
  ])('%j is %s', (text, expected) => {
    expect(plainNumber(text, '.')).toBe(expected);
  });

  test.each([
    ['it could be two: a thousand, or one', '1,234'],
    ['the same with a sign', '-12,345'],
    ['nothing', ''],
    ['a unit', '12 m'],
    ['spaces between other than thousands', '12 5'],
    ['spaces between too many digits', `1${nbsp}2345`],
    ['thousands that are none', '1,23,456'],
    ['thousands with a nought in front', '0,123,456'],
    ['two decimal signs', '1.2.3'],
    ['two decimal commas', '1,2,3'],
    ['a word', 'NaN'],
    ['hexadecimal digits', '0x10'],
    ['a sign alone', '-'],
    ['a point alone', '.'],
    ['an exponent alone', 'e5'],
    ['a minus sign inside', `1${minus}2`],
    ['two signs', `${minus}-1`],
    ['infinity', 'Infinity'],
  ])('is none where there is %s: %j', (_, text) => {
    expect(plainNumber(text, '.')).toBeUndefined();
  });
});

describe('a number in a file of decimal commas', () => {
  test.each([
    ['12', '12'],
    ['12,5', '12.5'],
    ['41,400', '41.400'],
    ['1,234', '1.234'],
    ['1.234,5', '1234.5'],
    ['1,234.5', '1234.5'],
    ['1.234.567', '1234567'],
    ['1,234,567', '1234567'],
    [`1${nbsp}234,5`, '1234.5'],
    [`${minus}12,5`, '-12.5'],
    // A point before other than three digits can only be a decimal one.
    ['12.5', '12.5'],
    ['0.125', '0.125'],
    ['4.0', '4.0'],
    ['1e-05', '1e-05'],
  ])('%j is %s', (text, expected) => {
    expect(plainNumber(text, ',')).toBe(expected);
  });

  test.each(['1.234', '-41.400', '12,5,5', 'x', ''])('%j is none, or could be two', (text) => {
    expect(plainNumber(text, ',')).toBeUndefined();
  });
});

test('what a computer writes is read as it stands', () => {
  const number = fc.double({ noDefaultInfinity: true, noNaN: true }).map(String);
  fc.assert(
    fc.property(number, (text) => {
      expect(plainNumber(text, '.')).toBe(text);
    }),
  );
});

test('a number in groups of thousands is the same number, or none', () => {
  const signs = fc.constantFrom<[DecimalSign, string, string]>(
    ['.', ',', '.'],
    ['.', nbsp, '.'],
    ['.', narrow, ','],
    [',', '.', ','],
    [',', ' ', ','],
  );
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(99_999), signs, (whole, fraction, [sign, group, point]) => {
      const digits = String(fraction).padStart(5, '0');
      const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, group);

      const read = plainNumber(`${grouped}${point}${digits}`, sign);

      expect(Number(read)).toBe(Number(`${whole}.${digits}`));
    }),
  );
});
