import type { Chart as Hint } from '../../report-header';
import { fullHeading, type ReportColumn } from '../columns';
import { formatNumber, fractionDigits, plural, withUnit } from '../numbers';
import { seriesColour, seriesCount } from '../palette';
import type { Table } from '../rows';
import type { Drawing } from '../svg';
import { categoryAxis, valueAxis } from './axes';
import type { Chart, Size } from './chart';
import {
  asNumber,
  axisValues,
  captionOf,
  distinct,
  type Field,
  field,
  inSentence,
  nameIn,
  numericField,
  seriesField,
} from './data';

interface Bin {
  text: string;
  /** By series, which stand on each other; one where there are none. */
  values: number[];
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
    values: [0],
  }));
  for (const value of values) {
    const bin = bins[Math.floor(value / width) - first];
    if (bin) bin.values[0] = (bin.values[0] ?? 0) + 1;
  }
  return bins;
};

/** Bins that the query made: a row each, or one for each series; empty ones in between. */
const readBins = (table: Table, x: Field, y: Field, names: readonly string[], series?: Field): Bin[] => {
  const bins = new Map(
    axisValues(x, table.rows).map((value) => [value, { text: x.text(value), values: names.map(() => 0) }]),
  );
  for (const row of table.rows) {
    const bin = bins.get(x.at(row));
    const place = series ? names.indexOf(nameIn(series, row)) : 0;
    // Of a bin that comes twice in a series the last is meant.
    if (bin !== undefined && place >= 0) bin.values[place] = asNumber(y.at(row)) ?? 0;
  }
  return [...bins.values()];
};

const drawBins = (
  bins: readonly Bin[],
  names: readonly string[],
  x: ReportColumn,
  height: Pick<Field, 'full' | 'tick'>,
  size: Size,
): Drawing => ({
  width: size.width,
  height: size.name === 'wide' ? 290 : 240,
  hover: (part, item) => {
    const bin = bins[item];
    return (
      bin &&
      `${[withUnit(bin.text, x.unit), names[part]].filter(Boolean).join(' · ')}: ${height.full(bin.values[part] ?? 0)}`
    );
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
    series: names.map((_, part) => ({
      type: 'bar',
      stack: 'all',
      // What is empty is no mark.
      data: bins.map(({ values }) => values[part] || null),
      barCategoryGap: bins.length > 60 ? '0%' : '8%',
      itemStyle: { color: seriesColour(part) },
    })),
  },
});

/** How values are spread: over the bins of the query where `y` says their heights, else over bins made here. */
const histogramChart = (table: Table, hint: Hint): Chart | undefined => {
  const x = numericField(table, hint.x) ?? (hint.y === undefined ? undefined : field(table, hint.x));
  if (x === undefined) return undefined;
  const y = numericField(table, hint.y);
  if (hint.y !== undefined && y === undefined) return undefined;
  const series = y && seriesField(table, hint.series);
  const names = series
    ? distinct(table.rows.filter((row) => x.at(row) !== null).map((row) => nameIn(series, row))).slice(0, seriesCount)
    : [''];
  const bins = y
    ? readBins(table, x, y, names, series)
    : countBins(table.rows.flatMap((row) => asNumber(x.at(row)) ?? []));
  const unplaced = y ? table.rows.filter((row) => x.at(row) === null).length : 0;
  if (bins.length === 0) return undefined;
  const height = y ?? {
    full: (value: unknown) => plural(Number(value), 'row'),
    tick: (value: number) => formatNumber(value),
  };
  return {
    caption: y ? captionOf(y, [x, series]) : `Rows by ${inSentence(x.column.heading)}`,
    legend: names.length > 1 ? names.map((text, index) => ({ colour: seriesColour(index), text })) : [],
    panels: [{ draw: (size) => drawBins(bins, names, x.column, height, size) }],
    notes: [
      ...(table.total > table.rows.length ? [`The chart shows the first ${plural(table.rows.length, 'row')}.`] : []),
      ...(unplaced > 0
        ? [
            `${plural(unplaced, 'row')} without ${inSentence(fullHeading(x.column))} ${unplaced === 1 ? 'is' : 'are'} in the table only.`,
          ]
        : []),
    ],
  };
};

export { histogramChart };
