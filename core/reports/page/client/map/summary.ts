import type { JudgedTile } from '../../../map/choosing';
import { addCounts, noCounts } from '../../../map/counts';
import type { Kind } from '../../../map/judging';
import type { EntryData, MapData } from '../../map/data';
import { formatNumber } from '../../numbers';
import { make } from './elements';
import { tellCounts } from './told';

const kindTexts: Readonly<Record<Kind, string>> = {
  'with service': 'With service',
  'without service': 'Without service',
  'too few': 'Too few rows',
  'not measured': 'Not measured',
};

/**
 * What the part of the map that is seen holds: tiles and rows by kind, and what all rows say.
 *
 * @param entries - of these tiles and of the choice
 */
const tellView = (tiles: readonly JudgedTile[], entries: readonly EntryData[], data: MapData): Node[] => {
  const all = noCounts();
  const byKind = new Map<Kind, { tiles: number; rows: number }>();
  for (const { counts, verdict } of tiles) {
    addCounts(all, counts);
    const sum = byKind.get(verdict.kind) ?? { tiles: 0, rows: 0 };
    byKind.set(verdict.kind, { tiles: sum.tiles + 1, rows: sum.rows + counts.rows });
  }
  const title = make('h3', {}, 'In this view');
  if (all.rows === 0) return [title, make('p', {}, 'No rows of this choice lie here.')];
  const lines = (Object.keys(kindTexts) as Kind[]).flatMap((kind) => {
    const sum = byKind.get(kind);
    if (sum === undefined) return [];
    return make(
      'tr',
      {},
      make('th', { scope: 'row' }, kindTexts[kind]),
      make('td', {}, formatNumber(sum.tiles)),
      make('td', {}, kind === 'not measured' ? '\u2013' : formatNumber(sum.rows)),
    );
  });
  const head = make(
    'tr',
    {},
    make('td', {}),
    make('th', { scope: 'col' }, 'Tiles'),
    make('th', { scope: 'col' }, 'Rows'),
  );
  const table = make('table', {}, make('thead', {}, head), make('tbody', {}, ...lines));
  return [title, table, ...tellCounts(all, entries, data)];
};

export { tellView };
