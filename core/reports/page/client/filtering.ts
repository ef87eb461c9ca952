import { make, oncePerFrame } from './elements';
import { wordFilter } from './order';

/** Rows from which on a table is worth a filter. */
const fewestRows = 8;

const format = new Intl.NumberFormat('en').format;

/** A field that leaves those rows of a table that hold what is typed, over all columns; nothing for a short table. */
const makeFilter = (table: HTMLTableElement, name: string): HTMLElement[] => {
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  if (rows.length < fewestRows) return [];
  const input = make('input', { type: 'search', placeholder: 'Filter', autocomplete: 'off', spellcheck: 'false' });
  const label = make('label', {}, make('span', { class: 'unseen' }, `Filter ${name}`), input);
  const count = make('output');
  let texts: string[] | undefined;
  const apply = oncePerFrame(() => {
    // Cells apart, so that no word is found across two of them.
    texts ??= rows.map((row) =>
      [...row.cells]
        .map((cell) => cell.textContent)
        .join('\n')
        .toLowerCase(),
    );
    const fits = wordFilter(input.value);
    let shown = 0;
    for (const [place, row] of rows.entries()) {
      row.hidden = !fits(texts[place] ?? '');
      if (!row.hidden) shown += 1;
    }
    count.textContent =
      shown === rows.length ? '' : `${format(shown)} of ${format(rows.length)} rows: “${input.value.trim()}”`;
  });
  input.addEventListener('input', apply);
  return [label, count];
};

export { makeFilter };
