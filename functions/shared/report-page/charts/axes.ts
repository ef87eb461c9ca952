import { colour } from '../palette';
import type { Size } from './chart';

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

export { categoryAxis, valueAxis };
