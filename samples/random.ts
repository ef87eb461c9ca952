import type { Weighted } from './distributions';

/** A source of numbers in [0, 1). */
type Random = () => number;

/** Mulberry32: small, fast and the same on every machine, which is all that a sample needs. */
const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** A function that draws a value by weight: a search in the running totals. */
const drawFrom = <T>(table: Weighted<T>): ((random: Random) => T) => {
  const values = table.map(([value]) => value);
  const totals = new Float64Array(table.length);
  let total = 0;
  table.forEach(([, weight], index) => {
    total += weight;
    totals[index] = total;
  });
  return (random) => {
    const target = random() * total;
    let low = 0;
    let high = totals.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((totals[middle] as number) > target) high = middle;
      else low = middle + 1;
    }
    return values[low] as T;
  };
};

/** Weights by position: the index is the value. */
const drawIndex = (weights: readonly number[]): ((random: Random) => number) =>
  drawFrom(weights.map((weight, index) => [index, weight] as const));

/** Draws from a distribution given as quantiles, straight lines between them. */
const drawQuantile = (probabilities: readonly number[], quantiles: readonly number[]): ((random: Random) => number) => {
  return (random) => {
    const at = random();
    let upper = 1;
    while (upper < probabilities.length - 1 && (probabilities[upper] as number) < at) upper += 1;
    const [from, to] = [probabilities[upper - 1] as number, probabilities[upper] as number];
    const [low, high] = [quantiles[upper - 1] as number, quantiles[upper] as number];
    return low + ((high - low) * (at - from)) / (to - from);
  };
};

/** Roughly normal, mean 0 and standard deviation 1 (sum of four uniforms): no logarithm a row. */
const roughNormal = (random: Random): number => (random() + random() + random() + random() - 2) * Math.sqrt(3);

export type { Random };
export { drawFrom, drawIndex, drawQuantile, roughNormal, seededRandom };
