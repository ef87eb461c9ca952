import { type Mail, mailSubject, oneLine } from '../platform/mail';
import type { Totals, Upload } from '../uploads/upload';
import type { Finding } from './findings/finding';
import { type OtherUploads, otherUploadsInWords } from './other-uploads';
import { type FileLinks, linkedFiles } from './page/files';
import { formatDays, formatNumber, formatShare, plural } from './page/numbers';
import { fileName } from './page/page';
import { setAsideInWords } from './page/quality';
import { inOrder, reasonInWords } from './page/reasons';
import type { RunReport } from './saved-reports';

interface ReportMailInput {
  upload: Pick<Upload, 'id' | 'key'>;
  totals: Totals;
  /** What stands out, the first thing first. */
  findings: readonly Finding[];
  /** What else the days hold, where that is known. */
  others?: OtherUploads;
  reports: readonly { report: Pick<RunReport, 'name' | 'title' | 'rows' | 'status' | 'reason'>; csv?: string }[];
  links: { page: string; rejectedRows: string; setAsideValues?: string; execution: string } & FileLinks;
  /** Days for which the links open. */
  linkDays: number;
}

/** The mail travels in the execution's state, which holds 256 KB in all; SNS takes as much. */
const mostBytes = 100_000;
const mostReasons = 10;
const longestReason = 500;
const longestFinding = 1_500;

/** What got worse, in the words of a subject: `3 places worse`. */
const worseInWords = (findings: readonly Finding[]): string | undefined => {
  const worse = findings.filter(({ kind }) => kind === 'worse');
  const places = worse.reduce((sum, finding) => sum + (finding.places ?? 0), 0);
  if (places > 0) return `${plural(places, 'place')} worse`;
  return worse.length > 0 ? 'signal worse' : undefined;
};

const composeSubject = (
  { upload, totals: { valid, rows, rejected }, findings }: ReportMailInput,
  failed: number,
): string => {
  const worse = worseInWords(findings);
  const told = (name: string) =>
    [
      `Cellflow: ${worse ? `${worse}, ` : ''}${formatNumber(valid)} of ${plural(rows, 'row')} of ${name} reported`,
      rejected > 0 && `${formatNumber(rejected)} rejected`,
      failed > 0 && `${plural(failed, 'report')} failed`,
    ]
      .filter(Boolean)
      .join(', ');
  return mailSubject(fileName(upload.key), told);
};

const composeReport = ({ report: { name, title, rows }, csv }: ReportMailInput['reports'][number]): string =>
  `${oneLine(title, 200)} (${oneLine(name, 100)}, ${plural(rows, 'row')})\n  ${csv}`;

const composeFailed = ({ report: { name, title, reason } }: ReportMailInput['reports'][number]): string =>
  `${oneLine(title, 200)} (${oneLine(name, 100)})\n  ${oneLine(reason ?? 'No reason was given.', longestReason)}`;

/** As many entries as there is room for, and how many are left. */
const fill = (entries: readonly string[], room: number): string => {
  const taken: string[] = [];
  let bytes = 0;
  for (const entry of entries) {
    bytes += Buffer.byteLength(entry) + 1;
    if (bytes > room) break;
    taken.push(entry);
  }
  const left = entries.length - taken.length;
  return [...taken, ...(left > 0 ? [`and ${formatNumber(left)} more, on the page`] : [])].join('\n');
};

const composeRejected = ({ totals: { rejected, rows, reasons }, links }: ReportMailInput): string => {
  const ordered = inOrder(reasons);
  const lines = ordered
    .slice(0, mostReasons)
    .map(([reason, count]) => `  ${formatNumber(count)} ${oneLine(reasonInWords(reason), 120)}`);
  if (ordered.length > mostReasons) lines.push(`  and ${plural(ordered.length - mostReasons, 'more reason')}`);
  return `Rejected: ${plural(rejected, 'row')} (${formatShare(rejected, rows)})\n${lines.join('\n')}\n  ${links.rejectedRows}`;
};

const composeSetAside = ({ totals, links: { setAsideValues } }: ReportMailInput): string | undefined => {
  const told = setAsideInWords(totals);
  if (told === undefined) return undefined;
  const [most] = inOrder(totals.setAside);
  const example = most && `, most often ${oneLine(reasonInWords(most[0]), 120)}`;
  return `${told}${example}; the rows are kept.${setAsideValues ? `\n  ${setAsideValues}` : ''}`;
};

/** What stands out, a line each. */
const composeFindings = ({ findings }: ReportMailInput): string =>
  findings.length === 0
    ? 'Nothing stands out in these days.'
    : `What stands out:\n${findings.map(({ text }) => `- ${oneLine(text, longestFinding)}`).join('\n')}`;

/** The mail that tells that the reports are ready: what stands out, what came of the file, a link a report, what is not well. */
const composeReportMail = (input: ReportMailInput): Mail => {
  const { upload, totals, others, reports, links, linkDays } = input;
  const done = reports.filter(({ report }) => report.status === 'done');
  const failed = reports.filter(({ report }) => report.status === 'failed');
  const paragraphs = [
    composeFindings(input),
    `All reports on one page, with charts:\n${links.page}`,
    ...linkedFiles(links).map(({ text, link }) => `${text}:\n${link}`),
    `${plural(done.length, 'report')} on ${oneLine(fileName(upload.key), 300)}, measurements of ${formatDays(totals.firstDay, totals.lastDay)}.`,
    `${plural(totals.rows, 'row')} in the file, ${formatNumber(totals.valid)} accepted (${formatShare(totals.valid, totals.rows)}), ${formatNumber(totals.rejected)} rejected.`,
    others && oneLine(otherUploadsInWords(others) ?? '', longestFinding),
    totals.rejected > 0 && composeRejected(input),
    composeSetAside(input),
    failed.length > 0 &&
      `${plural(failed.length, 'saved report')} failed, the others are complete:\n${fill(failed.map(composeFailed), mostBytes / 4)}`,
    done.length > 0 && `Each report as CSV:\n${fill(done.map(composeReport), mostBytes / 2)}`,
    `The links open for ${plural(linkDays, 'day')}.`,
    `Execution:\n${links.execution}`,
    `Upload ${upload.id}`,
  ];
  // The narrow spaces of the page are a question mark in some mail programs.
  const message = `${paragraphs.filter(Boolean).join('\n\n')}\n`.replace(/[\u2009\u202f]/g, ' ');
  return { subject: composeSubject(input, failed.length), message };
};

export type { ReportMailInput };
export { composeReportMail };
