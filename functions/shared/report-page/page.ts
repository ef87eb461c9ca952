import type { Totals, Upload } from '../upload';
import { document, styleHash } from './documents';
import { renderHeadline, renderRejections } from './headline';
import { html } from './html';
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
const mostReportBytes = 800_000;
/** Kept for all that is not a report. */
const frameBytes = 300_000;

const fileName = (key: string): string => key.split('/').at(-1) || key;

/** All reports share the page alike; one that is large loses its chart, then rows. */
const reportBudget = (reports: number): number =>
  Math.min(mostReportBytes, Math.floor((mostBytes - frameBytes) / Math.max(1, reports)));

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
${sections.map(({ markup }) => markup)}
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
export { fileName, pageStyle, renderPage, reportBudget };
