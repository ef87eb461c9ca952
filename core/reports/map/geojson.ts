import type { Readable } from 'node:stream';
import { CellflowError } from '../../platform/errors';
import { addCounts, type Counts, noCounts } from './counts';
import { judge } from './judging';
import { type MapLine, readMapLines } from './lines';
import { MeasuredTiles } from './measured-tiles';
import { latitudeOf, longitudeOf, tableZoom, tileOf } from './quadkeys';

/** The report's lines are not in the order of their tiles, so that a tile cannot be told from its lines alone. */
class UnsortedMap extends CellflowError {}

/** Of what a feature speaks; a reader shows one level at a time. */
type Level = 'tile' | 'operator' | 'operator and technology';

interface Subject {
  level: Level;
  tile: string;
  operator: string | null;
  technology: string | null;
}

/** To a tenth of a metre. */
const degrees = (value: number): number => Number(value.toFixed(6));

/** A function of few numbers, each reckoned once: the map has 65,536 columns and as many rows. */
const remember = (reckon: (at: number) => number): ((at: number) => number) => {
  const known = new Map<number, number>();
  return (at) => {
    let value = known.get(at);
    if (value === undefined) {
      value = reckon(at);
      known.set(at, value);
    }
    return value;
  };
};

const longitudeAt = remember((x) => degrees(longitudeOf(x, tableZoom)));
const latitudeAt = remember((y) => degrees(latitudeOf(y, tableZoom)));

/** The outline of a tile, against the clock, as RFC 7946 wants it. */
const polygonOf = (quadkey: string): string => {
  const { x, y } = tileOf(quadkey);
  const [west, east] = [longitudeAt(x), longitudeAt(x + 1)];
  const [north, south] = [latitudeAt(y), latitudeAt(y + 1)];
  const corners = `[${west},${south}],[${east},${south}],[${east},${north}],[${west},${north}],[${west},${south}]`;
  return `{"type":"Polygon","coordinates":[[${corners}]]}`;
};

const averageOf = (sum: number, count: number): number | null =>
  count === 0 ? null : Math.round((100 * sum) / count) / 100;

const propertiesOf = ({ level, tile, operator, technology }: Subject, counts: Counts, fewestRows: number) => {
  const { kind, without, coverage } = judge(counts, fewestRows);
  const [veryGood, good, weak, none] = counts.classes;
  // An average over technologies would mean nothing: their powers are of different things.
  const isOneScale = technology !== null;
  return {
    level,
    tile,
    operator,
    technology,
    kind,
    coverage: coverage ?? null,
    without: without ?? null,
    count_rows: counts.rows,
    count_in_service: counts.inService,
    count_emergency_only: counts.emergencyOnly,
    count_out_of_service: counts.outOfService,
    count_radio_off: counts.radioOff,
    count_very_good: veryGood,
    count_good: good,
    count_weak: weak,
    count_none: none,
    count_dbm: counts.dbm,
    average_signal_dbm: isOneScale ? averageOf(counts.sumDbm, counts.dbm) : null,
    count_asu: counts.asu,
    average_signal_asu: isOneScale ? averageOf(counts.sumAsu, counts.asu) : null,
  };
};

/** JSON that is harmless in a page, too. */
const jsonOf = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/** Characters that are written at once. */
const packLength = 65_536;

/**
 * Writes the map as GeoJSON (RFC 7946): a feature for each operator and technology in a tile, for each operator in it, and last,
 * so that it lies on top, for the tile; then those of the tiles beside them that nobody measured. Needs the memory of a bit a
 * tile, whatever the size.
 *
 * @param csv - the report `signal-map`, in the order of its tiles and of the operators in each
 * @param write - takes pieces of text in order; the next waits for it
 * @throws {@link UnsortedMap}
 */
const writeMapGeoJson = async (
  csv: Readable,
  write: (text: string) => Promise<void>,
  fewestRows = 5,
): Promise<{ features: number }> => {
  let features = 0;
  // QGIS names the layer so.
  let pack = '{"type":"FeatureCollection","name":"coverage","features":[';
  // The features of a tile come one after the other.
  let outline = { tile: '', geometry: '' };
  const putJson = async (tile: string, properties: string): Promise<void> => {
    if (tile !== outline.tile) outline = { tile, geometry: polygonOf(tile) };
    pack += `${features === 0 ? '\n' : ',\n'}{"type":"Feature","geometry":${outline.geometry},"properties":${properties}}`;
    features += 1;
    if (pack.length < packLength) return;
    await write(pack);
    pack = '';
  };
  const put = (subject: Subject, counts: Counts): Promise<void> =>
    putJson(subject.tile, jsonOf(propertiesOf(subject, counts, fewestRows)));

  const measured = new MeasuredTiles();
  let last: MapLine | undefined;
  let [ofTile, ofOperator] = [noCounts(), noCounts()];
  const endOperator = async (): Promise<void> => {
    if (last === undefined) return;
    await put({ level: 'operator', tile: last.tile, operator: last.operator, technology: null }, ofOperator);
    ofOperator = noCounts();
  };
  const endTile = async (): Promise<void> => {
    if (last === undefined) return;
    await endOperator();
    await put({ level: 'tile', tile: last.tile, operator: null, technology: null }, ofTile);
    ofTile = noCounts();
  };

  for await (const line of readMapLines(csv)) {
    const { tile, operator, technology, counts } = line;
    if (last !== undefined && tile < last.tile) {
      throw new UnsortedMap('The lines of the report are not ordered by tile: the map cannot be made of them.');
    }
    if (tile !== last?.tile) {
      await endTile();
      measured.add(tile);
    } else if (operator !== last.operator) await endOperator();
    await put({ level: 'operator and technology', tile, operator, technology }, counts);
    addCounts(ofOperator, counts);
    addCounts(ofTile, counts);
    last = line;
  }
  await endTile();
  // Of tiles that nobody measured all is the same but their names.
  const nothing = { level: 'tile', tile: '', operator: null, technology: null } as const;
  const [before, after] = jsonOf(propertiesOf(nothing, noCounts(), fewestRows)).split('"tile":""') as [string, string];
  for (const tile of measured.neighbours()) await putJson(tile, `${before}"tile":"${tile}"${after}`);
  await write(`${pack}\n]}\n`);
  return { features };
};

export { UnsortedMap, writeMapGeoJson };
