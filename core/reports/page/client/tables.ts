import { makeColumnsHint } from './columns';
import { make } from './elements';
import { makeFilter } from './filtering';
import { setUpSorting } from './sorting';

/** Lets the tables of reports be sorted and filtered, and tells of columns that are out of sight. */
const setUpTables = (page: Document): void => {
  for (const frame of page.querySelectorAll<HTMLElement>('.table')) {
    const table = frame.querySelector('table');
    if (table === null) continue;
    setUpSorting(table);
    const name = frame.getAttribute('aria-label') ?? 'the table';
    frame.before(make('div', { class: 'tools' }, ...makeFilter(table, name), makeColumnsHint(frame)));
  }
};

export { setUpTables };
