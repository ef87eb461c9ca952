import type { Chart as Hint } from '../report-header';
import { chooseChart } from './charts';
import { type Chart, type LegendItem, type Size, sizes } from './charts/chart';
import { type Html, html } from './html';
import { colourVariable } from './palette';
import type { Table } from './rows';
import { drawSvg } from './svg';

const shapes = {
  square: html`<rect x="1" y="1" width="10" height="10" rx="2"/>`,
  rect: html`<rect x="2" y="2" width="8" height="8"/>`,
  circle: html`<circle cx="6" cy="6" r="4.5"/>`,
  triangle: html`<path d="M6 1.5L11 10.5H1Z"/>`,
  diamond: html`<path d="M6 .5L11.5 6L6 11.5L.5 6Z"/>`,
};

const renderLegend = (items: readonly LegendItem[]): Html | undefined =>
  items.length === 0
    ? undefined
    : html`<ul class="legend">${items.map(
        ({ colour, text, shape = 'square' }) =>
          html`<li><svg width="12" height="12" viewBox="0 0 12 12" fill="${colourVariable(colour) ?? colour}" stroke="var(--axis)" stroke-width=".5" aria-hidden="true">${shapes[shape]}</svg>${text}</li>`,
      )}</ul>`;

const renderPanels = ({ panels, single, caption }: Chart, id: string): Html[] =>
  panels.map((panel, index) => {
    const label = panel.caption ? `${caption}, ${panel.caption}` : caption;
    const drawn: { size: Size; className: string }[] = single
      ? [{ size: sizes[1] as Size, className: 'chart' }]
      : sizes.map((size) => ({ size, className: `chart ${size.name}` }));
    return html`<div class="panel">${drawn.map(({ size, className }) =>
      drawSvg(panel.draw(size), `${id}-${index}${size.name.charAt(0)}`, label, className),
    )}${panel.caption && html`<p class="place">${panel.caption}</p>`}</div>`;
  });

/**
 * Draws the chart that a report's hint asks for.
 *
 * @param id - prefix of every id in it
 */
const renderFigure = (table: Table, hint: Hint | undefined, id: string): Html | undefined => {
  const chart = chooseChart(table, hint);
  if (chart === undefined) return undefined;
  return html`<figure>
<figcaption>${chart.caption}</figcaption>
${renderLegend(chart.legend)}
${chart.panels.length > 0 && html`<div class="${chart.panels.length > 1 ? 'panels' : 'panels one'}">${renderPanels(chart, id)}</div>`}
${chart.notes.map((note) => html`<p class="more">${note}</p>`)}
</figure>`;
};

export { renderFigure };
