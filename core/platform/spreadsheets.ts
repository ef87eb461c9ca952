/** What a spreadsheet program takes for the beginning of a formula, in half and full width. */
const formula = /^[=+\-@\t\r＝＋－＠]/;
const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * A cell that no spreadsheet program runs as a formula when a person opens the CSV: what begins like one gets an apostrophe
 * in front, unless it is a number.
 */
const guardCell = (value: string): string => (formula.test(value) && !number.test(value) ? `'${value}` : value);

/** The cell as it was before it was guarded. */
const unguardCell = (cell: string): string =>
  cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell;

export { guardCell, unguardCell };
