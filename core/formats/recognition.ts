import { AmbiguousFormat, MissingColumns, UnreadableUpload } from '../uploads/upload-errors';
import type { Format, Source } from './format-schema';
import { cleanText, normaliseName } from './names';

/** Where the columns of a format stand in a file: indexes by column; several where values are joined, or asked for in turn. */
type Columns = Readonly<Record<string, readonly number[]>>;

const lackedBy = (format: Format, names: ReadonlySet<string>): string[] =>
  format.recognise.filter((name) => !names.has(name));

const contains = (one: Format, other: Format): boolean => {
  const names = new Set(one.recognise);
  return one.recognise.length > other.recognise.length && other.recognise.every((name) => names.has(name));
};

const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, 30).map((name) => `"${name.slice(0, 40)}"`);
  return shown.join(', ') + (names.length > shown.length ? ` and ${names.length - shown.length} more` : '');
};

/** No name of a column is a number, a day or a time: where one is, a row stands in the header's place. */
const looksLikeValue = /^[+-]?[.,]?\d[\d\s.,:/_+\-TZEe]*(?:[AaPp]\.?[Mm]\.?)?$/;

/** What a header has; a row in its place is told of without its values, which are for its owner alone. */
const describeHeader = (header: readonly string[]): string =>
  header.some((name) => looksLikeValue.test(cleanText(name)))
    ? `Its first line looks like a row of ${header.length} columns.`
    : `Its header has ${listed(header)}.`;

const howToAdd =
  'Any other layout is added by one file: docs/formats.md says how, and `cellflow check FILE --format my.json` tries it.';

/** The header fits no format: names the nearest one and what it wants. */
const unknownLayout = (name: string, header: readonly string[], formats: readonly Format[]): MissingColumns => {
  const names = new Set(header.map(normaliseName));
  const [nearest] = formats
    .map((format) => ({ format, lacks: lackedBy(format, names) }))
    .toSorted((a, b) => a.lacks.length / a.format.recognise.length - b.lacks.length / b.format.recognise.length);
  const nothing = nearest === undefined || nearest.lacks.length === nearest.format.recognise.length;
  const found = describeHeader(header);
  if (nothing) {
    return new MissingColumns(
      `${name} is of no layout that is known. ${found} The first line has to name the columns. ${howToAdd}`,
    );
  }
  const { format, lacks } = nearest;
  return new MissingColumns(
    `${name} lacks the column${lacks.length > 1 ? 's' : ''} ${lacks.join(', ')} of the nearest layout, ${format.name} (${format.title}). ${found} ${howToAdd}`,
  );
};

/**
 * The format of a file, by the names in its header: the one that names most where one contains the other.
 *
 * @param name what to call the file in messages
 * @throws {@link MissingColumns} where none fits, {@link AmbiguousFormat} where several do
 */
const recogniseFormat = (name: string, header: readonly string[], formats: readonly Format[]): Format => {
  const names = new Set(header.map(normaliseName));
  const fitting = formats.filter((format) => lackedBy(format, names).length === 0);
  const best = fitting.filter((format) => !fitting.some((other) => contains(other, format)));
  const [format, second] = best;
  if (format === undefined) throw unknownLayout(name, header, formats);
  if (second === undefined) return format;
  throw new AmbiguousFormat(
    `${name} may be of the layouts ${best.map((one) => `${one.name} (${one.title})`).join(' and ')}. Say which: ` +
      `\`cellflow upload --format ${format.name}\`, or the object's metadata \`format\`.`,
  );
};

/** Finds names of a format in a header. */
class HeaderIndex {
  readonly #name: string;
  readonly #names: readonly string[];

  constructor(name: string, header: readonly string[]) {
    this.#name = name;
    this.#names = header.map(normaliseName);
  }

  /** Index of the first of the names that the header has. */
  find(from: string | readonly string[] | undefined): number | undefined {
    const wanted = from === undefined ? [] : typeof from === 'string' ? [from] : from;
    const [first, second] = wanted.map((name) => this.#all(name)).find((found) => found.length > 0) ?? [];
    if (first !== undefined && second !== undefined) {
      throw new UnreadableUpload(
        `${this.#name} has the column ${this.#names[first]} twice (columns ${first + 1} and ${second + 1}). Keep one of them.`,
      );
    }
    return first;
  }

  indexesOf({ from, else: others = [], join }: Source): readonly number[] | undefined {
    if (join === undefined) {
      const found = [from, ...others].map((one) => this.find(one)).filter((index) => index !== undefined);
      return found.length === 0 ? undefined : found;
    }
    const indexes = join.map((part) => this.find(part));
    return indexes.every((index) => index !== undefined) ? indexes : undefined;
  }

  #all(name: string): number[] {
    return this.#names.flatMap((other, index) => (other === name ? [index] : []));
  }
}

/**
 * Where the columns of a format stand in a file.
 *
 * @throws {@link MissingColumns} where time, place, or both signal and status are nowhere
 */
const bindColumns = (name: string, format: Format, header: readonly string[]): Columns => {
  const index = new HeaderIndex(name, header);
  const columns: Record<string, readonly number[]> = {};
  for (const [column, source] of Object.entries(format.columns)) {
    const found = index.indexesOf(source as Source);
    if (found !== undefined) columns[column] = found;
  }
  const { time } = format;
  for (const [column, from] of [
    ['moment', time.from],
    ['date', time.day],
    ['hour', time.hour],
    ['leaveOut', format.leaveOut?.from],
  ] as const) {
    const found = index.find(from);
    if (found !== undefined) columns[column] = [found];
  }
  const needed = ['lat', 'long', time.written === 'day and time' ? 'hour' : 'moment'].filter(
    (one) => !(one in columns),
  );
  const measured = ['signal', 'signal_dbm', 'status'].some((one) => one in columns);
  if (needed.length > 0 || !measured) {
    const lacks = [...needed, ...(measured ? [] : ['signal or status'])];
    throw new MissingColumns(
      `${name} lacks the column${lacks.length > 1 ? 's' : ''} ${lacks.join(', ')}. A measurement needs a time, a place, and a signal or a service status. ${describeHeader(header)}`,
    );
  }
  return columns;
};

export type { Columns };
export { bindColumns, recogniseFormat };
