import type { Chart as Hint } from '../../report-header';
import { isNumeric } from '../columns';
import { formatNumber, formatShare, plural } from '../numbers';
import { colour, meaningOf, seriesColour } from '../palette';
import type { Table } from '../rows';
import type { Drawing } from '../svg';
import { nameBars, valueAxis } from './axes';
import type { Chart, Size } from './chart';
import { asNumber, type Field, field, joinedField, listed, nameIn, namesIn, seriesField, textWidth } from './data';

const mostLines = 24;
const thickness = 20;

/** A part of each bar: a column. */
interface Part {
  field: Field;
  name: string;
  colour: string;
  /** Of text on it; missing where it carries none. */
  on?: string;
}

/** A part of a bar: how long it is, in percent of the whole, and what it says. */
interface Piece {
  share: number;
  text: string;
  full: string;
}

interface Bar {
  name: string;
  /** By part. */
  pieces: (Piece | undefined)[];
}

/** What a column counts, without the word for how: `share_very_good` is "Very good". */
const partName = (heading: string): string => {
  const bare = heading.replace(/^share (?:of )?(?=.)/i, '');
  return bare.charAt(0).toUpperCase() + bare.slice(1);
};

const partOf = (one: Field, index: number): Part => {
  const meaning = meaningOf(one.column.name);
  return {
    field: one,
    name: partName(one.column.heading),
    colour: meaning ? colour(meaning) : seriesColour(index),
    on: meaning && colour(`on-${meaning}`),
  };
};

/** What is a share already is drawn as it is, what is counted as its share of all that is counted. */
const pieceOf = (
  { field: { column, text, full } }: Part,
  value: number | undefined,
  sum: number,
): Piece | undefined => {
  if (value === undefined) return undefined;
  if (column.unit === '%') return { share: value, text: text(value), full: full(value) };
  const share = sum > 0 ? (100 * value) / sum : 0;
  return { share, text: formatNumber(share, share < 10 ? 1 : 0), full: `${formatShare(value, sum)} (${full(value)})` };
};

const readBars = (table: Table, parts: readonly Part[], x: Field, series?: Field): Bar[] =>
  table.rows.flatMap((row) => {
    const values = parts.map((part) => {
      const value = asNumber(part.field.at(row));
      return value === undefined ? undefined : Math.max(0, value);
    });
    const sum = values.reduce<number>((all, value) => all + (value ?? 0), 0);
    if (sum === 0) return [];
    const name = [x, series].flatMap((one) => (one ? nameIn(one, row) : [])).join(' · ');
    return [{ name, pieces: parts.map((part, index) => pieceOf(part, values[index], sum)) }];
  });

const drawBars = (bars: readonly Bar[], parts: readonly Part[], size: Size): Drawing => {
  const names = bars.map(({ name }) => name);
  const { left, top, lineHeight, yAxis } = nameBars(size, names, {
    most: size.name === 'wide' ? 240 : 172,
    thickness,
    gap: 10,
  });
  const width = size.width - left - 4;
  const font = 11;
  const most = Math.max(100, ...bars.map(({ pieces }) => pieces.reduce((sum, piece) => sum + (piece?.share ?? 0), 0)));
  return {
    width: size.width,
    height: bars.length * lineHeight + top + 4,
    hover: (part, bar) => {
      const piece = bars[bar]?.pieces[part];
      return piece && `${names[bar]} · ${parts[part]?.name}: ${piece.full}`;
    },
    option: {
      grid: { left, right: 4, top, bottom: 4, outerBoundsMode: 'none' },
      xAxis: valueAxis(size, String, { min: 0, max: most, axisLabel: { show: false }, splitLine: { show: false } }),
      // Names may be the same: each line is a bar.
      yAxis,
      series: parts.map((part, index) => ({
        type: 'bar',
        stack: 'all',
        barWidth: thickness,
        itemStyle: { color: part.colour, borderColor: colour('surface'), borderWidth: 1 },
        data: bars.map(({ pieces }) => {
          const { share = 0, text = '' } = pieces[index] ?? {};
          const fits = textWidth(text, font) + 8 <= (share / most) * width;
          // What is empty is no mark.
          return { value: share || null, label: { show: part.on !== undefined && fits, formatter: () => text } };
        }),
        label: { position: 'inside', fontSize: font, color: part.on },
      })),
    },
  };
};

/** Bars that lie one below the other, each made of the columns that the hint names: of shares, or of counts as shares of their sum. */
const stackedChart = (table: Table, hint: Hint): Chart | undefined => {
  const x = joinedField(table, hint.x);
  const parts = namesIn(hint.stack)
    .flatMap((name) => field(table, name) ?? [])
    .filter(({ column }) => isNumeric(column))
    .map(partOf);
  if (x === undefined || parts.length === 0) return undefined;
  const series = seriesField(table, hint.series);
  const all = readBars(table, parts, x, series);
  const bars = all.slice(0, mostLines);
  if (bars.length === 0) return undefined;
  const left = Math.max(table.total - table.rows.length, 0) + all.length - bars.length;
  return {
    caption: `Shares (%) by ${listed([x, series])}`,
    legend: parts.map(({ name, colour: fill }) => ({ colour: fill, text: name })),
    panels: [{ draw: (size) => drawBars(bars, parts, size) }],
    notes:
      left > 0
        ? [`The chart shows the first ${formatNumber(bars.length)} of ${plural(bars.length + left, 'row')}.`]
        : [],
  };
};

export { stackedChart };
