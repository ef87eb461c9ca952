import type { Column } from '../result-columns';

type Kind = 'integer' | 'decimal' | 'hour' | 'identifier' | 'text';

/** A column of a report as people see it. */
interface ReportColumn {
  name: string;
  kind: Kind;
  heading: string;
  unit?: string;
}

const integers = /^(?:tiny|small|big|huge|u)?int(?:eger)?\b|^(?:tinyint|smallint|bigint|hugeint)/;
const decimals = /^(?:double|float|real|decimal|numeric)/;

/** Suffix of a column's name that says its unit once more. */
const unitSuffixes = new Map([
  ['km/h', 'kmh'],
  ['°', 'deg'],
  ['%', 'pct'],
  ['Mbit/s', 'mbps'],
]);

const words = new Map(
  Object.entries({
    asu: 'ASU',
    db: 'dB',
    csv: 'CSV',
    mbps: 'Mbit/s',
    rsrp: 'RSRP',
    rsrq: 'RSRQ',
    sinr: 'SINR',
    dbm: 'dBm',
    gps: 'GPS',
    id: 'ID',
    kmh: 'km/h',
    max: 'highest',
    min: 'lowest',
    avg: 'average',
  }),
);

/** Columns whose name says too little by itself. */
const plainNames = new Map([
  ['count_dbm', 'Rows with dBm'],
  ['count_asu', 'Rows with ASU'],
]);

/** A column's name in words: `median_signal_asu` in ASU is "Median signal", `count_rows` is "Rows". */
const heading = (name: string, unit?: string): string => {
  const known = plainNames.get(name);
  if (known !== undefined) return known;
  const suffix = unit && `_${unitSuffixes.get(unit) ?? unit.toLowerCase()}`;
  const isShort = suffix !== undefined && suffix.length < 6;
  const bare = isShort && name.toLowerCase().endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  const text = bare
    .replace(/^count_(?=.)/, '')
    .split('_')
    .filter(Boolean)
    .map((word) => words.get(word) ?? word)
    .join(' ');
  // A unit keeps its letters as they are.
  return text === '' ? name : text.replace(/^\p{Ll}(?!\p{Lu})/u, (letter) => letter.toUpperCase());
};

const kindOf = ({ name, type }: Column): Kind => {
  const lower = type.toLowerCase();
  if (integers.test(lower)) {
    if (/(?:^|_)hour$/.test(name)) return 'hour';
    return /(?:^|_)(?:id|code|year)$/.test(name) ? 'identifier' : 'integer';
  }
  return decimals.test(lower) ? 'decimal' : 'text';
};

const reportColumns = (columns: readonly Column[], units: Readonly<Record<string, string>>): ReportColumn[] =>
  columns.map((column) => {
    const unit = Object.hasOwn(units, column.name) ? units[column.name] : undefined;
    const named = heading(column.name, unit);
    // "Average satellites" says its unit itself.
    const said = unit === undefined || named.toLowerCase().endsWith(` ${unit.toLowerCase()}`);
    return { name: column.name, kind: kindOf(column), heading: named, unit: said ? undefined : unit };
  });

const isNumeric = ({ kind }: ReportColumn): boolean => kind !== 'text';

/** Heading with its unit in brackets, for places that have no room to set it apart. */
const fullHeading = ({ heading, unit }: ReportColumn): string => (unit ? `${heading} (${unit})` : heading);

export type { Kind, ReportColumn };
export { fullHeading, heading, isNumeric, reportColumns };
