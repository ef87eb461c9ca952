import { PutObjectCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { shippedFormats } from '../core/formats/formats';
import { s3 } from '../core/platform/clients';
import { mapAtOnce } from '../core/platform/concurrency';
import { executionLink } from '../core/platform/console-link';
import { environment } from '../core/platform/environment';
import { executionSchema } from '../core/platform/execution';
import { reportKeys } from '../core/platform/keys';
import { lambda } from '../core/platform/lambda';
import type { Mail } from '../core/platform/mail';
import { streamObject } from '../core/platform/objects';
import { readSettings } from '../core/platform/settings';
import { reportColumns } from '../core/reports/page/columns';
import { pageHashes, renderPage, tableBudget } from '../core/reports/page/page';
import { readRows } from '../core/reports/page/rows';
import { makeSection, type ReportRows } from '../core/reports/page/sections';
import { mostRows as mostTableRows } from '../core/reports/page/tables';
import { expiryAfter, linkMaker, type MakeLink } from '../core/reports/report-links';
import { composeReportMail } from '../core/reports/report-mail';
import { readRunReport, reportResultsSchema } from '../core/reports/run-results';
import { assertCurrent } from '../core/uploads/claims';
import { totalsSchema, type Upload, uploadSchema } from '../core/uploads/upload';

const buildReportPageEvent = z.strictObject({
  upload: uploadSchema,
  totals: totalsSchema,
  /** What *Run reports* left of each report. */
  reports: reportResultsSchema,
  /** Keys of the files that other programs open; none in executions that began before there were any. */
  exports: z.strictObject({ workbook: z.string(), map: z.string().optional() }).optional(),
  execution: executionSchema,
});

type BuildReportPageEvent = z.infer<typeof buildReportPageEvent>;

/** What the mail is made of, and the key of the page in the reports bucket. */
interface ReportMail extends Mail {
  page: string;
}

/** Rows of a report, and of all, that charts are drawn of; the page's tables show fewer, the CSV holds all. */
const mostRows = { report: 2_000, all: 40_000 };
const rowsToRead = (reports: number): number =>
  Math.max(mostTableRows, Math.min(mostRows.report, Math.floor(mostRows.all / Math.max(1, reports))));
const readsAtOnce = 4;

const readReport = async ({ id }: Upload, file: string, link: MakeLink, limit: number): Promise<ReportRows> => {
  const report = await readRunReport(id, file);
  if (report.status === 'failed') return { report };
  const columns = reportColumns(report.columns, report.units);
  const csv = await streamObject({ Bucket: environment('REPORTS_BUCKET'), Key: report.csv });
  const rows = await readRows(csv, columns, limit);
  return { report, csv: link(report.csv), table: { columns, rows, total: Math.max(report.rows, rows.length) } };
};

/** Makes the page of an upload's reports, and the mail that leads to it. */
const buildReportPage = async ({
  upload,
  totals,
  reports,
  exports,
  execution,
}: BuildReportPageEvent): Promise<ReportMail> => {
  await assertCurrent(upload);
  const { linkDays, timeZone } = readSettings();
  const madeAt = Math.floor(Date.now() / 1000);
  const linksExpireAt = expiryAfter(linkDays, madeAt * 1000);
  const link = await linkMaker(linksExpireAt);
  const page = reportKeys.page(upload.id);
  const links = {
    page: link(page),
    rejectedRows: link(reportKeys.rejectedRows(upload.id)),
    setAsideValues: totals.rowsWithSetAside > 0 ? link(reportKeys.setAsideValues(upload.id)) : undefined,
    workbook: exports && link(exports.workbook),
    map: exports?.map && link(exports.map),
    execution: executionLink(execution.Id),
  };
  const format = shippedFormats().find(({ name }) => name === upload.format);
  const budget = tableBudget(reports.length);
  const limit = rowsToRead(reports.length);
  const sections = await mapAtOnce(readsAtOnce, [...reports.entries()], async ([index, { file }]) =>
    makeSection(await readReport(upload, file, link, limit), index, budget),
  );
  await s3().send(
    new PutObjectCommand({
      Bucket: environment('REPORTS_BUCKET'),
      Key: page,
      Body: renderPage({ upload, totals, format, timeZone, sections, links, madeAt, linksExpireAt }),
      ContentType: 'text/html; charset=utf-8',
      // For the content-security policy of `report-link`.
      Metadata: pageHashes,
    }),
  );
  return { ...composeReportMail({ upload, totals, reports: sections, links, linkDays }), page };
};

const handler = lambda(buildReportPage, { event: buildReportPageEvent });

export { buildReportPage, buildReportPageEvent, handler };
