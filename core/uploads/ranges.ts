/** Whole numbers from the first to the last, both included. */
type Range = readonly [first: number, last: number];

/** Ranges in order, disjoint and not adjacent. */
type Ranges = readonly Range[];

interface Union {
  ranges: Ranges;
  /** What both held. */
  doubled: Ranges;
}

const byFirst = (a: Range, b: Range): number => a[0] - b[0] || a[1] - b[1];

/** Unites ranges; what occurs more than once is told, never dropped in silence. */
const unite = (...lists: readonly (readonly Range[])[]): Union => {
  const ranges: [number, number][] = [];
  const doubled: [number, number][] = [];
  for (const [first, last] of lists.flat().sort(byFirst)) {
    const previous = ranges.at(-1);
    if (previous === undefined || first > previous[1] + 1) {
      ranges.push([first, last]);
      continue;
    }
    if (first <= previous[1]) doubled.push([first, Math.min(last, previous[1])]);
    previous[1] = Math.max(previous[1], last);
  }
  return { ranges, doubled };
};

/** What of 0 to `length - 1` the ranges leave out. */
const gaps = (ranges: Ranges, length: number): Ranges => {
  const missing: Range[] = [];
  let next = 0;
  for (const [first, last] of ranges) {
    if (first > next) missing.push([next, Math.min(first, length) - 1]);
    next = Math.max(next, last + 1);
  }
  if (next < length) missing.push([next, length - 1]);
  return missing.filter(([first, last]) => first <= last);
};

const countOf = (ranges: readonly Range[]): number => ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);

const includes = (ranges: readonly Range[], value: number): boolean =>
  ranges.some(([first, last]) => first <= value && value <= last);

/** As a person reads them: `0-4, 7`, with the rest only counted where there are many. */
const describeRanges = (ranges: readonly Range[], most = 5): string => {
  const shown = ranges.slice(0, most).map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return ranges.length > most ? `${shown.join(', ')} and ${ranges.length - most} ranges more` : shown.join(', ');
};

export type { Range, Ranges };
export { countOf, describeRanges, gaps, includes, unite };
