import { colour } from '../palette';
import type { Size } from './chart';
import { fitText, textWidth } from './data';

const label = (size: Size, more: object = {}) => ({ color: colour('soft'), fontSize: size.font, ...more });

/** An axis of named places. */
const categoryAxis = (size: Size, data: readonly string[], axisLabel: object = {}, more: object = {}) => ({
  type: 'category',
  data,
  axisLine: { lineStyle: { color: colour('axis') } },
  axisTick: { show: false },
  axisLabel: label(size, { hideOverlap: true, ...axisLabel }),
  ...more,
});

/** An axis of numbers: faint lines, no axis line. */
const valueAxis = (size: Size, formatter: (value: number) => string, more: object = {}) => ({
  type: 'value',
  splitNumber: 4,
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: colour('rule') } },
  axisLabel: label(size, { formatter, margin: 10 }),
  ...more,
});

/** Names one below the other, beside what they name; long ones lose their end. */
const namesAxis = (size: Size, names: readonly string[], width: number, more: object = {}) =>
  categoryAxis(
    size,
    names,
    {
      interval: 0,
      hideOverlap: false,
      color: colour('ink'),
      formatter: (name: string) => fitText(name, width - 12, size.font),
    },
    { inverse: true, ...more },
  );

const widestName = (size: Size, names: readonly string[]): number =>
  names.reduce((widest, name) => Math.max(widest, textWidth(name, size.font)), 0);

/** Room that names take, at most so much. */
const namesWidth = (size: Size, names: readonly string[], most: number): number =>
  Math.min(most, widestName(size, names) + 12);

/** How names stand to bars that lie one below the other. */
interface NamedBars {
  /** Of the bars, from the left. */
  left: number;
  top: number;
  /** Of a name and what it names. */
  lineHeight: number;
  yAxis: object;
}

/** Room between a name and the bars below and above it. */
const gaps = { below: 3, above: 9 };

/**
 * Names of bars, before them. Where there is little room and names are long, above them.
 *
 * @param most - room that names take before the bars
 * @param thickness - of the bars of one name, together
 * @param gap - between the bars of two names
 */
const nameBars = (
  size: Size,
  names: readonly string[],
  { most, thickness, gap, axis = {} }: { most: number; thickness: number; gap: number; axis?: object },
): NamedBars => {
  if (size.name === 'wide' || widestName(size, names) <= size.width / 3) {
    const left = namesWidth(size, names, most);
    return { left, top: 4, lineHeight: thickness + gap, yAxis: namesAxis(size, names, left, axis) };
  }
  const { axisLabel, ...rest } = namesAxis(size, names, size.width, axis);
  const above = gaps.above + size.font + gaps.below;
  // Half of the room between two bars lies above the first.
  const top = 4 + above / 2 - gaps.above / 2;
  const inside = { inside: true, margin: 0, align: 'left', verticalAlign: 'bottom' };
  const padding = [0, 0, thickness / 2 + gaps.below, 0];
  return {
    left: 0,
    top,
    lineHeight: thickness + above,
    yAxis: { ...rest, axisLine: { show: false }, axisLabel: { ...axisLabel, ...inside, padding } },
  };
};

export { categoryAxis, nameBars, namesAxis, namesWidth, valueAxis };
