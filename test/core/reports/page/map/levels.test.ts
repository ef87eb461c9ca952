import { noCounts } from '../../../../../core/reports/map/counts';
import { quadkeyOf } from '../../../../../core/reports/map/quadkeys';
import { Levels } from '../../../../../core/reports/page/map/levels';

const mapOf = (places: readonly (readonly [number, number])[], rows: number) => ({
  zoom: 16,
  technologies: ['4G'],
  entries: places.map(([x, y]) => ({
    tile: quadkeyOf({ x: 32_000 + x, y: 24_000 + y }, 16),
    operator: 0,
    technology: 0,
    counts: { ...noCounts(), rows, inService: rows },
  })),
});
const square = Array.from({ length: 256 }, (_, at) => [at % 16, Math.floor(at / 16)] as const);

describe('the tiles of a scale', () => {
  it.each([
    [20, 16],
    [6.5, 16],
    [6.4, 15],
    [3, 14],
    [0.1, 9],
    [1e-9, 1],
  ])('are the smallest that can be seen where rows are many: of %d pixels, zoom %d', (pixels, zoom) => {
    expect(new Levels(mapOf(square, 10), 5).zoomAt(pixels)).toBe(zoom);
  });

  it('are larger where the small ones would be of too few rows', () => {
    expect(new Levels(mapOf(square, 2), 5).zoomAt(8)).toBe(15);
    expect(new Levels(mapOf(square, 1), 5).zoomAt(8)).toBe(14);
    expect(new Levels(mapOf(square, 1), 5).zoomAt(26)).toBe(16);
  });

  it('are no larger than they need to be to be seen well where nothing tells anything', () => {
    expect(new Levels(mapOf([[0, 0]], 1), 5).zoomAt(8)).toBe(14);
    expect(new Levels(mapOf([], 1), 5).zoomAt(8)).toBe(16);
  });
});
