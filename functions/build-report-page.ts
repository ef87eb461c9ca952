import { PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
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
import { exportedFiles } from '../core/reports/export/exported-files';
import { isNews } from '../core/reports/findings/finding';
import { isLookedAt, readFindings } from '../core/reports/findings/read-findings';
import { type OtherUploads, readOtherUploads } from '../core/reports/other-uploads';
import { renderFindings } from '../core/reports/page/findings';
import { tableBudget } from '../core/reports/page/fitting';
import { type PageFile, pageHashes, renderPage } from '../core/reports/page/page';
import { readReport, rowsToRead } from '../core/reports/page/report-rows';
import { makeSection, type ReportRows, type Section, sectionId } from '../core/reports/page/sections';
import { expiryAfter, linkMaker, type MakeLink } from '../core/reports/report-links';
import { composeReportMail } from '../core/reports/report-mail';
import { type RoundUpload, roundReferenceSchema } from '../core/reports/rounds/round';
import { readCurrentReporting } from '../core/reports/rounds/stage';
import { reportResultsSchema } from '../core/reports/run-results';
import { totalsSchema, uploadSchema } from '../core/uploads/upload';

const buildReportPageEvent = z.strictObject({
  upload: uploadSchema,
  totals: totalsSchema,
  /** None in executions that began before there were rounds. */
  round: roundReferenceSchema.optional(),
  /** What *Run reports* left of each report. */
  reports: reportResultsSchema,
  /**
   * The files that other programs open: written beside the page. Their keys, in executions that began when they were written before it;
   * none, when there were none.
   */
  exports: z
    .union([z.literal('beside'), z.strictObject({ workbook: z.string(), map: z.string().optional() })])
    .optional(),
  execution: executionSchema,
});

type BuildReportPageEvent = z.infer<typeof buildReportPageEvent>;

/** What the mail is made of, the key of the page in the reports bucket, and whether the mail is to be sent. */
interface ReportMail extends Mail {
  page: string;
  send: boolean;
}

/** Reports that are read at once. */
const readsAtOnce = 4;

/** What uploads the days hold beside those of the round, where the report that says so was run. */
const otherUploads = async (
  uploads: readonly RoundUpload[],
  reports: readonly Section[],
): Promise<OtherUploads | undefined> => {
  const found = reports.find(({ report }) => report.name === 'uploads-of-these-days' && report.status === 'done');
  if (found === undefined) return undefined;
  const csv = await streamObject({ Bucket: environment('REPORTS_BUCKET'), Key: found.report.csv });
  return readOtherUploads(csv, new Set(uploads.map(({ upload }) => upload.id)));
};

/** A file of the round as page and mail tell of it. */
const toldFile = ({ upload, totals }: RoundUpload, link: MakeLink): PageFile => ({
  upload,
  totals,
  format: shippedFormats().find(({ name }) => name === upload.format),
  links: {
    rejectedRows: link(reportKeys.rejectedRows(upload.id)),
    setAsideValues: totals.rowsWithSetAside > 0 ? link(reportKeys.setAsideValues(upload.id)) : undefined,
  },
});

/** Makes the page of an upload's reports, or of those of a round, and the mail that leads to it. */
const buildReportPage = async ({
  reports,
  exports,
  execution,
  ...event
}: BuildReportPageEvent): Promise<ReportMail> => {
  const { id, number, uploads, totals } = await readCurrentReporting(event);
  const { linkDays, timeZone, mailOnlyFindings } = readSettings();
  const madeAt = Math.floor(Date.now() / 1000);
  const linksExpireAt = expiryAfter(linkDays, madeAt * 1000);
  const link = await linkMaker(linksExpireAt);
  const page = reportKeys.page(id);
  const about = { files: uploads.map((one) => toldFile(one, link)), totals, round: number };
  const budget = tableBudget(reports.length);
  const limit = rowsToRead(reports.length);
  const lookedAt: ReportRows[] = [];
  const sections = await mapAtOnce(readsAtOnce, [...reports.entries()], async ([index, { file }]) => {
    const rows = await readReport(id, file, sectionId(index), link, limit);
    if (isLookedAt(rows.report.name)) lookedAt.push(rows);
    return makeSection(rows, index, budget);
  });
  const ran = sections.map(({ report }) => report);
  const files = exports === 'beside' ? exportedFiles(id, ran) : exports;
  const links = {
    page: link(page),
    workbook: files && link(files.workbook),
    map: files?.map && link(files.map),
    execution: executionLink(execution.Id),
  };
  const findings = await readFindings({
    files: uploads,
    totals,
    bucket: environment('REPORTS_BUCKET'),
    reports: [...lookedAt, ...sections],
  });
  const others = await otherUploads(uploads, sections);
  await s3().send(
    new PutObjectCommand({
      Bucket: environment('REPORTS_BUCKET'),
      Key: page,
      Body: renderPage({
        ...about,
        timeZone,
        sections,
        findings: renderFindings(findings, sections, totals),
        others,
        links,
        madeAt,
        linksExpireAt,
      }),
      ContentType: 'text/html; charset=utf-8',
      // For the content-security policy of `report-link`.
      Metadata: pageHashes,
    }),
  );
  const failed = ran.some(({ status }) => status === 'failed');
  return {
    ...composeReportMail({ ...about, findings, others, reports: sections, links, linkDays }),
    page,
    send: !mailOnlyFindings || failed || findings.some(isNews),
  };
};

const handler = lambda(buildReportPage, { event: buildReportPageEvent });

export { buildReportPage, buildReportPageEvent, handler };
