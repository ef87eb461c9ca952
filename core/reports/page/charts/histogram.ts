import type { Chart as Hint } from '../../report-header';
import { fullHeading, type ReportColumn } from '../columns';
import { formatNumber, fractionDigits, plural, withUnit } from '../numbers';
import { seriesColour } from '../palette';
import type { Table } from '../rows';
import type { Drawing } from '../svg';
import { categoryAxis, valueAxis } from './axes';
import type { Chart, Size } from './chart';
import { asNumber, axisValues, captionOf, type Field, field, inSentence, numericField } from './data';

interface Bin {
  text: string;
  value: number;
}

const mostBins = 30;

const roundUp = (wanted: number): number => {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return Number(((([1, 2, 5].find((factor) => factor * power >= wanted) ?? 10) as number) * power).toPrecision(12));
};

/** Counts values between round limits. */
const countBins = (values: readonly number[]): Bin[] => {
  const smallest = values.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  const largest = values.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
  const width = largest - smallest < 1e-9 ? 1 : roundUp((largest - smallest) / mostBins);
  const first = Math.floor(smallest / width);
  const bins = Array.from({ length: Math.floor(largest / width) - first + 1 }, (_, bin) => ({
    text: formatNumber((first + bin) * width, fractionDigits(width)),
    value: 0,
  }));
  for (const value of values) {
    const bin = bins[Math.floor(value / width) - first];
    if (bin) bin.value += 1;
  }
  return bins;
};

/** Bins that the query made: a row each, empty ones in between. */
const readBins = (table: Table, x: Field, y: Field): Bin[] => {
  const heights = new Map(table.rows.map((row) => [x.at(row), asNumber(y.at(row)) ?? 0]));
  return axisValues(x, table.rows).map((value) => ({ text: x.text(value), value: heights.get(value) ?? 0 }));
};

const drawBins = (
  bins: readonly Bin[],
  x: ReportColumn,
  height: Pick<Field, 'full' | 'tick'>,
  size: Size,
): Drawing => ({
  width: size.width,
  height: size.name === 'wide' ? 290 : 240,
  hover: (_, item) => {
    const bin = bins[item];
    return bin && `${withUnit(bin.text, x.unit)}: ${height.full(bin.value)}`;
  },
  option: {
    grid: { left: 8, right: 12, top: 14, bottom: 28, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: categoryAxis(
      size,
      bins.map(({ text }) => text),
      {},
      {
        name: fullHeading(x),
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: { color: categoryAxis(size, []).axisLabel.color, fontSize: size.font },
      },
    ),
    yAxis: valueAxis(size, height.tick),
    series: {
      type: 'bar',
      data: bins.map(({ value }) => value),
      barCategoryGap: bins.length > 60 ? '0%' : '8%',
      itemStyle: { color: seriesColour(0) },
    },
  },
});

/** How values are spread: over the bins of the query where `y` says their heights, else over bins made here. */
const histogramChart = (table: Table, hint: Hint): Chart | undefined => {
  const x = hint.y === undefined ? numericField(table, hint.x) : field(table, hint.x);
  if (x === undefined) return undefined;
  const y = numericField(table, hint.y);
  if (hint.y !== undefined && y === undefined) return undefined;
  const values = table.rows.flatMap((row) => asNumber(x.at(row)) ?? []);
  const bins = y ? readBins(table, x, y) : countBins(values);
  if (bins.length === 0) return undefined;
  const height = y ?? {
    full: (value: unknown) => plural(Number(value), 'row'),
    tick: (value: number) => formatNumber(value),
  };
  return {
    caption: y ? captionOf(y, [x]) : `Rows by ${inSentence(x.column.heading)}`,
    legend: [],
    panels: [{ draw: (size) => drawBins(bins, x.column, height, size) }],
    notes: table.total > table.rows.length ? [`The chart shows the first ${plural(table.rows.length, 'row')}.`] : [],
  };
};

export { histogramChart };
