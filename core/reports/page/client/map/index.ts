import { type Choice, chooseTiles, type JudgedTile, lookOf } from '../../../map/choosing';
import { decodeEntries, type EntryData, type MapData, type RegionData } from '../../map/data';
import { formatNumber } from '../../numbers';
import { make } from './elements';
import { RegionMap } from './region';
import { tellTile } from './told';

/** A list to choose from; its first entry is all. */
const chooser = (label: string, names: readonly string[], change: () => void, all?: string) => {
  const options = names.map((name, place) => make('option', { value: place }, name));
  const select = make('select', {}, ...(all === undefined ? [] : [make('option', { value: '' }, all)]), ...options);
  select.addEventListener('change', change);
  return {
    element: make('label', {}, label, select),
    chosen: () => (select.value === '' ? undefined : Number(select.value)),
  };
};

const named = (names: readonly string[]): string[] => names.map((name) => (name === 'unknown' ? 'Unknown' : name));

/** What is chosen, in words. */
const choiceText = ({ operators, technologies }: MapData, { operator, technology }: Choice): string => {
  if (operator === undefined && technology === undefined) return 'all operators and technologies';
  const [one, other] = [named(operators)[operator ?? -1], named(technologies)[technology ?? -1]];
  return `${one ?? 'all operators'}, ${other ?? 'all technologies'}`;
};

const isIn = ({ x, y }: JudgedTile, { origin, box }: RegionData): boolean => {
  const [right, down] = [x - origin[0], y - origin[1]];
  return right >= box[0] - 1 && right <= box[2] && down >= box[1] - 1 && down <= box[3];
};

/** Entries by tile: what a tile holds is read from them. */
const byTile = (entries: readonly EntryData[]): Map<string, EntryData[]> => {
  const found = new Map<string, EntryData[]>();
  for (const entry of entries) {
    const others = found.get(entry.tile);
    if (others === undefined) found.set(entry.tile, [entry]);
    else others.push(entry);
  }
  return found;
};

const hintText =
  'Point at a tile to read what it holds. Choose an operator to see where it alone has no service. Arrow keys go from tile to tile, with Shift they move the map; plus, minus and 0 zoom. The wheel zooms once the map is clicked.';

const setUpMap = (figure: HTMLElement): void => {
  const text = figure.querySelector('script.map-data')?.textContent;
  const panels = [...figure.querySelectorAll<HTMLElement>('.map-region')];
  const frame = figure.querySelector('.map-regions');
  if (!text || frame === null || panels.length === 0) return;
  const data = JSON.parse(text) as MapData;
  const entries = decodeEntries(data);
  const inTile = byTile(entries);
  const hint = make('p', { class: 'soft', id: `${figure.id}-hint` }, hintText);
  const told = make('div', { class: 'map-told', role: 'status', 'aria-label': 'What the tile holds' }, hint);

  const choiceNow = (): Choice => ({ operator: operator.chosen(), technology: technology.chosen() });
  const tell = (tile: JudgedTile | undefined): void => {
    hint.hidden = tile !== undefined;
    if (tile === undefined) {
      told.replaceChildren(hint);
      return;
    }
    const choice = choiceNow();
    const lines = (inTile.get(tile.quadkey) ?? []).filter(
      (entry) =>
        (choice.operator === undefined || entry.operator === choice.operator) &&
        (choice.technology === undefined || entry.technology === choice.technology),
    );
    // The description of the map stays where the map can find it.
    told.replaceChildren(...tellTile(tile, lines, data), hint);
  };
  const regions = panels.map((panel, index) => {
    const region = data.regions[index];
    if (region === undefined) throw new Error('The map has no data of a region.');
    return new RegionMap(panel, region, data.zoom, hint.id, tell);
  });

  const choose = (): void => {
    const tiles = chooseTiles({ ...data, entries }, choiceNow(), data.fewestRows);
    const counts = new Map<string, number>();
    for (const tile of tiles) {
      const look = lookOf(tile.verdict);
      counts.set(look, (counts.get(look) ?? 0) + 1);
    }
    for (const item of figure.querySelectorAll<HTMLElement>('.map-legend [data-look]')) {
      const count = counts.get(item.dataset.look ?? '') ?? 0;
      item.hidden = count === 0;
      const number = item.querySelector('.map-count');
      if (number !== null) number.textContent = formatNumber(count);
    }
    const caption = figure.querySelector('.map-choice');
    if (caption !== null) caption.textContent = choiceText(data, choiceNow());
    for (const group of figure.querySelectorAll<HTMLElement>('.map-legend > li')) {
      group.hidden = group.querySelector('[data-look]:not([hidden])') === null;
    }
    for (const [index, map] of regions.entries()) {
      map.fill(tiles.filter((tile) => isIn(tile, data.regions[index] as RegionData)));
    }
  };
  const show = (): void => {
    const shown = region?.chosen() ?? 0;
    for (const [index, { element }] of regions.entries()) element.hidden = index !== shown;
    tell(undefined);
  };

  const operator = chooser('Operator', named(data.operators), choose, 'All operators');
  const technology = chooser('Technology', named(data.technologies), choose, 'All technologies');
  const region =
    regions.length > 1
      ? chooser(
          'Region',
          data.regions.map(({ name }) => name),
          show,
        )
      : undefined;
  const tools = make('div', { class: 'map-tools' }, operator.element, technology.element);
  if (region !== undefined) tools.append(region.element);
  frame.before(tools);
  const body = make('div', { class: 'map-body' });
  frame.replaceWith(body);
  body.append(frame, told);
  show();
  choose();
};

/** Makes each map of the page one to choose in, to move around in and to read. */
const setUpMaps = (root: Document): void => {
  for (const figure of root.querySelectorAll<HTMLElement>('figure.map')) setUpMap(figure);
};

export { setUpMaps };
