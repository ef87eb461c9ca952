import { type Content, type Html, html } from './html';

interface Part {
  id: string;
  title: string;
  /** Kind of part, for its looks: `report`, `quality`, … */
  kind: string;
  /** Stands beside the title. */
  aside?: Content;
  body: Content;
}

/** A part of the page: a title and what can be folded away below it. */
const renderPart = ({
  id,
  title,
  kind,
  aside,
  body,
}: Part): Html => html`<section class="part ${kind}" id="${id}" aria-labelledby="${id}-title">
<header>
<h2 id="${id}-title">${title}</h2>
${aside}
</header>
<div class="body" id="${id}-body">
${body}
</div>
</section>
`;

export { renderPart };
