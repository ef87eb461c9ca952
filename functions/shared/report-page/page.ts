import type { Totals, Upload } from '../upload';
import { document, styleHash } from './documents';
import { renderHeadline, renderRejections } from './headline';
import { type Html, html } from './html';
import { formatDays, formatMoment, plural } from './numbers';
import { renderContents, renderFailures, type Section } from './sections';
import { css } from './style';

interface Page {
  upload: Pick<Upload, 'upload' | 'key' | 'version'>;
  totals: Totals;
  sections: readonly Section[];
  links: {
    rejectedRows: string;
    execution: string;
  };
  /** Unix times in seconds. */
  madeAt: number;
  linksExpireAt: number;
}

/** Most bytes of a page: a Lambda's answer holds 6 MB, of which base64 leaves 4.5. */
const mostBytes = 4_000_000;
const mostTableBytes = 200_000;
/** Kept for what is not a table: of the page, of a report. */
const reserved = { page: 300_000, report: 5_000 };

const fileName = (key: string): string => key.split('/').at(-1) || key;

/** Bytes that a report's table may fill, so that all of them fit. */
const tableBudget = (reports: number): number =>
  Math.max(
    0,
    Math.min(mostTableBytes, Math.floor((mostBytes - reserved.page) / Math.max(1, reports)) - reserved.report),
  );

const bytesOf = ({ markup }: Html): number => Buffer.byteLength(markup);

/** All reports with their charts; where that is too much, those with the largest charts go without. */
const fitCharts = (sections: readonly Section[]): Html[] => {
  const chosen = sections.map(({ full }) => full);
  let left = mostBytes - reserved.page - chosen.reduce((sum, full) => sum + bytesOf(full), 0);
  const largestFirst = sections
    .map(({ full, plain }, index) => ({ index, plain, saved: bytesOf(full) - bytesOf(plain) }))
    .sort((one, other) => other.saved - one.saved);
  for (const { index, plain, saved } of largestFirst) {
    if (left >= 0) break;
    chosen[index] = plain;
    left += saved;
  }
  return chosen;
};

/** The report page of an upload: one HTML document that needs nothing else. */
const renderPage = ({ upload, totals, sections, links, madeAt, linksExpireAt }: Page): string => {
  const name = fileName(upload.key);
  const operators = sections.flatMap((section) => section.operators ?? []);
  const body = html`<a class="skip" href="#main">To the reports</a>
<header class="top"><div>
<p class="brand">Cellflow</p>
<h1>${name}</h1>
<p class="about">${plural(sections.length, 'report')} on mobile-network measurements of ${formatDays(totals.firstDay, totals.lastDay)}</p>
${renderHeadline(totals, operators.length > 0 ? Math.max(...operators) : undefined)}
</div></header>
<div class="layout">
${renderContents(sections)}
<main id="main">
${renderFailures(sections)}
${renderRejections(totals, links.rejectedRows)}
${fitCharts(sections)}
</main>
</div>
<footer><dl>
<div><dt>File</dt><dd>${upload.key}</dd></div>
<div><dt>Upload</dt><dd><code>${upload.upload}</code></dd></div>
<div><dt>Made</dt><dd>${formatMoment(madeAt)}</dd></div>
<div><dt>Links open until</dt><dd>${formatMoment(linksExpireAt)}</dd></div>
<div><dt>Run</dt><dd><a href="${links.execution}">Execution in the console</a></dd></div>
</dl></footer>`;
  return String(document({ title: `${name} · Cellflow`, css, body }));
};

/** Hash of the page's styles, for the content-security policy of who serves it. */
const pageStyle = styleHash(css);

export type { Page };
export { fileName, mostBytes, pageStyle, renderPage, tableBudget };
