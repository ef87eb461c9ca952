import type { Readable } from 'node:stream';
import * as z from 'zod';
import { mapAtOnce } from '../core/platform/concurrency';
import { environment } from '../core/platform/environment';
import { lambda } from '../core/platform/lambda';
import { ObjectWriter } from '../core/platform/object-writer';
import { streamObject } from '../core/platform/objects';
import { readSettings } from '../core/platform/settings';
import { type ExportedFiles, exportedFiles, mappedReport } from '../core/reports/export/exported-files';
import { writeMapFile, writeNoMapFile } from '../core/reports/export/map-file';
import { writeWorkbook } from '../core/reports/export/workbook';
import { UnsortedMap } from '../core/reports/map/geojson';
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
  /** The one that is to be written. @default - both, as by definitions in which they were one stage */
  file: z.enum(['workbook', 'map']).optional(),
});

type ExportReportsEvent = z.infer<typeof exportReportsEvent>;

const readsAtOnce = 8;

const openCsv = ({ csv }: RunReport): Promise<Readable> =>
  streamObject({ Bucket: environment('REPORTS_BUCKET'), Key: csv });

/** What an object is, beside its bytes. */
interface Kind {
  type: string;
  encoding?: 'gzip';
}

/** Writes an object in pieces; there is none where the work fails. */
const writeObject = async (
  key: string,
  { type, encoding }: Kind,
  work: (write: (bytes: Buffer) => Promise<void>) => Promise<void>,
): Promise<void> => {
  const writer = new ObjectWriter(environment('REPORTS_BUCKET'), key, type, encoding);
  try {
    await work((bytes) => writer.write(bytes));
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
};

/** Packed: browsers unpack it, and save it as it is called. */
const mapKind: Kind = { type: fileTypes.geojson, encoding: 'gzip' };

/** Writes the map. A query that somebody changed by hand may leave none that can be told in one pass: then it says so. */
const exportMap = async (report: RunReport, key: string): Promise<void> => {
  const csv = await openCsv(report);
  try {
    await writeObject(key, mapKind, (write) => writeMapFile(csv, readSettings().fewestRows, write));
  } catch (error) {
    if (!(error instanceof UnsortedMap)) throw error;
    await writeObject(key, mapKind, (write) => writeNoMapFile(error.message, write));
  }
};

/**
 * Writes the files that other programs open: all reports as one workbook, the map, or both. A retry writes them again.
 *
 * @returns those that it wrote
 */
const exportReports = async ({ reports, file, ...event }: ExportReportsEvent): Promise<Partial<ExportedFiles>> => {
  const { id, totals, uploads } = await readCurrentReporting(event);
  const found = await mapAtOnce(readsAtOnce, reports, ({ file: name }) => readRunReport(id, name));
  const { workbook, map } = exportedFiles(id, found);
  const mapped = mappedReport(found);
  const written: Partial<ExportedFiles> = {};
  if (file !== 'map') {
    await writeObject(workbook, { type: fileTypes.xlsx }, (write) =>
      writeWorkbook({ files: uploads, totals, reports: found, open: openCsv }, write),
    );
    written.workbook = workbook;
  }
  if (file !== 'workbook' && mapped && map) {
    await exportMap(mapped, map);
    written.map = map;
  }
  return written;
};

const handler = lambda(exportReports, { event: exportReportsEvent });

export { exportReports, exportReportsEvent, handler };
