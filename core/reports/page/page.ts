import type { Totals } from '../../uploads/upload';
import type { OtherUploads } from '../other-uploads';
import { nameFiles, onlyFile } from '../reported-files';
import { renderAbout } from './about';
import { renderContents, renderFailures } from './contents';
import { contentHash, document } from './documents';
import { fileListPart, type ListedFile, renderFileList } from './file-list';
import { type FileLinks, renderFiles } from './files';
import { fitSections } from './fitting';
import { rejectionsPart, renderHeadline, renderRejections } from './headline';
import { type Html, html } from './html';
import { formatMoment, formatNumber } from './numbers';
import { qualityPart, renderQuality } from './quality';
import type { ReadFile } from './reading';
import type { Way } from './reasons';
import { script } from './script';
import { renderNothing, type Section } from './sections';
import { css } from './styles';

type PageFile = ListedFile & ReadFile;

interface Page {
  /** One file, or those that a round reports together. */
  files: readonly PageFile[];
  /** Of all of them. */
  totals: Totals;
  /** Number of the round, where it reports several files. */
  round?: number;
  timeZone: string;
  /** What stands out; it stands first. */
  findings?: Html;
  /** What else the days hold, where that is known. */
  others?: OtherUploads;
  sections: readonly Section[];
  links: { execution: string } & FileLinks;
  /** Unix times in seconds. */
  madeAt: number;
  linksExpireAt: number;
}

/** The part that findings are, as they name it. */
const findingsPart = { id: 'what-stands-out', title: 'What stands out' };

const renderTop = ({ files, totals, others, sections, links }: Page, list: Html | undefined): Html => {
  const operators = sections.flatMap((section) => section.operators ?? []);
  return html`<header class="top"><div>
<p class="brand">Cellflow</p>
<h1>${nameFiles(files)}</h1>
${renderAbout(totals, files.length, others)}
${renderHeadline(totals, files.length, operators.length > 0 ? Math.max(...operators) : undefined)}
${list}
${renderFiles(links)}
</div></header>`;
};

/** Which file this is, or how many. */
const renderIdentity = ({ files, round }: Page): Html => {
  const one = onlyFile(files);
  if (one !== undefined) {
    return html`<div><dt>File</dt><dd>${one.upload.key}</dd></div>
<div><dt>Upload</dt><dd><code>${one.upload.id}</code></dd></div>`;
  }
  return html`<div><dt>Files</dt><dd>${formatNumber(files.length)}</dd></div>
${round !== undefined && html`<div><dt>Round</dt><dd>${formatNumber(round)}</dd></div>`}`;
};

const renderFooter = (page: Page): Html => {
  const { links, madeAt, linksExpireAt } = page;
  return html`<footer><dl>
${renderIdentity(page)}
<div><dt>Made</dt><dd>${formatMoment(madeAt)}</dd></div>
<div><dt>Links open until</dt><dd>${formatMoment(linksExpireAt)}</dd></div>
<div><dt>Run</dt><dd><a href="${links.execution}">Execution in the console</a></dd></div>
</dl></footer>`;
};

/** The ways to all rejected rows, and to all values that were set aside: of several files, the list has one a file. */
const waysToFaults = (files: readonly PageFile[]): { rejected: Way; setAside?: Way } => {
  const one = onlyFile(files);
  if (one === undefined) {
    const link = `#${fileListPart.id}`;
    return {
      rejected: { link, text: 'All rejected rows of each file (CSV), from the list of files' },
      setAside: { link, text: 'All values set aside of each file (CSV), from the list of files' },
    };
  }
  const { rejectedRows, setAsideValues } = one.links;
  return {
    rejected: { link: rejectedRows, text: 'All rejected rows with line, column and reason (CSV)' },
    setAside:
      setAsideValues === undefined
        ? undefined
        : { link: setAsideValues, text: 'All values set aside with line, column and reason (CSV)' },
  };
};

/** The report page of an upload, or of a round of several: one HTML document that needs nothing else. */
const renderPage = (page: Page): string => {
  const { files, totals, sections, findings } = page;
  const ways = waysToFaults(files);
  const list = files.length > 1 ? renderFileList(files) : undefined;
  const quality = renderQuality(page, ways.setAside);
  const rejections = renderRejections(totals, ways.rejected);
  const parts = [
    ...(list ? [fileListPart] : []),
    ...(findings ? [findingsPart] : []),
    ...(quality ? [qualityPart] : []),
    ...(rejections ? [rejectionsPart] : []),
  ];
  const contents = renderContents(sections, parts);
  const before = html`${[findings, renderFailures(sections), quality, rejections]}`;
  const nothing = renderNothing(sections);
  const body = html`<a class="skip" href="#main">To the reports</a>
${renderTop(page, list)}
<div class="layout">
${contents}
<main id="main">
${before}
${fitSections(sections, [list, contents, before, nothing])}
${nothing}
</main>
</div>
${renderFooter(page)}`;
  return String(document({ title: `${nameFiles(files)} · Cellflow`, css, script, body }));
};

/** Hashes of the page's styles and script, for the content-security policy of who serves it: metadata of its object. */
const pageHashes: Record<string, string> = {
  style: contentHash(css),
  ...(script === '' ? {} : { script: contentHash(script) }),
};

export type { Page, PageFile };
export { pageHashes, renderPage };
