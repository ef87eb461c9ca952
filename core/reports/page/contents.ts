import { type Content, type Html, html } from './html';
import { plural } from './numbers';
import type { Section } from './sections';

const remark = ({ report, nothing }: Section): Content => {
  if (report.status === 'failed') return html` <span class="tag">failed</span>`;
  return nothing !== undefined && html` <span class="soft">no rows</span>`;
};

/** A part of the page beside the reports. */
interface Other {
  id: string;
  title: string;
}

/** What the page holds, as links. */
const renderContents = (
  sections: readonly Section[],
  others: readonly Other[],
): Html => html`<nav aria-labelledby="contents">
<h2 id="contents">On this page</h2>
<ol>${others.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol>
<ol>${sections.map((section) => html`<li><a href="#${section.id}">${section.title}</a>${remark(section)}</li>`)}</ol>
</nav>`;

/** Which reports failed; nothing where none did. */
const renderFailures = (sections: readonly Section[]): Html | undefined => {
  const failed = sections.filter(({ report }) => report.status === 'failed');
  if (failed.length === 0) return undefined;
  const names = failed.map(({ id, title }, place) => html`${place > 0 && ', '}<a href="#${id}">${title}</a>`);
  return html`<p class="failed">${plural(failed.length, 'saved report')} failed, the others are complete: ${names}.</p>`;
};

export { renderContents, renderFailures };
