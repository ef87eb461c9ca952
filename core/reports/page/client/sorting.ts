import { make } from './elements';
import { type Direction, inOrder, keyOf, nextDirection } from './order';

/** The column by which a table is sorted. */
interface Sorted {
  column: number;
  direction: Direction;
}

const cellText = (row: HTMLTableRowElement, column: number): string => row.cells[column]?.textContent ?? '';

/** Puts the rows in order; without one, as they came. */
const arrange = (body: HTMLTableSectionElement, rows: readonly HTMLTableRowElement[], sorted?: Sorted): void => {
  if (sorted === undefined) {
    body.append(...rows);
    return;
  }
  const { column, direction } = sorted;
  const numeric = rows[0]?.cells[column]?.classList.contains('n') ?? false;
  const keys = rows.map((row) => keyOf(cellText(row, column), numeric));
  body.append(...inOrder(keys, direction).map((place) => rows[place] as HTMLTableRowElement));
};

const mark = (headings: readonly HTMLTableCellElement[], sorted?: Sorted): void => {
  for (const [column, heading] of headings.entries()) {
    if (sorted?.column === column) heading.setAttribute('aria-sort', sorted.direction);
    else heading.removeAttribute('aria-sort');
  }
};

/** Lets a table be sorted by each of its columns: up, down, and as it was. */
const setUpSorting = (table: HTMLTableElement): void => {
  const [body] = table.tBodies;
  const headings = [...(table.tHead?.rows[0]?.cells ?? [])];
  if (body === undefined) return;
  let rows: HTMLTableRowElement[] | undefined;
  let sorted: Sorted | undefined;
  for (const [column, heading] of headings.entries()) {
    const button = make(
      'button',
      { type: 'button', class: 'sort', title: 'Sort by this column' },
      ...heading.childNodes,
    );
    heading.append(button);
    button.addEventListener('click', () => {
      const direction = nextDirection(sorted?.column === column ? sorted.direction : undefined);
      sorted = direction && { column, direction };
      rows ??= [...body.rows];
      arrange(body, rows, sorted);
      mark(headings, sorted);
    });
  }
};

export { setUpSorting };
