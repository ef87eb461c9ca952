import { upperTail } from '../../../../core/reports/findings/student-t';

/** Distributions that have a formula of their own. */
const closed: Record<number, (t: number) => number> = {
  1: (t) => Math.atan2(1, t) / Math.PI,
  2: (t) => 1 / (2 + t * t + t * Math.sqrt(2 + t * t)),
  4: (t) => 0.5 - (t * (t * t + 6)) / (2 * (t * t + 4) ** 1.5),
};

describe("the upper tail of Student's t", () => {
  it.each([1, 2, 4].flatMap((freedom) => [0, 0.3, 1, 2.5, 6, 12].map((t) => ({ freedom, t }))))(
    'is that of the formula, with $freedom degrees of freedom at $t',
    ({ freedom, t }) => {
      const expected = (closed[freedom] as (t: number) => number)(t);
      expect(Math.abs(upperTail(t, freedom) - expected)).toBeLessThan(1e-11);
    },
  );

  it.each([
    // Of tables.
    { t: 2.228, freedom: 10, p: 0.025 },
    { t: 3.169, freedom: 10, p: 0.005 },
    { t: 2.75, freedom: 30, p: 0.005 },
    { t: 1.984, freedom: 100, p: 0.025 },
  ])('is $p at $t with $freedom', ({ t, freedom, p }) => {
    expect(upperTail(t, freedom)).toBeCloseTo(p, 4);
  });

  it('is the normal one in the end, and far out', () => {
    expect(upperTail(4, 1e8) / 3.167124e-5).toBeCloseTo(1, 4);
    expect(upperTail(8, 1e8) / 6.2209605e-16).toBeCloseTo(1, 3);
  });

  it('takes degrees of freedom that are not whole, and both signs', () => {
    expect(upperTail(2, 10.5)).toBeLessThan(upperTail(2, 10));
    expect(upperTail(2, 10.5)).toBeGreaterThan(upperTail(2, 11));
    expect(upperTail(-2, 10.5) + upperTail(2, 10.5)).toBeCloseTo(1, 12);
  });
});
