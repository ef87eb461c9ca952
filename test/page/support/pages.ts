import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { weigh } from '../../../core/reports/page/basis';
import { reportColumns } from '../../../core/reports/page/columns';
import { tableBudget } from '../../../core/reports/page/fitting';
import { drawTileMap } from '../../../core/reports/page/map';
import { type Page, renderPage } from '../../../core/reports/page/page';
import { readRows } from '../../../core/reports/page/rows';
import { makeSection, type Section } from '../../../core/reports/page/sections';
import { idOf, makeTotals, makeUpload } from '../../support/uploads';
import type { RunFixture } from './reports';

const upload = idOf('a');
const mostRead = 2_000;
const fewest = 5;

const sectionOf = async ({ report, csv }: RunFixture, index: number, budget: number): Promise<Section> => {
  if (report.status === 'failed') return makeSection({ report }, index, budget);
  const columns = reportColumns(report.columns, report.units);
  const counting = columns.findIndex(({ name }) => name === report.rowsColumn);
  const weighing = counting < 0 ? undefined : weigh(counting, fewest);
  const rows = await readRows(Readable.from([csv]), columns, mostRead, weighing?.isWanted);
  const basis = weighing?.basis(report.rows);
  const table = { columns, rows, total: report.rows - (basis?.leftOut ?? 0), basis };
  const isMap = report.chart?.kind === 'tile-map';
  const figure = isMap ? await drawTileMap(Readable.from([csv]), `report-${index + 1}`, fewest) : undefined;
  return makeSection({ report, csv: 'https://links.example/csv', table, figure }, index, budget);
};

/** A page of reports as *Build report page* makes it, without anything that is stored. */
const makePage = async (runs: readonly RunFixture[], changes: Partial<Page> = {}): Promise<string> =>
  renderPage({
    files: [
      {
        upload: makeUpload({ id: upload, key: 'incoming/north/mobile-logs.csv' }),
        totals: makeTotals(),
        links: { rejectedRows: 'https://links.example/rejected' },
      },
    ],
    totals: makeTotals(),
    timeZone: 'UTC',
    sections: await Promise.all(runs.map((run, index) => sectionOf(run, index, tableBudget(runs.length)))),
    links: { execution: 'https://links.example/execution' },
    madeAt: 1_770_000_000,
    linksExpireAt: 1_770_604_800,
    ...changes,
  });

/** Files that a browser opens as a person who saved the page does. */
const makeFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'cellflow-page-'));
  return {
    /** Writes a page; gives its address. */
    write: (name: string, page: string): string => {
      const file = join(folder, `${name}.html`);
      writeFileSync(file, page);
      return pathToFileURL(file).href;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

export { makeFolder, makePage, upload };
