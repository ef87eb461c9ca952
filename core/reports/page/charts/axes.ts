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

/** Room that names take, at most so much. */
const namesWidth = (size: Size, names: readonly string[], most: number): number =>
  Math.min(most, names.reduce((widest, name) => Math.max(widest, textWidth(name, size.font)), 0) + 12);

export { categoryAxis, namesAxis, namesWidth, valueAxis };
