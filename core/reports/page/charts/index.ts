import type { Chart as Hint } from '../../report-header';
import type { Table } from '../rows';
import { barChart } from './bar';
import type { Chart } from './chart';
import { heatChart } from './heat';
import { histogramChart } from './histogram';
import { lineChart } from './line';
import { scatterMapChart } from './scatter-map';

const kinds: Record<string, (table: Table, hint: Hint) => Chart | undefined> = {
  bar: barChart,
  line: lineChart,
  heat: heatChart,
  histogram: histogramChart,
  'scatter-map': scatterMapChart,
};

/** The chart that a report's hint asks for; none where the hint does not fit the columns or nothing is to be seen. */
const chooseChart = (table: Table, hint?: Hint | null): Chart | undefined =>
  hint && Object.hasOwn(kinds, hint.kind) && table.rows.length > 0 ? kinds[hint.kind]?.(table, hint) : undefined;

export { chooseChart };
