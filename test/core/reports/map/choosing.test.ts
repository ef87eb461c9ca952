import { chooseTiles, lookOf } from '../../../../core/reports/map/choosing';
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
