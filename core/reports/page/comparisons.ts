import type { Table } from './rows';

/**
 * Why a report that compares days with those before has nothing to show: it has no line, or none with measurements of before.
 * Nothing where it has, and where the report compares nothing.
 */
const nothingToCompare = ({ columns, rows }: Table): string | undefined => {
  const [before, after] = ['count_before', 'count_after'].map((name) =>
    columns.findIndex((column) => column.name === name),
  ) as [number, number];
  if (before < 0 || after < 0 || !rows.every((row) => row[before] === 0)) return undefined;
  return 'No days before these have measurements of the same places: there is nothing to compare with yet.';
};

export { nothingToCompare };
