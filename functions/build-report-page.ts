import { PutObjectCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { executionLink } from './shared/failures/console-link';
import { s3 } from './shared/platform/clients';
import { mapAtOnce } from './shared/platform/concurrency';
import { environment } from './shared/platform/environment';
import { executionSchema } from './shared/platform/execution';
import { lakeKeys, reportKeys } from './shared/platform/keys';
import { lambda } from './shared/platform/lambda';
import { getJson, streamObject } from './shared/platform/objects';
import { readSettings } from './shared/platform/settings';
import { reportColumns } from './shared/reports/page/columns';
import { pageStyle, renderPage, tableBudget } from './shared/reports/page/page';
import { readRows } from './shared/reports/page/rows';
import { makeSection, type ReportRows } from './shared/reports/page/sections';
import { mostRows as mostTableRows } from './shared/reports/page/tables';
import { expiryAfter, linkMaker, type MakeLink } from './shared/reports/report-links';
import { composeReportMail, type Mail } from './shared/reports/report-mail';
import type { RunReport } from './shared/reports/saved-reports';
import { assertCurrent } from './shared/uploads/claims';
import { totalsSchema, type Upload, uploadSchema } from './shared/uploads/upload';

const buildReportPageEvent = z.strictObject({
  upload: uploadSchema,
  totals: totalsSchema,
  /** What *Run reports* left of each report. */
  reports: z.array(
    z.object({
      name: z.string(),
      file: z.string(),
      status: z.enum(['done', 'failed']),
      rows: z.number(),
      seconds: z.number(),
    }),
  ),
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

const readReport = async ({ upload }: Upload, file: string, link: MakeLink, limit: number): Promise<ReportRows> => {
  const stored = await getJson<RunReport>(environment('LAKE_BUCKET'), lakeKeys.report(upload, file));
  if (stored === undefined) throw new Error(`The report "${file}" of ${upload} left no result. Retry the execution.`);
  const report = stored.value;
  if (report.status === 'failed') return { report };
  const columns = reportColumns(report.columns, report.units);
  const csv = await streamObject({ Bucket: environment('REPORTS_BUCKET'), Key: report.csv });
  const rows = await readRows(csv, columns, limit);
  return { report, csv: link(report.csv), table: { columns, rows, total: Math.max(report.rows, rows.length) } };
};

/** Makes the page of an upload's reports, and the mail that leads to it. */
const buildReportPage = async ({ upload, totals, reports, execution }: BuildReportPageEvent): Promise<ReportMail> => {
  await assertCurrent(upload);
  const { linkDays } = readSettings();
  const madeAt = Math.floor(Date.now() / 1000);
  const linksExpireAt = expiryAfter(linkDays, madeAt * 1000);
  const link = await linkMaker(linksExpireAt);
  const page = reportKeys.page(upload.upload);
  const links = {
    page: link(page),
    rejectedRows: link(reportKeys.rejectedRows(upload.upload)),
    execution: executionLink(execution.Id),
  };
  const budget = tableBudget(reports.length);
  const limit = rowsToRead(reports.length);
  const sections = await mapAtOnce(readsAtOnce, [...reports.entries()], async ([index, { file }]) =>
    makeSection(await readReport(upload, file, link, limit), index, budget),
  );
  await s3().send(
    new PutObjectCommand({
      Bucket: environment('REPORTS_BUCKET'),
      Key: page,
      Body: renderPage({ upload, totals, sections, links, madeAt, linksExpireAt }),
      ContentType: 'text/html; charset=utf-8',
      // The hash of its styles, for the content-security policy of `report-link`.
      Metadata: { style: pageStyle },
    }),
  );
  return { ...composeReportMail({ upload, totals, reports: sections, links, linkDays }), page };
};

const handler = lambda(buildReportPage, { event: buildReportPageEvent });

export { buildReportPage, buildReportPageEvent, handler };
