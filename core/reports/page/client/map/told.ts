import type { JudgedTile } from '../../../map/choosing';
import { addCounts, type Counts, noCounts } from '../../../map/counts';
import { knownOf, sumOf } from '../../../map/judging';
import { latitudeOf, longitudeOf } from '../../../map/quadkeys';
import type { EntryData, MapData } from '../../map/data';
import { formatNumber, formatShare, plural } from '../../numbers';
import { make } from './elements';

const thin = '\u202f';

const degrees = (value: number, positive: string, negative: string): string =>
  `${formatNumber(Math.abs(value), 4)}°${thin}${value < 0 ? negative : positive}`;

/** The middle of a tile in degrees. */
const middleOf = ({ x, y }: Pick<JudgedTile, 'x' | 'y'>, zoom: number) => ({
  latitude: latitudeOf(y + 0.5, zoom),
  longitude: longitudeOf(x + 0.5, zoom),
});

const classTexts = ['Very good', 'Good', 'Weak', 'Below any class'];

/** What a tile is, in a few words. */
const headline = ({ verdict: { kind, without, coverage } }: JudgedTile): string => {
  if (kind === 'not measured') return 'Not measured';
  if (kind === 'too few') return 'Too few rows to tell';
  if (kind === 'without service')
    return without === 'emergency calls only' ? 'Without service: emergency calls only' : 'Without service';
  if (coverage === undefined) return 'With service, signal unknown';
  return coverage === 'none' ? 'With service, signal below any class' : `With service, ${coverage} signal`;
};

const serviceOf = (counts: Counts): string[] => {
  const known = knownOf(counts);
  const parts = [
    known > 0 &&
      `In service: ${formatNumber(counts.inService)} of ${plural(known, 'row')} (${formatShare(counts.inService, known)})`,
    counts.outOfService > 0 && `Out of service: ${formatNumber(counts.outOfService)}`,
    counts.emergencyOnly > 0 && `Emergency calls only: ${formatNumber(counts.emergencyOnly)}`,
    counts.radioOff > 0 && `Radio off: ${formatNumber(counts.radioOff)}`,
  ];
  const unknown = counts.rows - known - counts.radioOff;
  if (unknown > 0) parts.push(`Status unknown: ${formatNumber(unknown)}`);
  return parts.filter((part) => part !== false);
};

const minus = (text: string): string => text.replace('-', '\u2212');

const averageOf = ({ dbm, sumDbm, asu, sumAsu }: Counts): string => {
  if (dbm > 0) return minus(`${formatNumber(sumDbm / dbm, 1)}${thin}dBm`);
  return asu > 0 ? `${formatNumber(sumAsu / asu, 1)}${thin}ASU` : '–';
};

/** The powers of a tile by technology: those of several have no average in common. */
const powers = (entries: readonly EntryData[], { technologies }: MapData): HTMLElement | undefined => {
  const byTechnology = new Map<number, Counts>();
  for (const { technology, counts } of entries) {
    const sum = byTechnology.get(technology) ?? noCounts();
    addCounts(sum, counts);
    byTechnology.set(technology, sum);
  }
  const known = [...byTechnology].filter(([, { dbm, asu }]) => dbm + asu > 0);
  if (known.length === 0) return undefined;
  const lines = known
    .sort(([one], [other]) => one - other)
    .map(([technology, counts]) => {
      const name = technologies[technology] ?? '';
      return make(
        'tr',
        {},
        make('th', { scope: 'row' }, name === 'unknown' ? 'Technology unknown' : name),
        make('td', {}, averageOf(counts)),
        make('td', {}, plural(counts.dbm > 0 ? counts.dbm : counts.asu, 'row')),
      );
    });
  return make('table', {}, make('tbody', {}, ...lines));
};

/** All that is known of a tile, as elements. */
const tellTile = (tile: JudgedTile, entries: readonly EntryData[], data: MapData): Node[] => {
  const { latitude, longitude } = middleOf(tile, data.zoom);
  const [lat, long] = [latitude.toFixed(5), longitude.toFixed(5)];
  const place = `${degrees(latitude, 'N', 'S')}, ${degrees(longitude, 'E', 'W')}`;
  const link = make(
    'a',
    {
      href: `https://www.openstreetmap.org/?mlat=${lat}&mlon=${long}#map=${Math.min(17, data.zoom)}/${lat}/${long}`,
      target: '_blank',
      rel: 'noreferrer noopener',
    },
    'OpenStreetMap at this place',
  );
  const { counts } = tile;
  const told: Node[] = [make('h3', {}, headline(tile))];
  if (counts.rows > 0) {
    told.push(make('p', {}, plural(counts.rows, 'row')));
    for (const part of serviceOf(counts)) told.push(make('p', {}, part));
    if (sumOf(counts.classes) > 0) {
      const classes = counts.classes.flatMap((count, rank) =>
        count > 0 ? `${classTexts[rank]} ${formatNumber(count)}` : [],
      );
      told.push(make('p', {}, `Signal: ${classes.join(', ').toLowerCase()}`));
    }
    const table = powers(entries, data);
    if (table !== undefined) told.push(table);
  } else told.push(make('p', {}, 'No rows of this choice lie here, beside some that do.'));
  told.push(make('p', { class: 'soft' }, `${place} · tile ${tile.quadkey}`), make('p', {}, link));
  return told;
};

export { headline, tellTile };
