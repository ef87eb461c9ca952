import { formatNumber, formatShare, plural } from '../page/numbers';
import type { Table } from '../page/rows';
import type { Finding } from './finding';
import { at, listed, network } from './words';

/** Rows below which a place is not told of, and shares of them, in percent, from which on it is. */
const least = { rows: 20, shareWeak: 50, shareLost: 20 };
/** ASU below which most calls drop, of networks whose dBm are not known: -101 dBm on the scale of GSM. */
const weakAsu = 6;
const mostNamed = 3;

type Row = Readonly<Record<string, string | number | null>>;

const rowsOf = ({ columns, rows }: Table): Row[] =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])));

const number = (row: Row, column: string): number | undefined =>
  typeof row[column] === 'number' ? row[column] : undefined;

const text = (row: Row, column: string): string => (row[column] === null ? '' : String(row[column] ?? ''));

const isPlace = (row: Row): boolean => !['', 'unknown'].includes(text(row, 'place'));

const distinct = (rows: readonly Row[]): number => new Set(rows.map((row) => text(row, 'place'))).size;

/** The weakness of a spot in words; nothing where it is none, or too few rows say so. */
const weakness = (row: Row): string | undefined => {
  const [share, dbm] = [number(row, 'share_weak'), number(row, 'count_dbm') ?? 0];
  if (share !== undefined && dbm >= least.rows) {
    if (share < least.shareWeak) return undefined;
    return `${formatShare(Math.round(share), 100)} of ${plural(dbm, 'row')} weak or worse, median ${formatNumber(number(row, 'median_signal_dbm') ?? 0)} dBm`;
  }
  const [median, asu] = [number(row, 'median_signal_asu'), number(row, 'count_asu') ?? 0];
  if (median === undefined || asu < least.rows || median >= weakAsu) return undefined;
  return `median ${formatNumber(median)} ASU of ${plural(asu, 'row')}`;
};

/** Places with weak reception, from the report *weak-spots*, whose worst come first. */
const findWeakSpots = (table: Table): Finding | undefined => {
  const spots = rowsOf(table)
    .filter(isPlace)
    .map((row) => ({ row, told: weakness(row) }))
    .filter(({ told }) => told !== undefined);
  const places = distinct(spots.map(({ row }) => row));
  if (places === 0) return undefined;
  const named = spots
    .slice(0, mostNamed)
    .map(
      ({ row, told }) =>
        `${network(text(row, 'operator'), text(row, 'technology'))} ${at(text(row, 'place'))} (${told})`,
    );
  const most = spots.length > mostNamed ? ', worst' : ':';
  return {
    kind: 'weak',
    report: 'weak-spots',
    places,
    text: `Reception is weak in ${plural(places, 'place')}${most} ${listed(named)}.`,
  };
};

const lost = (row: Row): number => number(row, 'count_out_of_service') ?? 0;

const known = (row: Row): number =>
  lost(row) + (number(row, 'count_in_service') ?? 0) + (number(row, 'count_emergency_only') ?? 0);

/** Places where phones had no service, from the report *service-by-place*; emergency calls only is no loss of service. */
const findLostService = (table: Table): Finding | undefined => {
  const found = rowsOf(table)
    .filter(isPlace)
    .filter((row) => known(row) >= least.rows && 100 * lost(row) >= least.shareLost * known(row));
  if (found.length === 0) return undefined;
  const named = found
    .slice(0, mostNamed)
    .map((row) => `${at(text(row, 'place'))} ${formatShare(lost(row), known(row))} of ${plural(known(row), 'row')}`);
  const most = found.length > mostNamed ? ', most of all' : ':';
  return {
    kind: 'weak',
    report: 'service-by-place',
    places: found.length,
    text: `Phones had no service at all in ${plural(found.length, 'place')}${most} ${listed(named)}.`,
  };
};

export { findLostService, findWeakSpots };
