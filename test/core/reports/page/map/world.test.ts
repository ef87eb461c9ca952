import fc from 'fast-check';
import { columnOf, rowOf } from '../../../../../core/reports/map/quadkeys';
import { clipLine, clipRing, type Point, simplify } from '../../../../../core/reports/page/map/clipping';
import type { Box } from '../../../../../core/reports/page/map/shapes';
import { countryAt, drawWorld, loadWorld, type World } from '../../../../../core/reports/page/map/world';

const box: Box = [0, 0, 10, 10];
const areaOf = (ring: readonly Point[]) =>
  Math.abs(
    ring.reduce((sum, [x, y], at) => {
      const [nextX, nextY] = ring[(at + 1) % ring.length] as Point;
      return sum + x * nextY - nextX * y;
    }, 0) / 2,
  );
const lengthOf = (line: readonly Point[]) =>
  line.slice(1).reduce((sum, [x, y], at) => sum + Math.hypot(x - (line[at]?.[0] ?? 0), y - (line[at]?.[1] ?? 0)), 0);

describe('what is cut to a box', () => {
  it('has of a rectangle the area that both share', () => {
    const side = fc.integer({ min: -15, max: 25 });
    fc.assert(
      fc.property(side, side, side, side, (one, other, third, fourth) => {
        const [west, east] = [Math.min(one, other), Math.max(one, other)];
        const [north, south] = [Math.min(third, fourth), Math.max(third, fourth)];
        const shared =
          Math.max(0, Math.min(east, 10) - Math.max(west, 0)) * Math.max(0, Math.min(south, 10) - Math.max(north, 0));
        const ring: Point[] = [
          [west, north],
          [east, north],
          [east, south],
          [west, south],
        ];
        expect(areaOf(clipRing(ring, box))).toBeCloseTo(shared, 9);
      }),
    );
  });

  it('has of a line the parts inside, each in one piece', () => {
    const line: Point[] = [
      [-5, 5],
      [5, 5],
      [5, 15],
      [8, 15],
      [8, 2],
    ];
    expect(clipLine(line, box)).toEqual([
      [
        [0, 5],
        [5, 5],
        [5, 10],
      ],
      [
        [8, 10],
        [8, 2],
      ],
    ]);
    const number = fc.double({ min: -20, max: 30, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 2, maxLength: 12 }), (any) => {
        const parts = clipLine(any, box);
        expect(parts.flat().every(([x, y]) => x >= -1e-9 && x <= 10 + 1e-9 && y >= -1e-9 && y <= 10 + 1e-9)).toBe(true);
        expect(parts.reduce((sum, part) => sum + lengthOf(part), 0)).toBeLessThanOrEqual(lengthOf(any) + 1e-6);
      }),
    );
  });

  it('loses the points that nobody would miss, and keeps its ends', () => {
    const wave = Array.from({ length: 200 }, (_, at): Point => [at, Math.sin(at / 20) * 10]);
    const simple = simplify(wave, 0.5);
    expect(simple.length).toBeLessThan(40);
    expect([simple[0], simple.at(-1)]).toEqual([wave[0], wave.at(-1)]);
  });
});

describe('the world beneath a map', () => {
  let world: World;
  beforeAll(async () => {
    world = await loadWorld();
  });

  it.each<[string, Point]>([
    ['Spain', [2.1, 41.55]],
    ['Brazil', [-37.5, -9.19]],
    ['Eq. Guinea', [8.78, 3.74]],
    ['Thailand', [98.9, 8.1]],
    ['Austria', [16.37, 48.21]],
  ])('has %s where it is', (name, place) => {
    expect(countryAt(world, place)).toBe(name);
  });

  it('has no country at sea', () => {
    expect(countryAt(world, [-30, 30])).toBeUndefined();
  });

  it('has the coast of a city by the sea, and all of it in the frame', () => {
    const [x, y] = [columnOf(2.17, 16), rowOf(41.38, 16)].map(Math.floor) as [number, number];
    const paths = drawWorld(world, 16, [x, y], [-60, -60, 60, 60], 20_000);
    expect(paths.land).toMatch(/^M[-\d. l]+z/);
    expect(paths.coast).toMatch(/^M/);
    expect(paths.borders).toBe('');
    expect(paths.land).not.toContain('NaN');
  });

  it('has borders where countries meet, and fits its budget at the size of a continent', () => {
    for (const budget of [60_000, 8_000]) {
      const paths = drawWorld(world, 8, [120, 80], [-30, -30, 60, 60], budget);
      expect(paths.borders).toMatch(/^M/);
      expect(paths.land.length + paths.coast.length + paths.borders.length).toBeLessThanOrEqual(budget);
    }
  });

  it('is a path that browsers can read, wherever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: -170, max: 170 }), fc.integer({ min: -70, max: 75 }), (longitude, latitude) => {
        const [x, y] = [columnOf(longitude, 10), rowOf(latitude, 10)].map(Math.floor) as [number, number];
        const { land, coast, borders } = drawWorld(world, 10, [x, y], [-12, -12, 12, 12], 20_000);
        const step = '(?:[ -]?-?[\\d.]+(?:e-\\d+)? ?-?[\\d.]+(?:e-\\d+)?)+';
        expect(land).toMatch(new RegExp(`^(?:M-?[\\d.]+ -?[\\d.]+l${step}z)*$`));
        for (const lines of [coast, borders]) expect(lines).toMatch(new RegExp(`^(?:M-?[\\d.]+ -?[\\d.]+l${step})*$`));
      }),
      { numRuns: 30 },
    );
  });

  it('is left out where there is no room for it', () => {
    expect(drawWorld(world, 4, [0, 0], [0, 0, 16, 16], 100)).toEqual({ land: '', coast: '', borders: '' });
  });
});
