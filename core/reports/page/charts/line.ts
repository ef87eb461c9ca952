import type { Chart as Hint } from '../../report-header';
import { plural, type Value } from '../numbers';
import { seriesColour, seriesCount } from '../palette';
import type { Table } from '../rows';
import type { Drawing } from '../svg';
import { categoryAxis, valueAxis } from './axes';
import { barChart } from './bar';
import type { Chart, LegendItem, Size } from './chart';
import {
  asNumber,
  axisTexts,
  axisValues,
  captionOf,
  type Field,
  fewestInOrder,
  field,
  nameIn,
  numericField,
  seriesField,
} from './data';

/** Lines are told apart by their marks as well as by their colours. */
const shapes = ['circle', 'rect', 'triangle', 'diamond'] as const;
const shapeOf = (index: number) => shapes[index % shapes.length] as NonNullable<LegendItem['shape']>;

const mostMarks = 40;

interface Line {
  name: string;
  values: (number | null)[];
}

const readLines = (table: Table, order: readonly Value[], x: Field, y: Field, series?: Field): Line[] => {
  const places = new Map(order.map((value, index) => [value, index]));
  const lines = new Map<string, Line>();
  for (const row of table.rows) {
    const place = places.get(x.at(row));
    const value = asNumber(y.at(row));
    if (place === undefined || value === undefined) continue;
    const name = series ? nameIn(series, row) : '';
    const line = lines.get(name) ?? { name, values: order.map(() => null) };
    line.values[place] ??= value;
    lines.set(name, line);
  }
  return [...lines.values()];
};

const drawLines = (
  lines: readonly Line[],
  places: readonly string[],
  order: readonly Value[],
  y: Field,
  size: Size,
): Drawing => ({
  width: size.width,
  height: size.name === 'wide' ? 280 : 230,
  hover: (series, item) => {
    const line = lines[series];
    const value = line?.values[item];
    if (line === undefined || typeof value !== 'number') return undefined;
    return `${[places[item], line.name].filter(Boolean).join(' · ')}: ${y.full(value)}`;
  },
  option: {
    grid: { left: 8, right: 16, top: 14, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: categoryAxis(size, axisTexts(places, order), {}, { boundaryGap: false }),
    yAxis: valueAxis(size, y.tick, { scale: true }),
    series: lines.map(({ values }, index) => ({
      type: 'line',
      data: values,
      symbol: shapeOf(index),
      symbolSize: places.length > mostMarks ? 4 : 7,
      showSymbol: true,
      showAllSymbol: true,
      itemStyle: { color: seriesColour(index), borderWidth: 0 },
      lineStyle: { color: seriesColour(index), width: 2 },
    })),
  },
});

/**
 * Lines along hours, days or other places in order; where a place has no value, the line is broken. One line of a place or two says
 * less than a bar for each.
 */
const lineChart = (table: Table, hint: Hint): Chart | undefined => {
  const x = field(table, hint.x);
  const y = numericField(table, hint.y);
  if (x === undefined || y === undefined) return undefined;
  const series = seriesField(table, hint.series);
  const order = axisValues(x, table.rows);
  if (series === undefined && order.length < fewestInOrder) return barChart(table, { ...hint, stack: undefined });
  const all = readLines(table, order, x, y, series);
  const lines = all.slice(0, seriesCount);
  // A line needs two places to lead from one to the other.
  if (lines.every(({ values }) => values.filter((value) => value !== null).length < 2)) return undefined;
  const places = order.map(x.text);
  return {
    caption: captionOf(y, [x, series]),
    legend:
      series && lines.length > 1
        ? lines.map(({ name }, index) => ({ colour: seriesColour(index), text: name, shape: shapeOf(index) }))
        : [],
    panels: [{ draw: (size) => drawLines(lines, places, order, y, size) }],
    notes: [
      ...(all.length > lines.length ? [`The chart shows the first ${lines.length} of ${all.length} lines.`] : []),
      ...(table.total > table.rows.length ? [`The chart shows the first ${plural(table.rows.length, 'row')}.`] : []),
    ],
  };
};

export { lineChart };
