import type { Totals } from '../../uploads/upload';
import type { Finding } from '../findings/finding';
import { type Html, html } from './html';
import type { Section } from './sections';

interface Target {
  id: string;
  title: string;
}

/** The part about the data itself. */
const quality: Target = { id: 'data-quality', title: 'Data quality' };

/**
 * The part that the page opens with: what stands out, each with a link to where it is shown.
 *
 * @param sections - the page's reports, in their order
 */
const renderFindings = (
  findings: readonly Finding[],
  sections: readonly Pick<Section, 'report' | 'id'>[],
  { columns }: Pick<Totals, 'columns'>,
): Html => {
  const targets = new Map(sections.map(({ id, report: { name, title } }) => [name, { id, title }]));
  const targetOf = ({ kind, report = '' }: Finding): Target | undefined => {
    // The part is left out of an upload from before this was counted.
    if (kind === 'quality') return Object.keys(columns).length > 0 ? quality : undefined;
    return targets.get(report);
  };
  const items = findings.map((finding) => {
    const target = targetOf(finding);
    return html`<li class="${finding.kind}">${finding.text}${target && html` <a href="#${target.id}">${target.title}</a>`}</li>\n`;
  });
  return html`<section class="findings" aria-labelledby="what-stands-out">
<h2 id="what-stands-out">What stands out</h2>
${items.length > 0 ? html`<ul>${items}</ul>` : html`<p>Nothing stands out in these days.</p>`}
</section>
`;
};

export { renderFindings };
