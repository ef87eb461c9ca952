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
const middleOf = ({ x, y, quadkey }: JudgedTile) => ({
  latitude: latitudeOf(y + 0.5, quadkey.length),
  longitude: longitudeOf(x + 0.5, quadkey.length),
});

const classTexts = ['Very good', 'Good', 'Weak', 'Below any class'];

/** What a tile is, in a few words. */
const headline = ({ verdict: { kind, without, coverage, asu } }: JudgedTile): string => {
  if (kind === 'not measured') return 'Not measured';
  if (kind === 'too few') return 'Too few rows to tell';
  if (kind === 'without service')
    return without === 'emergency calls only' ? 'Without service: emergency calls only' : 'Without service';
  if (coverage === undefined) {
    return `With service, ${asu === undefined ? 'signal unknown' : `${formatNumber(asu, 1)}${thin}ASU on average`}`;
  }
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

/** The averages of a technology: of the rows with dBm, and of those that have ASU alone. They are of different rows. */
const averagesOf = ({ dbm, sumDbm, asu, sumAsu }: Counts): { average: string; rows: number }[] => [
  ...(dbm > 0 ? [{ average: minus(`${formatNumber(sumDbm / dbm, 1)}${thin}dBm`), rows: dbm }] : []),
  ...(asu > 0 ? [{ average: `${formatNumber(sumAsu / asu, 1)}${thin}ASU`, rows: asu }] : []),
];

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
    .flatMap(([technology, counts]) => {
      const name = technologies[technology] ?? '';
      const header = name === 'unknown' ? 'Technology unknown' : name;
      return averagesOf(counts).map(({ average, rows }) =>
        make(
          'tr',
          {},
          make('th', { scope: 'row' }, header),
          make('td', {}, average),
          make('td', {}, plural(rows, 'row')),
        ),
      );
    });
  return make('table', {}, make('tbody', {}, ...lines));
};

/** What rows say of service and signal, as elements. */
const tellCounts = (counts: Counts, entries: readonly EntryData[], data: MapData): Node[] => {
  const [first, ...others] = serviceOf(counts);
  const told: Node[] = [first ?? '', others.join(' \u00b7 ')].filter(Boolean).map((text) => make('p', {}, text));
  if (sumOf(counts.classes) > 0) {
    const classes = counts.classes.flatMap((count, rank) =>
      count > 0 ? `${classTexts[rank]} ${formatNumber(count)}` : [],
    );
    told.push(make('p', {}, `Signal: ${classes.join(', ').toLowerCase()}`));
  }
  const table = powers(entries, data);
  return table === undefined ? told : [...told, table];
};

/** All that is known of a tile, as elements. */
const tellTile = (tile: JudgedTile, entries: readonly EntryData[], data: MapData): Node[] => {
  const { latitude, longitude } = middleOf(tile);
  const zoom = tile.quadkey.length;
  const [lat, long] = [latitude.toFixed(5), longitude.toFixed(5)];
  const place = `${degrees(latitude, 'N', 'S')}, ${degrees(longitude, 'E', 'W')}`;
  const link = make(
    'a',
    {
      href: `https://www.openstreetmap.org/?mlat=${lat}&mlon=${long}#map=${zoom}/${lat}/${long}`,
      target: '_blank',
      rel: 'noreferrer noopener',
    },
    'OpenStreetMap at this place',
  );
  const { counts } = tile;
  return [
    make('h3', {}, headline(tile)),
    ...(counts.rows > 0
      ? [make('p', {}, plural(counts.rows, 'row')), ...tellCounts(counts, entries, data)]
      : [make('p', {}, 'No rows of this choice lie here, beside some that do.')]),
    make('p', { class: 'soft' }, `${place} · tile ${tile.quadkey}`),
    make('p', {}, link),
  ];
};

export { headline, tellCounts, tellTile };
