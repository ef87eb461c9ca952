import type { Totals, Upload } from '../../uploads/upload';
import { contentHash, document } from './documents';
import { type FileLinks, renderFiles } from './files';
import { renderHeadline, renderRejections } from './headline';
import { type Html, html } from './html';
import { formatDays, formatMoment, plural } from './numbers';
import { renderQuality } from './quality';
import type { Reading } from './reading';
import { script } from './script';
import { renderContents, renderFailures, type Section } from './sections';
import { css } from './style';

interface Page {
  upload: Pick<Upload, 'id' | 'key' | 'version'> & Reading['upload'];
  totals: Totals;
  format?: Reading['format'];
  timeZone: string;
  sections: readonly Section[];
  links: {
    rejectedRows: string;
    /** Where there are any. */
    setAsideValues?: string;
    execution: string;
  } & FileLinks;
  /** Unix times in seconds. */
  madeAt: number;
  linksExpireAt: number;
}

/** Most bytes of a page: a Lambda's answer holds 6 MB, of which base64 leaves 4.5. */
const mostBytes = 4_000_000;
const mostTableBytes = 200_000;
/** Kept for what is not a table: of the page, of a report. */
const reserved = { page: 100_000, report: 6_000 };

const fileName = (key: string): string => key.split('/').at(-1) || key;

/** Bytes that a report's table may fill, so that all of them fit. */
const tableBudget = (reports: number): number =>
  Math.max(
    0,
    Math.min(mostTableBytes, Math.floor((mostBytes - reserved.page) / Math.max(1, reports)) - reserved.report),
  );

const bytesOf = ({ markup }: Html): number => Buffer.byteLength(markup);

/** Takes the smaller of two markups where most is saved, until `excess` bytes are; gives what is still too much. */
const shrink = (chosen: Html[], smaller: readonly Html[], excess: number): number => {
  const largestFirst = chosen
    .map((markup, index) => ({ index, saved: bytesOf(markup) - bytesOf(smaller[index] ?? markup) }))
    .filter(({ saved }) => saved > 0)
    .sort((one, other) => other.saved - one.saved);
  let left = excess;
  for (const { index, saved } of largestFirst) {
    if (left <= 0) break;
    chosen[index] = smaller[index] as Html;
    left -= saved;
  }
  return left;
};

/** All reports with chart and table; where that is too much, the largest go without their chart, then without their table. */
const fitSections = (sections: readonly Section[], room: number): Html[] => {
  const chosen = sections.map(({ full }) => full);
  const all = chosen.reduce((sum, markup) => sum + bytesOf(markup), 0);
  const excess = shrink(
    chosen,
    sections.map(({ plain }) => plain),
    all - room,
  );
  shrink(
    chosen,
    sections.map(({ brief }) => brief),
    excess,
  );
  return chosen;
};

/** The report page of an upload: one HTML document that needs nothing else. */
const renderPage = ({ sections, links, madeAt, linksExpireAt, ...reading }: Page): string => {
  const { upload, totals } = reading;
  const name = fileName(upload.key);
  const operators = sections.flatMap((section) => section.operators ?? []);
  const quality = renderQuality(reading, links.setAsideValues);
  const contents = renderContents(sections, quality !== undefined);
  const failures = renderFailures(sections);
  const body = html`<a class="skip" href="#main">To the reports</a>
<header class="top"><div>
<p class="brand">Cellflow</p>
<h1>${name}</h1>
<p class="about">${plural(sections.length, 'report')} on mobile-network measurements of ${formatDays(totals.firstDay, totals.lastDay)}</p>
${renderHeadline(totals, operators.length > 0 ? Math.max(...operators) : undefined)}
</div></header>
<div class="layout">
${contents}
<main id="main">
${renderFiles(links)}
${failures}
${quality}
${renderRejections(totals, links.rejectedRows)}
${fitSections(sections, mostBytes - reserved.page - bytesOf(contents) - (failures ? bytesOf(failures) : 0))}
</main>
</div>
<footer><dl>
<div><dt>File</dt><dd>${upload.key}</dd></div>
<div><dt>Upload</dt><dd><code>${upload.id}</code></dd></div>
<div><dt>Made</dt><dd>${formatMoment(madeAt)}</dd></div>
<div><dt>Links open until</dt><dd>${formatMoment(linksExpireAt)}</dd></div>
<div><dt>Run</dt><dd><a href="${links.execution}">Execution in the console</a></dd></div>
</dl></footer>`;
  return String(document({ title: `${name} · Cellflow`, css, script, body }));
};

/** Hashes of the page's styles and script, for the content-security policy of who serves it: metadata of its object. */
const pageHashes: Record<string, string> = {
  style: contentHash(css),
  ...(script === '' ? {} : { script: contentHash(script) }),
};

export type { Page };
export { fileName, mostBytes, pageHashes, renderPage, tableBudget };
