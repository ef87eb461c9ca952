import type { Readable } from 'node:stream';
import { z } from 'zod';
import { mapAtOnce } from '../core/platform/concurrency';
import { environment } from '../core/platform/environment';
import { reportKeys } from '../core/platform/keys';
import { lambda } from '../core/platform/lambda';
import { ObjectWriter } from '../core/platform/object-writer';
import { streamObject } from '../core/platform/objects';
import { readSettings } from '../core/platform/settings';
import { mapReport, writeMapFile } from '../core/reports/export/map-file';
import { writeWorkbook } from '../core/reports/export/workbook';
import { fileTypes } from '../core/reports/report-links';
import { roundReferenceSchema } from '../core/reports/rounds/round';
import { readCurrentReporting } from '../core/reports/rounds/stage';
import { readRunReport, reportResultsSchema } from '../core/reports/run-results';
import type { RunReport } from '../core/reports/saved-reports';
import { totalsSchema, uploadSchema } from '../core/uploads/upload';

const exportReportsEvent = z.strictObject({
  upload: uploadSchema,
  totals: totalsSchema,
  /** None in executions that began before there were rounds. */
  round: roundReferenceSchema.optional(),
  reports: reportResultsSchema,
});

type ExportReportsEvent = z.infer<typeof exportReportsEvent>;

/** Keys in the reports bucket (`$.exports`). */
interface Exports {
  workbook: string;
  /** Where there is a map. */
  map?: string;
}

const readsAtOnce = 8;

const openCsv = ({ csv }: RunReport): Promise<Readable> =>
  streamObject({ Bucket: environment('REPORTS_BUCKET'), Key: csv });

/** Writes an object in pieces; there is none where the work fails, or says that it is worth nothing. */
const writeObject = async (
  key: string,
  type: string,
  work: (write: (data: Buffer | string) => Promise<void>) => Promise<boolean>,
): Promise<boolean> => {
  const writer = new ObjectWriter(environment('REPORTS_BUCKET'), key, type);
  let isKept = false;
  try {
    isKept = await work((data) => writer.write(data));
    if (isKept) await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  if (!isKept) await writer.abort();
  return isKept;
};

/** The map, where its report was run and shows something. */
const exportMap = async (reports: readonly RunReport[], key: string): Promise<string | undefined> => {
  const report = reports.find(({ name, status }) => name === mapReport && status === 'done');
  if (report === undefined) return undefined;
  const csv = await openCsv(report);
  const isKept = await writeObject(key, fileTypes.geojson, (write) =>
    writeMapFile(csv, write, readSettings().fewestRows),
  );
  return isKept ? key : undefined;
};

/** Writes the files that other programs open: all reports as one workbook, and the map. A retry writes them again. */
const exportReports = async ({ reports, ...event }: ExportReportsEvent): Promise<Exports> => {
  const { id, totals, uploads } = await readCurrentReporting(event);
  const found = await mapAtOnce(readsAtOnce, reports, ({ file }) => readRunReport(id, file));
  const workbook = reportKeys.workbook(id);
  await writeObject(workbook, fileTypes.xlsx, async (write) => {
    await writeWorkbook({ files: uploads, totals, reports: found, open: openCsv }, write);
    return true;
  });
  const map = await exportMap(found, reportKeys.mapFile(id));
  return { workbook, ...(map !== undefined && { map }) };
};

const handler = lambda(exportReports, { event: exportReportsEvent });

export type { Exports };
export { exportReports, exportReportsEvent, handler };
