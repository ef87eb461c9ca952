import { type AsuScale, type Choice, chooseTiles, type JudgedTile, scaleOf } from '../../../map/choosing';
import { decodeEntries, type EntryData, entriesIn, type MapData } from '../../map/data';
import { Levels } from '../../map/levels';
import { unitText } from '../../map/looks';
import { make } from './elements';
import { tellLegend } from './legend';
import { RegionMap } from './region';
import { tellView } from './summary';
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

const hintText = 'Point at a tile to read what it holds. Choose an operator to see where it alone has no service.';

const keysText =
  'Arrow keys go from tile to tile, with Shift they move the map. +, \u2212 and 0 zoom, as does the wheel once the map is clicked. Tiles get smaller further in.';

/** Does something once before the next picture, however often it is asked for. */
const once = (act: () => void): (() => void) => {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      act();
    });
  };
};

const setUpMap = (figure: HTMLElement): void => {
  const text = figure.querySelector('script.map-data')?.textContent;
  const panels = [...figure.querySelectorAll<HTMLElement>('.map-region')];
  const frame = figure.querySelector('.map-regions');
  if (!text || frame === null || panels.length === 0) return;
  const data = JSON.parse(text) as MapData;
  const entries = decodeEntries(data);
  const hint = make('p', { class: 'soft', id: `${figure.id}-hint` }, hintText);
  const keys = make('p', { class: 'map-keys', id: `${figure.id}-keys` }, keysText);
  const told = make('div', { class: 'map-told', role: 'status', 'aria-label': 'What the tile holds' }, hint);
  const summary = make('div', { class: 'map-summary' });
  const side = make('div', { class: 'map-side' }, summary, told);

  const choiceNow = (): Choice => ({ operator: operator.chosen(), technology: technology.chosen() });
  const chosenOf = (all: readonly EntryData[]): EntryData[] => {
    const choice = choiceNow();
    return all.filter(
      (entry) =>
        (choice.operator === undefined || entry.operator === choice.operator) &&
        (choice.technology === undefined || entry.technology === choice.technology),
    );
  };
  const tell = (tile: JudgedTile | undefined): void => {
    hint.hidden = tile !== undefined;
    side.classList.toggle('telling', tile !== undefined);
    if (tile === undefined) {
      told.replaceChildren(hint);
      return;
    }
    const lines = chosenOf(entries.filter((entry) => entry.tile.startsWith(tile.quadkey)));
    // The description of the map stays where the map can find it.
    told.replaceChildren(...tellTile(tile, lines, data), hint);
  };
  const regions = panels.map((panel, index) => {
    const region = data.regions[index];
    if (region === undefined) throw new Error('The map has no data of a region.');
    const own = entriesIn(entries, region);
    const levels = new Levels({ ...data, entries: own }, data.fewestRows);
    const listener = { onTile: tell, onView: () => refresh() };
    return { entries: own, map: new RegionMap(panel, region, levels, `${hint.id} ${keys.id}`, listener) };
  });
  let scale: AsuScale | undefined;
  const write = (name: string, written: string): void => {
    const element = figure.querySelector(name);
    if (element !== null && element.textContent !== written) element.textContent = written;
  };
  const refresh = once(() => {
    const shown = regions[region?.chosen() ?? 0];
    if (shown === undefined) return;
    tellLegend(figure, shown.map.tiles, scale);
    write('.map-width', ` of about ${shown.map.tileWidth}`);
    const seen = shown.map.seen;
    const quadkeys = new Set(seen.map(({ quadkey }) => quadkey));
    const zoom = seen[0]?.quadkey.length ?? 0;
    const lines = chosenOf(shown.entries.filter(({ tile }) => quadkeys.has(tile.slice(0, zoom))));
    summary.replaceChildren(...tellView(seen, lines, data));
  });

  const choose = (): void => {
    const choice = choiceNow();
    scale = scaleOf({ ...data, entries }, choice);
    write('.map-unit', scale === undefined ? '' : unitText);
    write('.map-choice', choiceText(data, choice));
    for (const element of figure.querySelectorAll<HTMLElement>('.map-asu, .map-by-asu')) {
      element.hidden = scale === undefined;
    }
    for (const { entries: own, map } of regions) {
      const source = { ...data, entries: own };
      map.fill({ at: (zoom) => chooseTiles(source, choice, data.fewestRows, zoom), scale });
    }
  };
  const show = (): void => {
    const shown = region?.chosen() ?? 0;
    for (const [index, { map }] of regions.entries()) map.element.hidden = index !== shown;
    tell(undefined);
    refresh();
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
  figure.classList.add('live');
  frame.before(tools);
  const body = make('div', { class: 'map-body' });
  frame.replaceWith(body);
  frame.append(keys);
  body.append(frame, side);
  show();
  choose();
};

/** Makes each map of the page one to choose in, to move around in and to read. */
const setUpMaps = (root: Document): void => {
  for (const figure of root.querySelectorAll<HTMLElement>('figure.map')) setUpMap(figure);
};

export { setUpMaps };
