import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buildSync } from 'esbuild';
import { tallyReport } from '../../../bench/tally-map';
import { document } from '../../../core/reports/page/documents';
import { html } from '../../../core/reports/page/html';
import { drawTileMap } from '../../../core/reports/page/map';
import { css } from '../../../core/reports/page/styles';
import { makeCity } from '../../../samples/city/city';

/** The map's script alone, as the page's script has it. */
const mapScript = (): string => {
  const folder = join(process.cwd(), 'core', 'reports', 'page', 'client', 'map');
  const { outputFiles } = buildSync({
    stdin: { contents: `import { setUpMaps } from './index'; setUpMaps(document);`, resolveDir: folder, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2021',
    charset: 'utf8',
  });
  return outputFiles[0]?.text ?? '';
};

/** The report of a synthetic city. */
const cityReport = (rows = 60_000, seed = 1): string => {
  const { lines } = makeCity({ rows, days: 2, seed, firstDay: '2026-03-02' });
  return [...tallyReport(lines)].join('');
};

/** A document with the map of a report and nothing else, under the policy of the page. */
const mapPage = async (csv: string): Promise<string> => {
  const figure = await drawTileMap(Readable.from([csv]), 'report-1', 5);
  return String(
    document({
      title: 'Map',
      css,
      script: mapScript(),
      body: html`<div class="layout"><nav><h2>Reports</h2></nav><main><h1>Map</h1><section class="report"><header><h2>Map of the coverage</h2></header>${figure}</section></main></div>`,
    }),
  );
};

export { cityReport, mapPage };
