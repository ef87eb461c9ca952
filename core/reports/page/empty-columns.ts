import { fullHeading, type ReportColumn } from './columns';
import { type Html, html } from './html';
import type { Value } from './numbers';
import type { Table } from './rows';

/** Counts and shares of a class of coverage: they are of rows with dBm. */
const coverage = /^(?:count|share)_(?:very_good|good|weak|none)$/;

/** What a column of counts counts: `dbm` of `count_dbm`, and of classes, which are of what has dBm. */
const subjectOf = (name: string): string => (coverage.test(name) ? 'dbm' : name.slice('count_'.length));

const isCount = ({ name }: ReportColumn): boolean => name.startsWith('count_');

/** Whether a column tells of what another counts: `median_signal_dbm` of `dbm`. */
const tellsOf = ({ name }: ReportColumn, subject: string): boolean =>
  subjectOf(name) === subject || `_${name}_`.includes(`_${subject}_`) || (subject === 'dbm' && coverage.test(name));

/** Columns of a table that hold nothing. A count of 0 is a value, but not where all else about what it counts is missing. */
const emptyColumns = (columns: readonly ReportColumn[], rows: readonly (readonly Value[])[]): Set<ReportColumn> => {
  const all = (column: ReportColumn, test: (value: Value) => boolean) => {
    const index = columns.indexOf(column);
    return rows.every((row) => test(row[index] ?? null));
  };
  const missing = new Set(columns.filter((column) => all(column, (value) => value === null)));
  const zero = new Set(columns.filter((column) => isCount(column) && all(column, (value) => !value)));
  const isNothing = (column: ReportColumn): boolean => {
    const siblings = columns.filter((one) => one !== column && tellsOf(one, subjectOf(column.name)));
    return siblings.some((one) => missing.has(one)) && siblings.every((one) => missing.has(one) || zero.has(one));
  };
  return new Set(columns.filter((column) => missing.has(column) || (zero.has(column) && isNothing(column))));
};

/**
 * A table without its columns that hold nothing, and the headings of those. The first column, which names the rows, and the one
 * that says of how many measurements they speak stay.
 */
const withoutEmpty = (table: Table, rowsColumn: string | undefined): { table: Table; left: string[] } => {
  const empty = emptyColumns(table.columns, table.rows);
  const places = [...table.columns.keys()].filter((index) => {
    const column = table.columns[index] as ReportColumn;
    return index === 0 || column.name === rowsColumn || !empty.has(column);
  });
  const chosen = <Item>(items: readonly Item[]): Item[] => places.map((place) => items[place] as Item);
  return {
    table: { ...table, columns: chosen(table.columns), rows: table.rows.map(chosen) },
    left: table.columns.filter((_, index) => !places.includes(index)).map(fullHeading),
  };
};

const renderLeft = (left: readonly string[]): Html | undefined =>
  left.length === 0
    ? undefined
    : html`<p class="more">Without values: ${left.join(', ')}; the CSV has ${left.length === 1 ? 'it' : 'them'}.</p>`;

export { renderLeft, withoutEmpty };
