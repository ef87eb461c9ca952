import { formatNumber, fractionDigits, withUnit } from '../numbers';
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

const tolerance = 1e-9;

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

/** Cuts the span of values into at most six steps of the same width between round numbers. */
const makeScale = (values: readonly number[], { column, full }: Field): Scale => {
  const smallest = values.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  const largest = values.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
  const whole = values.every(Number.isInteger);
  const oneByOne = whole && largest - smallest < stepCount;
  const named = (texts: string[]): LegendItem[] =>
    spread(texts.length).map((step, index) => ({ colour: stepColour(step), text: texts[index] ?? '' }));
  if (oneByOne || smallest === largest) {
    const texts = Array.from({ length: Math.floor(largest - smallest) + 1 }, (_, step) => full(smallest + step));
    return { stepOf: (value) => Math.floor(value - smallest), steps: spread(texts.length), legend: named(texts) };
  }
  let [width, first, count] = [0, 0, 0];
  for (width of roundWidths((largest - smallest) / stepCount)) {
    first = Math.floor(smallest / width + tolerance);
    count = Math.ceil(largest / width - tolerance) - first;
    if (count <= stepCount && (!whole || Number.isInteger(width))) break;
  }
  const digits = fractionDigits(width);
  const limit = (step: number) => formatNumber((first + step) * width, digits);
  const texts = Array.from({ length: count }, (_, step) => `${limit(step)}–${limit(step + 1)}`);
  return {
    stepOf: (value) => Math.min(count - 1, Math.max(0, Math.floor(value / width + tolerance) - first)),
    steps: spread(count),
    legend: named(texts.map((text) => withUnit(text, column.unit))),
  };
};

export type { Scale };
export { makeScale };
