import type { Totals, Upload } from '../../uploads/upload';
import type { OtherUploads } from '../other-uploads';
import { renderAbout } from './about';
import { renderContents, renderFailures } from './contents';
import { contentHash, document } from './documents';
import { type FileLinks, renderFiles } from './files';
import { fitSections } from './fitting';
import { rejectionsPart, renderHeadline, renderRejections } from './headline';
import { type Html, html } from './html';
import { formatMoment } from './numbers';
import { qualityPart, renderQuality } from './quality';
import type { Reading } from './reading';
import { script } from './script';
import { renderNothing, type Section } from './sections';
import { css } from './styles';

interface Page {
  upload: Pick<Upload, 'id' | 'key' | 'version'> & Reading['upload'];
  totals: Totals;
  format?: Reading['format'];
  timeZone: string;
  /** What stands out; it stands first. */
  findings?: Html;
  /** What else the days hold, where that is known. */
  others?: OtherUploads;
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

/** The part that findings are, as they name it. */
const findingsPart = { id: 'what-stands-out', title: 'What stands out' };

const fileName = (key: string): string => key.split('/').at(-1) || key;

const renderTop = ({ upload, totals, others, sections, links }: Page): Html => {
  const operators = sections.flatMap((section) => section.operators ?? []);
  return html`<header class="top"><div>
<p class="brand">Cellflow</p>
<h1>${fileName(upload.key)}</h1>
${renderAbout(totals, others)}
${renderHeadline(totals, operators.length > 0 ? Math.max(...operators) : undefined)}
${renderFiles(links)}
</div></header>`;
};

const renderFooter = ({ upload, links, madeAt, linksExpireAt }: Page): Html => html`<footer><dl>
<div><dt>File</dt><dd>${upload.key}</dd></div>
<div><dt>Upload</dt><dd><code>${upload.id}</code></dd></div>
<div><dt>Made</dt><dd>${formatMoment(madeAt)}</dd></div>
<div><dt>Links open until</dt><dd>${formatMoment(linksExpireAt)}</dd></div>
<div><dt>Run</dt><dd><a href="${links.execution}">Execution in the console</a></dd></div>
</dl></footer>`;

/** The report page of an upload: one HTML document that needs nothing else. */
const renderPage = (page: Page): string => {
  const { upload, totals, format, timeZone, sections, findings, links } = page;
  const quality = renderQuality({ upload, totals, format, timeZone }, links.setAsideValues);
  const rejections = renderRejections(totals, links.rejectedRows);
  const parts = [
    ...(findings ? [findingsPart] : []),
    ...(quality ? [qualityPart] : []),
    ...(rejections ? [rejectionsPart] : []),
  ];
  const contents = renderContents(sections, parts);
  const before = html`${[findings, renderFailures(sections), quality, rejections]}`;
  const nothing = renderNothing(sections);
  const body = html`<a class="skip" href="#main">To the reports</a>
${renderTop(page)}
<div class="layout">
${contents}
<main id="main">
${before}
${fitSections(sections, [contents, before, nothing])}
${nothing}
</main>
</div>
${renderFooter(page)}`;
  return String(document({ title: `${fileName(upload.key)} · Cellflow`, css, script, body }));
};

/** Hashes of the page's styles and script, for the content-security policy of who serves it: metadata of its object. */
const pageHashes: Record<string, string> = {
  style: contentHash(css),
  ...(script === '' ? {} : { script: contentHash(script) }),
};

export type { Page };
export { fileName, pageHashes, renderPage };
