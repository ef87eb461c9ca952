/** What a workbook holds at most, so that it is made in a minute and opens on a laptop; the CSV files hold all. */
const most = {
  /** Rows of a report; Excel's own limit is 1,048,576 of a sheet. */
  rows: 20_000,
  /** Columns of a sheet, which is Excel's own limit. */
  columns: 16_384,
  /** Cells of all reports together. */
  cells: 2_000_000,
  /** Characters of all texts together: cells may hold much. */
  characters: 50_000_000,
};

interface Size {
  rows: number;
  columns: number;
}

/** Rows that each report may have here: as many for all, so that the small ones are whole where the large ones are too much. */
const rowLimit = (sizes: readonly Size[], cells = most.cells): number => {
  const cellsWith = (limit: number) =>
    sizes.reduce((sum, { rows, columns }) => sum + Math.min(rows, limit) * columns, 0);
  let [enough, tooMany] = [0, most.rows + 1];
  while (tooMany - enough > 1) {
    const limit = Math.floor((enough + tooMany) / 2);
    if (cellsWith(limit) <= cells) enough = limit;
    else tooMany = limit;
  }
  return enough;
};

/** Counts down the characters that are left. */
class Allowance {
  #left: number;

  constructor(characters = most.characters) {
    this.#left = characters;
  }

  /** Whether there were as many left. */
  take(characters: number): boolean {
    this.#left -= characters;
    return this.#left >= 0;
  }
}

export type { Size };
export { Allowance, most, rowLimit };
