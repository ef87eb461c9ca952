/** What a spreadsheet program takes for the beginning of a formula, in half and full width. */
const begins = '[=+\\-@\\t\\r＝＋－＠]';
const isNumber = '[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?';
const formula = new RegExp(`^${begins}`);
const number = new RegExp(`^${isNumber}$`, 'i');
const formulaWithin = new RegExp(`(?:^|[,\\n])(?!${isNumber}(?:[,\\n]|$))${begins}`, 'i');

/**
 * A cell that no spreadsheet program runs as a formula when a person opens the CSV: what begins like one gets an apostrophe
 * in front, unless it is a number.
 */
const guardCell = (value: string): string => (formula.test(value) && !number.test(value) ? `'${value}` : value);

/** Whether {@link guardCell} would change a cell of a CSV that has no quotes. */
const needsGuard = (plain: string): boolean => formulaWithin.test(plain);

/** The cell as it was before it was guarded. */
const unguardCell = (cell: string): string =>
  cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell;

export { guardCell, needsGuard, unguardCell };
