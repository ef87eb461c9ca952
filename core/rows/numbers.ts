/** The sign between whole and fraction in a file's numbers. */
type DecimalSign = '.' | ',';

/** What a spreadsheet may put between digits, and the minus sign of typesetters. */
const spaces = /(?<=\d)[\u0020\u00a0\u2009\u202f](?=\d{3}(?:\D|$))/g;
const minus = /^\u2212/;

const plain = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const withPoint = /^[+-]?\d{1,3}(?:,\d{3})+\.\d+$/;
const withComma = /^[+-]?\d{1,3}(?:\.\d{3})+,\d+$/;
const oneComma = /^[+-]?\d*,\d+$/;
const thousandsOnly = /^[+-]?[1-9]\d{0,2}(?:,\d{3}){2,}$/;
const pointThousandsOnly = /^[+-]?[1-9]\d{0,2}(?:\.\d{3}){2,}$/;
const threeDigits = /[.,]\d{3}$/;
const leadingZero = /^[+-]?0?[.,]/;

/**
 * A number as people and spreadsheets write it, in plain form; undefined where it is none, or could be two.
 *
 * @example
 * plainNumber('12,5', '.') // '12.5': a comma before one digit can only be a decimal one
 * plainNumber('1,234', '.') // undefined: 1.234, or 1234?
 */
const plainNumber = (text: string, decimal: DecimalSign): string | undefined => {
  if (decimal === '.' && plain.test(text)) return text;
  const tidy = text.replace(minus, '-').replace(spaces, '');
  if (withPoint.test(tidy) || thousandsOnly.test(tidy)) return tidy.replaceAll(',', '');
  if (withComma.test(tidy) || pointThousandsOnly.test(tidy)) return tidy.replaceAll('.', '').replace(',', '.');
  const mayBeThousands = threeDigits.test(tidy) && !leadingZero.test(tidy);
  if (oneComma.test(tidy)) return decimal === '.' && mayBeThousands ? undefined : tidy.replace(',', '.');
  if (!plain.test(tidy)) return undefined;
  return decimal === ',' && mayBeThousands ? undefined : tidy;
};

export type { DecimalSign };
export { plainNumber };
