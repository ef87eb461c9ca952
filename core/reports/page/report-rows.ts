import { environment } from '../../platform/environment';
import { streamObject } from '../../platform/objects';
import { readSettings } from '../../platform/settings';
import type { MakeLink } from '../report-links';
import { readRunReport } from '../run-results';
import type { RunReport } from '../saved-reports';
import { weigh } from './basis';
import { reportColumns } from './columns';
import type { Html } from './html';
import { drawTileMap } from './map';
import { readRows, type Table } from './rows';
import type { ReportRows } from './sections';
import { mostRows as mostTableRows } from './tables';

/** Rows of a report, and of all, that charts are drawn of; the page's tables show fewer, the CSV holds all. */
const mostRows = { report: 2_000, all: 40_000 };

/** Most rows to read of each of so many reports. */
const rowsToRead = (reports: number): number =>
  Math.max(mostTableRows, Math.min(mostRows.report, Math.floor(mostRows.all / Math.max(1, reports))));

/** The beginning of a report's rows, without those that speak of too few measurements. */
const readTable = async (report: RunReport, limit: number): Promise<Table> => {
  const columns = reportColumns(report.columns, report.units);
  const csv = await streamObject({ Bucket: environment('REPORTS_BUCKET'), Key: report.csv });
  const counting = columns.findIndex(({ name }) => name === report.rowsColumn);
  if (counting < 0) {
    const rows = await readRows(csv, columns, limit);
    return { columns, rows, total: Math.max(report.rows, rows.length) };
  }
  const { isWanted, basis } = weigh(counting, readSettings().fewestRows, report.measurements);
  const rows = await readRows(csv, columns, limit, isWanted);
  const weighed = basis(report.rows);
  return { columns, rows, total: Math.max(report.rows - weighed.leftOut, rows.length), basis: weighed };
};

/** The map of a report that asks for one: of all of its rows. */
const drawMap = async ({ chart, csv }: RunReport, id: string): Promise<Html | undefined> => {
  if (chart?.kind !== 'tile-map') return undefined;
  const rows = await streamObject({ Bucket: environment('REPORTS_BUCKET'), Key: csv });
  return drawTileMap(rows, id, readSettings().fewestRows);
};

/**
 * Reads what a run left of a report: the beginning of its rows, and its map where it asks for one.
 *
 * @param id - of its part of the page
 * @param limit - most rows, of {@link rowsToRead}
 */
const readReport = async (
  upload: string,
  file: string,
  id: string,
  link: MakeLink,
  limit: number,
): Promise<ReportRows> => {
  const report = await readRunReport(upload, file);
  if (report.status === 'failed') return { report };
  const figure = await drawMap(report, id);
  return { report, csv: link(report.csv), table: await readTable(report, limit), figure };
};

export { readReport, rowsToRead };
