import { generalitat, generalitatPortal } from './layouts/generalitat';
import { gnettrackPro } from './layouts/gnettrack-pro';
import { type Layout, rowWriter } from './layouts/layout';
import { openCellId } from './layouts/opencellid';
import { towerCollector } from './layouts/tower-collector';
import { isChosen, moments, type SampleSummary, sampleLines } from './measurements';
import { seededRandom } from './random';

interface FormatOptions {
  /** Rows, dirty ones included. */
  rows: number;
  /** The same seed gives the same file. */
  seed: number;
  /** Days over which the rows spread. @default 1 */
  days?: number;
  /** Share of rows with a value that is not as it should be. @default 0 */
  dirty?: number;
  /** First day, `YYYY-MM-DD`. @default 2026-03-02 */
  firstDay?: string;
}

/** How the exporter of each shipped format writes, by the format's name; Cellflow's own has a generator to itself. */
const layouts: Readonly<Record<string, Layout>> = {
  generalitat,
  'generalitat-portal': generalitatPortal,
  'tower-collector': towerCollector,
  'gnettrack-pro': gnettrackPro,
  opencellid: openCellId,
};

/** Formats that files can be generated for. */
const generatedFormats: readonly string[] = ['cellflow', ...Object.keys(layouts)];

function* layoutLines(layout: Layout, options: Required<FormatOptions>): Generator<string, SampleSummary> {
  const random = seededRandom(options.seed);
  const write = rowWriter(layout);
  const make = layout.rows();
  const summary: SampleSummary = { rows: options.rows, bad: 0, rules: {} };
  yield layout.columns.join(layout.delimiter) + layout.end;
  let row = 0;
  for (const moment of moments(options, random)) {
    const fields = make(moment, random);
    if (isChosen(row, options.dirty)) {
      const fault = layout.dirt[summary.bad % layout.dirt.length] as Layout['dirt'][number];
      fault.spoil(fields, write, random);
      summary.bad += 1;
      summary.rules[fault.name] = (summary.rules[fault.name] ?? 0) + 1;
    }
    yield write(fields);
    row += 1;
  }
  return summary;
}

/**
 * Writes a file as the exporter of a format would, line by line. The same options give the same bytes.
 * The return value of the generator is the summary, its `bad` the dirty rows.
 *
 * @example
 * for (const line of formatLines('tower-collector', { rows: 1000, seed: 1 })) process.stdout.write(line);
 */
const formatLines = (name: string, options: FormatOptions): Generator<string, SampleSummary> => {
  const { days = 1, dirty = 0, firstDay = '2026-03-02', ...given } = options;
  if (name === 'cellflow') return sampleLines({ ...given, days, firstDay, bad: dirty, quoted: 0 });
  const layout = layouts[name];
  if (layout === undefined) {
    throw new RangeError(`${name}: no format that files are generated for (${generatedFormats.join(', ')})`);
  }
  return layoutLines(layout, { ...given, days, dirty, firstDay });
};

export type { FormatOptions };
export { formatLines, generatedFormats };
