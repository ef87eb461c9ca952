import { type Column, rowColumns, unknownWords } from '../../contract';
import type { Source } from '../formats/format-schema';
import { cleanText } from '../formats/names';
import { type DecimalSign, plainNumber } from './numbers';

/** Why a value is not what its column says. */
interface Fault {
  rule: string;
  /** In plain words. */
  reason: string;
}

/** A value in canonical form, empty where it is unknown, or what is wrong with it. */
type ReadValue = (text: string) => string | Fault;

const wholeWithFraction = /^(-?\d+)[.,]0+$/;
const plainDecimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const questionMarks = /^\?+$/;
const allDigits = /^\d+$/;

const rounded = (value: number): number => Number(value.toFixed(9));

const decimal = (
  name: string,
  { min, max, unit }: { min: number; max: number; unit: string },
  sign: DecimalSign,
  times: number,
): ReadValue => {
  const example = sign === ',' ? 'with a comma for decimals' : 'with a point for decimals';
  const notNumber = { rule: 'number', reason: `${name} must be a number, ${example}` };
  const outside = { rule: 'range', reason: `${name} must be from ${min} to ${max} ${unit}` };
  return (text) => {
    const number = plainNumber(text, sign);
    if (number === undefined) return notNumber;
    const value = times === 1 ? Number(number) : rounded(Number(number) * times);
    if (!(value >= min && value <= max)) return outside;
    return times === 1 && plainDecimal.test(number) ? number : String(value);
  };
};

const whole = (name: string, read: ReadValue): ReadValue => {
  const broken = { rule: 'integer', reason: `${name} must be a whole number` };
  return (text) => {
    const number = read(text);
    if (typeof number !== 'string') return number;
    const value = Number(number);
    return Number.isInteger(value) ? String(value === 0 ? 0 : value) : broken;
  };
};

const oneOf = (name: string, choices: readonly string[]): ReadValue => {
  const known = new Map(choices.map((choice) => [choice.toLowerCase(), choice]));
  const broken = { rule: 'choice', reason: `${name} must be one of ${choices.join(', ')}` };
  return (text) => known.get(text.toLowerCase()) ?? broken;
};

/** Spreadsheets and pandas write a code that they took for a number as `8001.0`, and drop a nought at its front. */
const codeOf =
  (digits: number | undefined): ReadValue =>
  (text) => {
    const code = text.replace(wholeWithFraction, '$1');
    return digits !== undefined && code.length === digits - 1 && allDigits.test(code) ? `0${code}` : code;
  };

/** Reads a value that is there. */
const readerOf = ({ name, rule }: Column, { times = 1, digits }: Source, sign: DecimalSign): ReadValue => {
  switch (rule.kind) {
    case 'decimal':
      return decimal(name, rule, sign, times);
    case 'whole':
      return whole(name, decimal(name, rule, sign, times));
    case 'choice':
      return oneOf(name, rule.of);
    case 'code':
      return codeOf(digits);
    case 'text':
      return rule.case === 'lower' ? (text) => text.toLowerCase() : (text) => text;
    default:
      throw new Error(`No format reads the column ${name}.`);
  }
};

const byName: ReadonlyMap<string, Column> = new Map(rowColumns.map((column) => [column.name, column]));

/** A column of a canonical row. */
const rowColumn = (name: string): Column => {
  const column = byName.get(name);
  if (column === undefined) throw new Error(`The contract has no column ${name}.`);
  return column;
};

const everUnknown: ReadonlySet<string> = new Set(unknownWords);

/** Whether a text, in lower case, says that nothing is known. */
const isUnknown = (text: string): boolean => text === '' || everUnknown.has(text) || questionMarks.test(text);

/** Whether a text is a value of this column, where other things stand in its place too. */
const belongs = ({ only, words = {} }: Source, sign: DecimalSign): ((text: string) => boolean) => {
  if (only === undefined) return () => true;
  const { from = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY } = only;
  return (text) => {
    if (only.words && !(text.toLowerCase() in words)) return false;
    const number = Number(plainNumber(text, sign) ?? Number.NaN);
    return !(number < from || number >= below);
  };
};

const [zero, point, minus] = [0x30, 0x2e, 0x2d];

const isDigit = (code: number): boolean => code >= zero && code <= zero + 9;

/** The whole part of a plain decimal without its sign; none for any other text. */
const wholePart = (text: string): number | undefined => {
  const start = text.charCodeAt(0) === minus ? 1 : 0;
  let whole = 0;
  let end = start;
  for (let code = text.charCodeAt(end); isDigit(code); code = text.charCodeAt(end)) {
    whole = whole * 10 + code - zero;
    end += 1;
  }
  if (end === start || (end - start > 1 && text.charCodeAt(start) === zero)) return undefined;
  if (end === text.length) return whole;
  const fraction = end + 1;
  if (text.charCodeAt(end) !== point || fraction === text.length) return undefined;
  for (end = fraction; isDigit(text.charCodeAt(end)); ) end += 1;
  return end === text.length ? whole : undefined;
};

/** Numbers from 0 whose whole part is below `above`, and negative ones whose whole part is below `below`, are surely in a range. */
interface Bounds {
  above: number;
  below: number;
}

/** Whether a text is a number in plain decimals that is surely within some bounds: most places are, and no number is made of them. */
const plainWithin =
  ({ above, below }: Bounds): ((text: string) => boolean) =>
  (text) => {
    const whole = wholePart(text);
    return whole !== undefined && whole < (text.charCodeAt(0) === minus ? below : above);
  };

const unknownTexts = (column: Column, source: Source): ReadonlySet<string> =>
  new Set([...(column.unknown ?? []), ...(source.unknown ?? [])].map((text) => text.toLowerCase()));

const wordsOf = (column: Column, source: Source): ReadonlyMap<string, string> =>
  new Map(Object.entries({ ...column.words, ...source.words }));

/** Bounds of the numbers of a column that are canonical as they stand; undefined where a number may be something else. */
const plainBounds = (column: Column, source: Source, sign: DecimalSign): Bounds | undefined => {
  const { rule } = column;
  const { times = 1, only } = source;
  if (rule.kind !== 'decimal' || times !== 1 || only !== undefined || sign !== '.') return undefined;
  if (unknownTexts(column, source).size + wordsOf(column, source).size > 0) return undefined;
  return { above: rule.min <= 0 ? rule.max : 0, below: rule.max >= 0 ? -rule.min : 0 };
};

/** Reads any value of a column as a format writes it: unknown, a word that stands for one, or the value itself. */
const valueReader = (column: Column, source: Source, sign: DecimalSign): ReadValue => {
  const unknown = unknownTexts(column, source);
  const words = wordsOf(column, source);
  const read = readerOf(column, source, sign);
  const isOwn = belongs(source, sign);
  const bounds = plainBounds(column, source, sign);
  const readAny: ReadValue = (field) => {
    const text = cleanText(field);
    const lower = text.toLowerCase();
    if (isUnknown(lower)) return '';
    // A spreadsheet writes 99 as 99.0.
    if (unknown.size > 0 && unknown.has(lower.replace(wholeWithFraction, '$1'))) return '';
    return isOwn(text) ? read(words.get(lower) ?? text) : '';
  };
  if (bounds === undefined) return readAny;
  const isPlain = plainWithin(bounds);
  return (field) => (isPlain(field) ? field : readAny(field));
};

/** Longer texts hardly repeat. */
const longestRemembered = 24;
const mostRemembered = 10_000;

/** The engine keeps a text as a view of the whole block that it was cut from, so that a few would keep much: this is one of its own. */
const ownCopy = (text: string): string => Buffer.from(text).toString();

/** Values repeat, so each is looked at once. Emptied before a file without repetition fills the memory. */
const remember = <Value>(read: (text: string) => Value): ((text: string) => Value) => {
  const known = new Map<string, Value>();
  return (text) => {
    if (text.length > longestRemembered) return read(text);
    let value = known.get(text);
    if (value === undefined) {
      if (known.size >= mostRemembered) known.clear();
      const own = ownCopy(text);
      value = read(own);
      known.set(own, value);
    }
    return value;
  };
};

export type { Bounds, Fault, ReadValue };
export { isUnknown, plainBounds, remember, rowColumn, valueReader };
