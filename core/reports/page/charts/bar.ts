import type { Chart as Hint } from '../../report-header';
import { formatNumber, plural, type Value } from '../numbers';
import { colour, seriesColour, seriesCount } from '../palette';
import type { Table } from '../rows';
import type { Drawing } from '../svg';
import { categoryAxis, nameBars, valueAxis } from './axes';
import type { Chart, Size } from './chart';
import {
  asNumber,
  axisTexts,
  axisValues,
  captionOf,
  distinct,
  type Field,
  field,
  isOrdered,
  nameIn,
  numericField,
  seriesField,
  textWidth,
} from './data';
import { stackedChart } from './stacked';

const mostLines = 24;
const mostGrouped = 40;

interface Bar {
  place: string;
  series: string;
  /** What the bar stands for, in full. */
  name: string;
  value: number;
}

/** Bars by series, then by place. */
interface Bars {
  places: string[];
  series: string[];
  grid: (Bar | undefined)[][];
}

const readBars = (table: Table, x: Field, y: Field, series?: Field): Bar[] =>
  table.rows.flatMap((row) => {
    const value = asNumber(y.at(row));
    if (value === undefined) return [];
    const parts = [x, series].filter((part) => part !== undefined).map((part) => nameIn(part, row));
    return [{ place: parts[0] ?? '', series: parts[1] ?? '', name: distinct(parts).join(' · '), value }];
  });

const arrange = (bars: readonly Bar[], places = distinct(bars.map(({ place }) => place))): Bars => {
  const series = distinct(bars.map((bar) => bar.series));
  const grid = series.map(() => places.map((): Bar | undefined => undefined));
  for (const bar of bars) {
    const line = grid[series.indexOf(bar.series)];
    if (line) line[places.indexOf(bar.place)] ??= bar;
  }
  return { places, series, grid };
};

/** Whether bars fill too little of the grid of places and series to stand in groups, or have more series than colours. */
const isSparse = (bars: readonly Bar[]): boolean => {
  const series = distinct(bars.map((bar) => bar.series)).length;
  const places = distinct(bars.map(({ place }) => place)).length;
  return series > seriesCount || (series > 1 && bars.length < 0.6 * series * places);
};

const hoverOver =
  ({ grid }: Bars, y: Field) =>
  (series: number, place: number): string | undefined => {
    const bar = grid[series]?.[place];
    return bar && `${bar.name}: ${y.full(bar.value)}`;
  };

interface Extent {
  min: number;
  max: number;
}

const valuesOf = (line: readonly (Bar | undefined)[]): (number | null)[] => line.map((bar) => bar?.value ?? null);

/** Units of which less below zero is more: a bar from zero would be the longest where the signal is the weakest. */
const strengths = new Set(['dBm', 'dB']);

/** Where bars of a strength begin: a round value below all of them; nothing where they begin at zero. */
const floorOf = (bars: readonly Bar[], { column }: Field): number | undefined => {
  if (!strengths.has(column.unit ?? '') || !bars.every(({ value }) => value < 0)) return undefined;
  const [least, most] = [Math.min(...bars.map(({ value }) => value)), Math.max(...bars.map(({ value }) => value))];
  const step = most - least < 5 ? 5 : 10;
  return step * Math.floor((least - 0.2 * (most - least) - 1) / step);
};

/** Bars that lie one below the other, each with its name before it and its value behind it. */
const drawAcross = (bars: Bars, y: Field, grouped: boolean, size: Size): Drawing => {
  const { places, grid } = bars;
  const all = grid.flat().filter((bar) => bar !== undefined);
  const values = Math.max(...all.map(({ value }) => textWidth(y.full(value), size.font))) + 12;
  const floor = floorOf(all, y);
  const negative = floor === undefined && all.some(({ value }) => value < 0);
  const thickness = grouped ? 13 : 17;
  const { left, top, lineHeight, yAxis } = nameBars(size, places, {
    most: size.name === 'wide' ? 300 : 170,
    thickness: grouped ? grid.length * (thickness + 2) : thickness,
    gap: grouped ? 12 : 10,
    axis: negative ? { axisLine: { show: false, onZero: false } } : {},
  });
  const below = values / Math.max(1, size.width - left - 2 * values);
  // Bars below zero end where there is room for their value.
  const lowest = negative ? ({ min, max }: Extent) => min - below * (Math.max(0, max) - min) : undefined;
  return {
    width: size.width,
    height: places.length * lineHeight + top + 4,
    hover: hoverOver(bars, y),
    option: {
      grid: { left, right: values, top, bottom: 4, outerBoundsMode: 'none' },
      xAxis: valueAxis(size, String, {
        min: floor ?? lowest,
        startValue: floor,
        max: negative ? ({ max }: Extent) => Math.max(0, max) : 'dataMax',
        axisLabel: { show: false },
        splitLine: { show: false },
      }),
      yAxis,
      series: grid.map((line, index) => ({
        type: 'bar',
        data: valuesOf(line),
        stack: grouped ? undefined : 'line',
        barWidth: thickness,
        barGap: '15%',
        itemStyle: { color: seriesColour(index), borderRadius: 2 },
        label: {
          show: true,
          position: negative ? 'outside' : 'right',
          distance: 6,
          color: colour('ink'),
          fontSize: size.font,
          formatter: ({ value }: { value: number | null }) => (typeof value === 'number' ? y.full(value) : ''),
        },
      })),
    },
  };
};

/** Bars side by side on an axis that has an order of its own, as hours and days. */
const drawUpright = (bars: Bars, y: Field, order: readonly Value[], size: Size): Drawing => ({
  width: size.width,
  height: size.name === 'wide' ? 280 : 230,
  hover: hoverOver(bars, y),
  option: {
    grid: { left: 8, right: 12, top: 14, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: categoryAxis(size, axisTexts(bars.places, order)),
    yAxis: valueAxis(size, y.tick),
    series: bars.grid.map((line, index) => ({
      type: 'bar',
      data: valuesOf(line),
      barCategoryGap: '24%',
      itemStyle: { color: seriesColour(index), borderRadius: [2, 2, 0, 0] },
    })),
  },
});

type Layout = 'upright' | 'grouped' | 'lines';

/** The first bars, as many as a reader takes in. */
const firstBars = (bars: readonly Bar[], layout: Layout): Bar[] => {
  const series = distinct(bars.map((bar) => bar.series));
  if (layout === 'lines') return bars.slice(0, mostLines);
  if (layout === 'upright') return bars.filter((bar) => series.indexOf(bar.series) < seriesCount);
  const places = distinct(bars.map(({ place }) => place)).slice(
    0,
    Math.max(6, Math.floor(mostGrouped / series.length)),
  );
  return bars.filter(({ place }) => places.includes(place));
};

const chooseLayout = (bars: readonly Bar[], series: Field | undefined, upright: boolean): Layout => {
  if (upright) return 'upright';
  return series === undefined || isSparse(bars) ? 'lines' : 'grouped';
};

/** A line of its own for each bar, in the colour of its series where there are colours enough. */
const inLines = (bars: readonly Bar[]): Bar[] => {
  const coloured = distinct(bars.map(({ series }) => series)).length <= seriesCount;
  return bars.map((bar) => ({ ...bar, place: bar.name, series: coloured ? bar.series : '' }));
};

/** Bars: across for names, upright for what has an order of its own, stacked where the hint names parts. */
const barChart = (table: Table, hint: Hint): Chart | undefined => {
  if (hint.stack !== undefined) return stackedChart(table, hint);
  const x = field(table, hint.x);
  const y = numericField(table, hint.y);
  if (x === undefined || y === undefined) return undefined;
  const series = seriesField(table, hint.series);
  const caption = captionOf(y, [x, series]);
  const order = axisValues(x, table.rows);
  const all = readBars(table, x, y, series);
  const layout = chooseLayout(all, series, isOrdered(x.column, order));
  const drawn = firstBars(all, layout);
  if (drawn.length === 0) return undefined;
  if (drawn.every(({ value }) => value === 0)) {
    return { caption, legend: [], panels: [], notes: [`No bars: every value is ${y.full(0)}.`] };
  }
  const bars =
    layout === 'upright'
      ? arrange(drawn, distinct(order.map(x.text)))
      : arrange(layout === 'lines' ? inLines(drawn) : drawn);
  const left = Math.max(table.total - table.rows.length, 0) + all.length - drawn.length;
  const floor = layout === 'upright' ? undefined : floorOf(drawn, y);
  return {
    caption,
    legend: bars.series.length > 1 ? bars.series.map((text, index) => ({ colour: seriesColour(index), text })) : [],
    panels: [
      {
        draw: (size) =>
          layout === 'upright' ? drawUpright(bars, y, order, size) : drawAcross(bars, y, layout === 'grouped', size),
      },
    ],
    notes: [
      ...(floor === undefined ? [] : [`The bars begin at ${y.full(floor)}: the longer, the stronger.`]),
      ...(left > 0
        ? [`The chart shows the first ${formatNumber(drawn.length)} of ${plural(drawn.length + left, 'row')}.`]
        : []),
    ],
  };
};

export { barChart };
