import type { Finding } from '../findings/finding';
import { type Html, html } from './html';

/** A part of the page that a finding leads to. */
interface Target {
  id: string;
  title: string;
}

/**
 * The part that the page opens with: what stands out, each with a link to where it is shown.
 *
 * @param targets - the parts of the page, by the name of their report
 * @param quality - the part about the data itself
 */
const renderFindings = (
  findings: readonly Finding[],
  targets: ReadonlyMap<string, Target>,
  quality: Target | undefined,
): Html => html`<section class="findings" aria-labelledby="what-stands-out">
<h2 id="what-stands-out">What stands out</h2>
${
  findings.length === 0
    ? html`<p>Nothing stands out in these days.</p>`
    : html`<ul>${findings.map(({ kind, text, report }) => {
        const target = report === undefined ? quality : targets.get(report);
        return html`<li class="${kind}">${text}${target && html` <a href="#${target.id}">${target.title}</a>`}</li>\n`;
      })}</ul>`
}
</section>
`;

export type { Target };
export { renderFindings };
