import type { Chart as Hint } from '../../report-header';
import { plural } from '../numbers';
import { colour, onStepColour, stepColour } from '../palette';
import type { Table } from '../rows';
import type { Drawing } from '../svg';
import { categoryAxis, namesAxis, namesWidth } from './axes';
import type { Chart, Size } from './chart';
import { asNumber, axisTexts, axisValues, captionOf, type Field, field, nameIn, numericField, textWidth } from './data';
import { makeScale, type Scale } from './scale';

const mostLines = 24;

interface Cell {
  column: number;
  line: number;
  value: number;
}

interface Strip {
  columns: string[];
  /** The columns as the axis names them. */
  axis: string[];
  lines: string[];
  cells: Cell[];
  scale: Scale;
  value: Field;
}

const drawStrip = ({ columns, axis, lines, cells, scale, value }: Strip, size: Size): Drawing => {
  const left = namesWidth(size, lines, size.name === 'wide' ? 200 : 110);
  const room = (size.width - left - 4) / Math.max(1, columns.length);
  const widest = Math.max(...cells.map((cell) => textWidth(value.text(cell.value), 10)));
  return {
    width: size.width,
    height: lines.length * 24 + 34,
    hover: (_, item) => {
      const cell = cells[item];
      return (
        cell && `${[lines[cell.line], columns[cell.column]].filter(Boolean).join(' · ')}: ${value.full(cell.value)}`
      );
    },
    option: {
      grid: { left, right: 4, top: 4, bottom: 28, outerBoundsMode: 'none' },
      xAxis: categoryAxis(size, axis, {}, { axisLine: { show: false } }),
      yAxis: namesAxis(size, lines, left, { axisLine: { show: false } }),
      visualMap: {
        type: 'piecewise',
        show: false,
        dimension: 3,
        pieces: scale.steps.map((step, index) => ({ value: index, color: stepColour(step) })),
      },
      series: {
        type: 'heatmap',
        data: cells.map((cell) => {
          const step = scale.stepOf(cell.value);
          return {
            value: [cell.column, cell.line, cell.value, step],
            label: { color: onStepColour(scale.steps[step] ?? 0) },
          };
        }),
        itemStyle: { borderColor: colour('surface'), borderWidth: 1 },
        label: {
          show: widest <= room - 4,
          fontSize: 10,
          formatter: ({ value: [, , number] }: { value: number[] }) => value.text(number ?? null),
        },
      },
    },
  };
};

/** A strip of cells, a line for each `y` where there is one, coloured by `value`. */
const heatChart = (table: Table, hint: Hint): Chart | undefined => {
  const x = field(table, hint.x);
  const y = field(table, hint.y);
  const value = numericField(table, hint.value ?? (y && hint.y !== hint.x ? undefined : hint.y));
  if (x === undefined || value === undefined) return undefined;
  const byLine = y !== undefined && y !== value && hint.value !== undefined ? y : undefined;
  const order = axisValues(x, table.rows);
  const columns = new Map(order.map((place, index) => [place, index]));
  const lines = new Map<string, number>();
  const cells: Cell[] = [];
  const seen = new Set<string>();
  let left = 0;
  for (const row of table.rows) {
    const column = columns.get(x.at(row));
    const number = asNumber(value.at(row));
    if (column === undefined || number === undefined) continue;
    const name = byLine ? nameIn(byLine, row) : '';
    if (!lines.has(name)) {
      if (lines.size === mostLines) {
        left += 1;
        continue;
      }
      lines.set(name, lines.size);
    }
    const line = lines.get(name) ?? 0;
    const place = `${column} ${line}`;
    if (!seen.has(place)) cells.push({ column, line, value: number });
    seen.add(place);
  }
  if (cells.length === 0) return undefined;
  const scale = makeScale(
    cells.map((cell) => cell.value),
    value,
  );
  const strip = {
    columns: order.map(x.text),
    axis: axisTexts(order.map(x.text), order),
    lines: [...lines.keys()],
    cells,
    scale,
    value,
  };
  return {
    caption: captionOf(value, [byLine, x]),
    legend: scale.legend,
    panels: [{ draw: (size) => drawStrip(strip, size) }],
    notes:
      left > 0 || table.total > table.rows.length
        ? [`The chart shows the first ${plural(lines.size, 'line')} of cells.`]
        : [],
  };
};

export { heatChart };
