import { Readable } from 'node:stream';
import { mapGeoJson, noMapGeoJson, UnsortedMap } from '../../../../core/reports/map/geojson';
import { MeasuredTiles } from '../../../../core/reports/map/measured-tiles';
import { quadkeyOf } from '../../../../core/reports/map/quadkeys';
import { columns, type Line, report } from './support';

interface Feature {
  type: string;
  geometry: { type: string; coordinates: [number, number][][] };
  properties: Record<string, string | number | null | undefined>;
}

const read = (text: string) => JSON.parse(text) as { type: string; name: string; features: Feature[] };

const write = async (csv: Readable) => {
  let text = '';
  for await (const piece of mapGeoJson(csv)) text += piece;
  return { text, ...read(text) };
};

const tile = quadkeyOf({ x: 33_000, y: 24_000 }, 16);
const line = (some: Line = {}): Line => ({
  tile,
  operator: 'alpha',
  technology: '4G',
  count_rows: 10,
  count_in_service: 10,
  count_weak: 10,
  count_dbm: 10,
  average_signal_dbm: -100,
  ...some,
});

describe('the map as GeoJSON', () => {
  it('has a feature for each operator and technology, for each operator, and last for the tile', async () => {
    const { type, name, features } = await write(
      report([
        line(),
        line({ technology: '5G', average_signal_dbm: -90, count_weak: 0, count_good: 10 }),
        line({
          operator: 'beta',
          technology: 'unknown',
          count_in_service: 0,
          count_out_of_service: 10,
          count_dbm: 0,
          count_weak: 0,
          average_signal_dbm: '',
        }),
      ]),
    );
    expect([type, name, features.length]).toEqual(['FeatureCollection', 'coverage', 6 + 8]);
    const said = features.map(({ properties: { level, operator, technology, kind, coverage } }) => [
      level,
      operator,
      technology,
      kind,
      coverage,
    ]);
    expect(said.slice(0, 6)).toEqual([
      ['operator and technology', 'alpha', '4G', 'with service', 'weak'],
      ['operator and technology', 'alpha', '5G', 'with service', 'good'],
      ['operator', 'alpha', undefined, 'with service', 'weak'],
      ['operator and technology', 'beta', 'unknown', 'without service', undefined],
      ['operator', 'beta', undefined, 'without service', undefined],
      ['tile', undefined, undefined, 'with service', 'weak'],
    ]);
  });

  it('names all properties in the first feature, and what there is in the others', async () => {
    const { features } = await write(report([line(), line({ operator: 'beta', count_weak: 0, count_dbm: 0 })]));
    const [first, ofOperator, second] = features.map(({ properties }) => properties);
    expect(Object.keys(first ?? {})).toEqual([
      'tile',
      'level',
      'operator',
      'technology',
      'kind',
      'coverage',
      'without',
      'count_rows',
      'count_in_service',
      'count_emergency_only',
      'count_out_of_service',
      'count_radio_off',
      'count_very_good',
      'count_good',
      'count_weak',
      'count_none',
      'count_dbm',
      'count_asu',
      'average_signal_dbm',
      'average_signal_asu',
    ]);
    expect(first).toMatchObject({ coverage: 'weak', without: null, average_signal_asu: null });
    expect(second).not.toHaveProperty('coverage');
    expect([first?.average_signal_dbm, second?.average_signal_dbm]).toEqual([-100, undefined]);
    for (const counted of [first, ofOperator]) expect(counted).toMatchObject({ count_radio_off: 0, count_asu: 0 });
    for (const { properties } of features.slice(-8)) {
      expect(properties).toEqual({ tile: expect.stringMatching(/^[0-3]{16}$/), level: 'tile', kind: 'not measured' });
    }
  });

  it('tells of rows put together what is told of their sums', async () => {
    const few = { count_rows: 3, count_in_service: 3, count_weak: 3, count_dbm: 3 };
    const { features } = await write(
      report([line(few), line({ ...few, technology: '5G' }), line({ ...few, operator: 'beta' })]),
    );
    const said = features.slice(0, 6).map(({ properties: { kind, count_rows } }) => [kind, count_rows]);
    expect(said).toEqual([
      ['too few', 3],
      ['too few', 3],
      ['with service', 6],
      ['too few', 3],
      ['too few', 3],
      ['with service', 9],
    ]);
  });

  it('averages no dBm over technologies', async () => {
    const { features } = await write(report([line(), line({ technology: '5G', average_signal_dbm: -90 })]));
    expect(features.slice(0, 4).map(({ properties }) => properties.average_signal_dbm)).toEqual([
      -100,
      -90,
      undefined,
      undefined,
    ]);
    expect(features[3]?.properties).toMatchObject({ count_rows: 20, count_dbm: 20, count_weak: 20 });
  });

  it('has outlines that are closed and go against the clock, west before east', async () => {
    const { features } = await write(report([line()]));
    for (const { type, geometry } of features) {
      expect([type, geometry.type, geometry.coordinates.length]).toEqual(['Feature', 'Polygon', 1]);
      const ring = geometry.coordinates[0] ?? [];
      expect(ring).toHaveLength(5);
      expect(ring[4]).toEqual(ring[0]);
      const area = ring.slice(1).reduce((sum, [x, y], at) => {
        const [lastX, lastY] = ring[at] as [number, number];
        return sum + lastX * y - x * lastY;
      }, 0);
      expect(area).toBeGreaterThan(0);
    }
    // A reckoning of its own: 2^16 tiles are 360 degrees.
    expect(features[0]?.geometry.coordinates[0]?.[0]?.[0]).toBeCloseTo((33_000 * 360) / 65_536 - 180, 6);
  });

  it('leaves hostile names text, in a page too', async () => {
    const operator = '\'=cmd|"/c calc"!A1 </script><script>alert(1)</script>\u202e\u0007';
    const { features, text } = await write(report([line({ operator })]));
    expect(features[0]?.properties.operator).toBe('=cmd|"/c calc"!A1 </script><script>alert(1)</script>');
    expect(text).not.toContain('<');
  });

  it('is a collection of nothing where there is nothing', async () => {
    expect((await write(report([]))).features).toEqual([]);
  });

  it('refuses a report whose tiles come in no order, since it could not put them together', async () => {
    const later = quadkeyOf({ x: 1, y: 1 }, 16);
    await expect(write(report([line(), line({ tile: later })]))).rejects.toThrow(UnsortedMap);
  });

  it('comes in pieces, for as many lines as are wanted', async () => {
    const lines = 4_000;
    let made = 0;
    function* csv() {
      yield `${columns.join(',')}\n`;
      for (; made < lines; made += 1) {
        yield `${made.toString(4).padStart(16, '0')},alpha,4G,10,9,0,1,0,0,9,0,0,9,-90,0,\n`;
      }
    }
    const pieces: string[] = [];
    for await (const piece of mapGeoJson(Readable.from(csv()))) {
      if (pieces.length === 0) expect(made).toBeLessThan(lines / 10);
      pieces.push(piece);
    }
    expect(read(pieces.join('')).features.length).toBeGreaterThan(3 * lines);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000);
  });
});

describe('a map of nothing', () => {
  it('says why', () => {
    const why = 'The lines are </not> ordered.';
    expect(JSON.parse(noMapGeoJson(why))).toEqual({
      type: 'FeatureCollection',
      name: 'coverage',
      description: why,
      features: [],
    });
    expect(noMapGeoJson(why)).not.toContain('<');
  });
});

describe('the tiles beside measured ones', () => {
  it('are those that touch one and are none, whatever block they lie in', () => {
    const tiles = new MeasuredTiles();
    const measured = new Set<string>();
    for (let at = 0; at < 300; at += 1) {
      const quadkey = quadkeyOf({ x: 1_000 + ((at * 37) % 61), y: 2_000 + ((at * 53) % 47) }, 16);
      measured.add(quadkey);
      tiles.add(quadkey);
    }
    const expected = new Set<string>();
    for (let x = 990; x < 1_075; x += 1) {
      for (let y = 1_990; y < 2_060; y += 1) {
        const near = [-1, 0, 1].some((right) =>
          [-1, 0, 1].some((down) => measured.has(quadkeyOf({ x: x + right, y: y + down }, 16))),
        );
        const quadkey = quadkeyOf({ x, y }, 16);
        if (near && !measured.has(quadkey)) expected.add(quadkey);
      }
    }
    const found = [...tiles.neighbours()];
    expect(new Set(found)).toEqual(expected);
    expect(found).toHaveLength(expected.size);
  });

  it('are not told where more was measured than can be remembered', () => {
    const tiles = new MeasuredTiles(2);
    for (const x of [0, 100, 200]) tiles.add(quadkeyOf({ x, y: 0 }, 16));
    expect(tiles.isFull).toBe(true);
    expect([...tiles.neighbours()]).toEqual([]);
  });
});
