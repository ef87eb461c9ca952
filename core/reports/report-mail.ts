import { type Mail, mailSubject, oneLine } from '../platform/mail';
import type { Totals } from '../uploads/upload';
import type { Finding } from './findings/finding';
import { type OtherUploads, otherUploadsInWords } from './other-uploads';
import { type FileLinks, linkedFiles } from './page/files';
import { formatDays, formatNumber, formatShare, plural } from './page/numbers';
import { setAsideInWords } from './page/quality';
import { inOrder, reasonInWords } from './page/reasons';
import { fillLines, listFiles, nameFiles, onlyFile, type ReportedFile } from './reported-files';
import type { RunReport } from './saved-reports';

interface MailedFile extends ReportedFile {
  links: { rejectedRows: string; setAsideValues?: string };
}

interface ReportMailInput {
  /** One file, or those that a round reports together. */
  files: readonly MailedFile[];
  /** Of all of them. */
  totals: Totals;
  /** Number of the round, where it reports several files. */
  round?: number;
  /** What stands out, the first thing first. */
  findings: readonly Finding[];
  /** What else the days hold, where that is known. */
  others?: OtherUploads;
  reports: readonly { report: Pick<RunReport, 'name' | 'title' | 'rows' | 'status' | 'reason'>; csv?: string }[];
  links: { page: string; execution: string } & FileLinks;
  /** Days for which the links open. */
  linkDays: number;
}

/** Bytes of what could grow. The mail travels in the execution's state, which holds 256 KB in all; SNS takes as much. */
const room = { files: 20_000, reports: 40_000, failed: 20_000 };
const onPage = ', on the page';
const mostReasons = 10;
const longestReason = 500;
const longestName = 300;
const longestFinding = 1_500;

/** What got worse, in the words of a subject: `3 places worse`. */
const worseInWords = (findings: readonly Finding[]): string | undefined => {
  const worse = findings.filter(({ kind }) => kind === 'worse');
  const places = worse.reduce((sum, finding) => sum + (finding.places ?? 0), 0);
  if (places > 0) return `${plural(places, 'place')} worse`;
  return worse.length > 0 ? 'signal worse' : undefined;
};

const composeSubject = (
  { files, totals: { valid, rows, rejected }, findings }: ReportMailInput,
  failed: number,
): string => {
  const worse = worseInWords(findings);
  const reported = (name: string) =>
    files.length === 1
      ? `${formatNumber(valid)} of ${plural(rows, 'row')} of ${name} reported`
      : `${name} reported, ${formatNumber(valid)} of ${plural(rows, 'row')}`;
  const told = (name: string) =>
    [
      `Cellflow: ${worse ? `${worse}, ` : ''}${reported(name)}`,
      rejected > 0 && `${formatNumber(rejected)} rejected`,
      failed > 0 && `${plural(failed, 'report')} failed`,
    ]
      .filter(Boolean)
      .join(', ');
  return mailSubject(nameFiles(files), told);
};

const composeReport = ({ report: { name, title, rows }, csv }: ReportMailInput['reports'][number]): string =>
  `${oneLine(title, 200)} (${oneLine(name, 100)}, ${plural(rows, 'row')})\n  ${csv}`;

const composeFailed = ({ report: { name, title, reason } }: ReportMailInput['reports'][number]): string =>
  `${oneLine(title, 200)} (${oneLine(name, 100)})\n  ${oneLine(reason ?? 'No reason was given.', longestReason)}`;

/** Each file with its rows, those with rejected rows first. */
const composeFiles = ({ files }: ReportMailInput): string =>
  `Each file with its rows:\n${listFiles(files, room.files, onPage)}`;

/** The link to all of what is at fault in a file; of several files, where the links are. */
const wayTo = (link: string | undefined, files: ReportMailInput['files']): string => {
  if (files.length > 1) return '\n  All of them, a list a file, are linked on the page.';
  return link === undefined ? '' : `\n  ${link}`;
};

const composeRejected = ({ files, totals: { rejected, rows, reasons } }: ReportMailInput): string => {
  const ordered = inOrder(reasons);
  const lines = ordered
    .slice(0, mostReasons)
    .map(([reason, count]) => `  ${formatNumber(count)} ${oneLine(reasonInWords(reason), 120)}`);
  if (ordered.length > mostReasons) lines.push(`  and ${plural(ordered.length - mostReasons, 'more reason')}`);
  return `Rejected: ${plural(rejected, 'row')} (${formatShare(rejected, rows)})\n${lines.join('\n')}${wayTo(onlyFile(files)?.links.rejectedRows, files)}`;
};

const composeSetAside = ({ files, totals }: ReportMailInput): string | undefined => {
  const told = setAsideInWords(totals);
  if (told === undefined) return undefined;
  const [most] = inOrder(totals.setAside);
  const example = most && `, most often ${oneLine(reasonInWords(most[0]), 120)}`;
  return `${told}${example}; the rows are kept.${wayTo(onlyFile(files)?.links.setAsideValues, files)}`;
};

/** What stands out, a line each. */
const composeFindings = ({ findings }: ReportMailInput): string =>
  findings.length === 0
    ? 'Nothing stands out in these days.'
    : `What stands out:\n${findings.map(({ text }) => `- ${oneLine(text, longestFinding)}`).join('\n')}`;

/** Which upload this is, or which round. */
const composeIdentity = ({ files, round }: ReportMailInput): string => {
  const one = onlyFile(files);
  if (one !== undefined) return `Upload ${one.upload.id}`;
  return `${round === undefined ? '' : `Round ${round}, `}${plural(files.length, 'upload')}`;
};

/** The mail that tells that the reports are ready: what stands out, what came of the files, a link a report, what is not well. */
const composeReportMail = (input: ReportMailInput): Mail => {
  const { files, totals, others, reports, links, linkDays } = input;
  const done = reports.filter(({ report }) => report.status === 'done');
  const failed = reports.filter(({ report }) => report.status === 'failed');
  const paragraphs = [
    composeFindings(input),
    `All reports on one page, with charts:\n${links.page}`,
    ...linkedFiles(links).map(({ text, link }) => `${text}:\n${link}`),
    `${plural(done.length, 'report')} on ${oneLine(nameFiles(files), longestName)}, measurements of ${formatDays(totals.firstDay, totals.lastDay)}.`,
    `${plural(totals.rows, 'row')} in the ${files.length === 1 ? 'file' : 'files'}, ${formatNumber(totals.valid)} accepted (${formatShare(totals.valid, totals.rows)}), ${formatNumber(totals.rejected)} rejected.`,
    files.length > 1 && composeFiles(input),
    others && oneLine(otherUploadsInWords(others) ?? '', longestFinding),
    totals.rejected > 0 && composeRejected(input),
    composeSetAside(input),
    failed.length > 0 &&
      `${plural(failed.length, 'saved report')} failed, the others are complete:\n${fillLines(failed.map(composeFailed), room.failed, onPage)}`,
    done.length > 0 && `Each report as CSV:\n${fillLines(done.map(composeReport), room.reports, onPage)}`,
    `The links open for ${plural(linkDays, 'day')}.`,
    `Execution:\n${links.execution}`,
    composeIdentity(input),
  ];
  // The narrow spaces of the page are a question mark in some mail programs.
  const message = `${paragraphs.filter(Boolean).join('\n\n')}\n`.replace(/[\u2009\u202f]/g, ' ');
  return { subject: composeSubject(input, failed.length), message };
};

export type { ReportMailInput };
export { composeReportMail };
