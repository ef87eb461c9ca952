import { reportKeys } from '../../platform/keys';
import type { RunReport } from '../saved-reports';

/** Keys in the reports bucket (`$.published.exports`). */
interface ExportedFiles {
  workbook: string;
  /** Where there is a map. */
  map?: string;
}

/** The report that the map is made of; undefined where it failed, was not run, or is of no tiles. */
const mappedReport = (reports: readonly RunReport[]): RunReport | undefined =>
  reports.find(
    ({ name, status, rows, columns }) =>
      name === 'signal-map' && status === 'done' && rows > 0 && columns.some((column) => column.name === 'tile'),
  );

/** The files that *Export workbook* and *Export map* write of reports: known by whoever links to them, while they are written. */
const exportedFiles = (id: string, reports: readonly RunReport[]): ExportedFiles => ({
  workbook: reportKeys.workbook(id),
  ...(mappedReport(reports) && { map: reportKeys.mapFile(id) }),
});

export type { ExportedFiles };
export { exportedFiles, mappedReport };
