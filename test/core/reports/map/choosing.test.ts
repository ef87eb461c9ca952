import { chooseTiles, lookOf, scaleOf } from '../../../../core/reports/map/choosing';
import { type Counts, noCounts } from '../../../../core/reports/map/counts';
import { quadkeyOf } from '../../../../core/reports/map/quadkeys';

const tile = (x: number, y: number) => quadkeyOf({ x, y }, 16);
const counts = (some: Partial<Counts>): Counts => ({ ...noCounts(), ...some });
const map = {
  zoom: 16,
  technologies: ['4G', '5G', 'unknown'],
  entries: [
    {
      tile: tile(10, 10),
      operator: 0,
      technology: 0,
      counts: counts({ rows: 6, inService: 6, classes: [6, 0, 0, 0] }),
    },
    { tile: tile(10, 10), operator: 0, technology: 2, counts: counts({ rows: 12, outOfService: 8, radioOff: 4 }) },
    {
      tile: tile(11, 10),
      operator: 1,
      technology: 1,
      counts: counts({ rows: 9, inService: 9, classes: [0, 0, 9, 0] }),
    },
    { tile: tile(11, 10), operator: 1, technology: 2, counts: counts({ rows: 2, inService: 1, outOfService: 1 }) },
  ],
};
const at = (x: number, y: number, choice: Parameters<typeof chooseTiles>[1]) =>
  chooseTiles(map, choice, 5).find((one) => one.x === x && one.y === y);

describe('what a reader chooses', () => {
  it('counts rows without service for each technology of their operator, since they cannot tell one', () => {
    expect(at(10, 10, { technology: 0 })).toMatchObject({ counts: { rows: 14 }, verdict: { kind: 'without service' } });
    expect(at(11, 10, { technology: 1 })).toMatchObject({ counts: { rows: 10, outOfService: 1 } });
    // Operator 0 has no 5G.
    expect(at(10, 10, { technology: 1 })).toMatchObject({ counts: { rows: 0 }, verdict: { kind: 'not measured' } });
  });

  it('is everything where nothing is chosen', () => {
    expect(at(10, 10, {})?.counts.rows).toBe(18);
    expect(at(11, 10, {})?.counts.rows).toBe(11);
  });

  it('has around it the tiles that nobody measured', () => {
    const around = chooseTiles(map, { operator: 1 }, 5).filter(({ verdict }) => verdict.kind === 'not measured');
    expect(around).toHaveLength(8);
    expect(chooseTiles(map, {}, 5)).toHaveLength(2 + 10);
  });

  it('ends where the map ends', () => {
    const corner = { ...map, entries: [{ ...(map.entries[0] as (typeof map.entries)[0]), tile: tile(0, 65_535) }] };
    expect(chooseTiles(corner, {}, 5)).toHaveLength(1 + 3);
  });

  it('is put together to larger tiles, which are judged as a whole', () => {
    const [whole, ...others] = chooseTiles(map, {}, 5, 15);
    expect(whole).toMatchObject({
      x: 5,
      y: 5,
      quadkey: quadkeyOf({ x: 5, y: 5 }, 15),
      counts: { rows: 29, inService: 16 },
    });
    expect(whole?.verdict).toEqual({ kind: 'with service', coverage: 'weak' });
    expect(others).toHaveLength(8);
    expect(others.every(({ quadkey, verdict }) => quadkey.length === 15 && verdict.kind === 'not measured')).toBe(true);
  });

  it('has no tiles that nobody measured around those of too few rows, which say no more', () => {
    const few = { tile: tile(30, 30), operator: 0, technology: 0, counts: counts({ rows: 4, inService: 4 }) };
    expect(chooseTiles({ ...map, entries: [few] }, {}, 5)).toHaveLength(1);
  });

  it('has them only between tiles where lone ones are many', () => {
    const lone = (at: number) => ({ ...(map.entries[0] as (typeof map.entries)[0]), tile: tile(4 * at, 8) });
    const entries = Array.from({ length: 3_000 }, (_, at) => lone(at));
    expect(chooseTiles({ ...map, entries }, {}, 5)).toHaveLength(3_000);
    const between = [...entries, { ...lone(0), tile: tile(2, 8) }];
    expect(chooseTiles({ ...map, entries: between }, {}, 5)).toHaveLength(3_001 + 6);
  });

  it.each([
    [{ kind: 'with service', coverage: 'very good' }, 'very-good'],
    [{ kind: 'with service' }, 'in-service'],
    [{ kind: 'without service', without: 'emergency calls only' }, 'emergency-only'],
    [{ kind: 'without service', without: 'no service' }, 'no-service'],
    [{ kind: 'too few' }, 'too-few'],
    [{ kind: 'not measured' }, 'not-measured'],
  ] as const)('looks by its verdict: %j is %s', (verdict, look) => {
    expect(lookOf(verdict)).toBe(look);
  });
});

describe('the scale of a map', () => {
  const withAsu = (asu: number, average: number, some: Partial<Counts> = {}) => ({
    tile: tile(10, 10),
    operator: 0,
    technology: 2,
    counts: counts({ rows: asu, inService: asu, asu, sumAsu: asu * average, ...some }),
  });
  const of = (...entries: ReturnType<typeof withAsu>[]) => ({ ...map, entries });

  it('is of ASU where the rows have no dBm, of one width for all of the choice', () => {
    expect(scaleOf(of(withAsu(100, 12)), {})).toEqual([5, 10, 15, 20, 25]);
    expect(scaleOf(of(withAsu(100, 12), withAsu(30, 60)), {})).toEqual([15, 30, 45, 60, 75]);
    // One strange phone does not make the steps those of another technology.
    expect(scaleOf(of(withAsu(100, 12), withAsu(3, 60)), {})).toEqual([5, 10, 15, 20, 25]);
  });

  it('is of classes where some rows have one, and where nothing has a signal', () => {
    expect(scaleOf(of(withAsu(100, 12, { classes: [0, 5, 0, 0] })), {})).toBeUndefined();
    expect(scaleOf(of(withAsu(101, 12, { classes: [0, 5, 0, 0] })), {})).toEqual([5, 10, 15, 20, 25]);
    expect(scaleOf(map, {})).toBeUndefined();
    expect(scaleOf(of(), {})).toBeUndefined();
  });

  it('is that of the chosen technology and operator', () => {
    const entries = [...map.entries, withAsu(100, 12)];
    expect(scaleOf({ ...map, entries }, { technology: 2 })).toEqual([5, 10, 15, 20, 25]);
    expect(scaleOf({ ...map, entries }, { technology: 0 })).toBeUndefined();
    expect(scaleOf({ ...map, entries }, { operator: 1 })).toBeUndefined();
  });

  it.each([
    [0, 'asu-1'],
    [4.9, 'asu-1'],
    [5, 'asu-2'],
    [24.9, 'asu-5'],
    [31, 'asu-6'],
    [undefined, 'in-service'],
  ] as const)('gives an average of %d ASU a step, and no tile a class', (asu, look) => {
    const scale = [5, 10, 15, 20, 25];
    expect(lookOf({ kind: 'with service', coverage: 'weak', asu }, scale)).toBe(look);
    expect(lookOf({ kind: 'with service', coverage: 'weak', asu })).toBe('weak');
    expect(lookOf({ kind: 'without service', without: 'no service' }, scale)).toBe('no-service');
  });
});
