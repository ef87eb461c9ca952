import { formatNumber, fractionDigits } from '../numbers';
import { stepColour, stepCount } from '../palette';
import type { LegendItem } from './chart';
import type { Field } from './data';

/** A scale of a few colours with round limits. */
interface Scale {
  /** Step of a value, from 0. */
  stepOf: (value: number) => number;
  /** Colour of each step, as a number of the palette's steps. */
  steps: number[];
  legend: LegendItem[];
}

interface Span {
  low: number;
  high: number;
}

const tolerance = 1e-9;
/** Values that differ by less are the same to a reader, and to the arithmetic of round widths. */
const leastSpan = 1e-9;
/** Share of the values at either end that may lie beyond the scale's limits. */
const tail = 0.02;
/** How much longer than the rest the tails make the span before they are cut off. */
const longTail = 1.5;

/** Round widths from a power of ten below the wanted one: 1, 2, 2.5, 5, 10, … */
function* roundWidths(wanted: number): Generator<number> {
  for (let power = 10 ** Math.floor(Math.log10(wanted)); ; power *= 10) {
    for (const factor of [1, 2, 2.5, 5]) yield Number((factor * power).toPrecision(12));
  }
}

/** Steps that use both ends of the palette, however few they are. */
const spread = (count: number): number[] =>
  Array.from({ length: count }, (_, step) =>
    count === 1 ? stepCount - 3 : Math.round((step * (stepCount - 1)) / (count - 1)),
  );

/** The span of the values without the few that are far from the others, which would leave one colour for all the rest. */
const spanOf = (sorted: readonly number[]): { all: Span; most: Span } => {
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const all = { low: at(0), high: at(1) };
  const inner = { low: at(tail), high: at(1 - tail) };
  const isLong = inner.high - inner.low > leastSpan && all.high - all.low > longTail * (inner.high - inner.low);
  return { all, most: isLong ? inner : all };
};

const named = (texts: readonly string[]): LegendItem[] =>
  spread(texts.length).map((step, index) => ({ colour: stepColour(step), text: texts[index] ?? '' }));

/** Cuts the span of values into at most six steps of the same width between round numbers; the outer ones may be open. */
const makeScale = (values: readonly number[], { full }: Pick<Field, 'full'>): Scale => {
  const { all, most } = spanOf([...values].sort((one, other) => one - other));
  const whole = values.every(Number.isInteger);
  if (all.high - all.low < leastSpan) return { stepOf: () => 0, steps: spread(1), legend: named([full(all.high)]) };
  if (whole && all.high - all.low < stepCount) {
    const texts = Array.from({ length: Math.floor(all.high - all.low) + 1 }, (_, step) => full(all.low + step));
    return { stepOf: (value) => Math.floor(value - all.low), steps: spread(texts.length), legend: named(texts) };
  }
  let [width, first, count] = [0, 0, 0];
  for (width of roundWidths((most.high - most.low) / stepCount)) {
    first = Math.floor(most.low / width + tolerance);
    count = Math.ceil(most.high / width - tolerance) - first;
    if (count <= stepCount && (!whole || Number.isInteger(width))) break;
  }
  const limit = (step: number) => formatNumber((first + step) * width, fractionDigits(width));
  const texts = Array.from({ length: count }, (_, step) => {
    if (step === 0 && all.low < first * width - tolerance) return `under ${limit(1)}`;
    if (step === count - 1 && all.high > (first + count) * width + tolerance) return `${limit(step)} and more`;
    return `${limit(step)}–${limit(step + 1)}`;
  });
  return {
    stepOf: (value) => Math.min(count - 1, Math.max(0, Math.floor(value / width + tolerance) - first)),
    steps: spread(count),
    legend: named(texts),
  };
};

export type { Scale };
export { makeScale };
