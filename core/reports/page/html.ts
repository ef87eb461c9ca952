const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Control characters, which HTML does not allow, bidirectional overrides, which turn the text around them, lone surrogates. */
const unprintable = /(?![\t\n\r])[\p{Cc}\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Cs}/gu;

const escapeHtml = (text: string): string =>
  text.replace(unprintable, '\ufffd').replace(/[&<>"']/g, (character) => entities[character] as string);

/** Markup that this code wrote; text from elsewhere gets into it through {@link html} only, which escapes it. */
class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }

  toString(): string {
    return this.markup;
  }
}

type Content = Html | string | number | false | undefined | null | readonly Content[];

const render = (content: Content): string => {
  if (content instanceof Html) return content.markup;
  if (Array.isArray(content)) return content.map(render).join('');
  return content === false || content === undefined || content === null ? '' : escapeHtml(String(content));
};

/**
 * Makes markup of a template. All that is put in is escaped, unless it is markup that this function made.
 *
 * @example
 * html`<td title="${name}">${name}</td>`
 */
const html = (template: TemplateStringsArray, ...contents: Content[]): Html =>
  new Html(template.reduce((markup, piece, index) => markup + render(contents[index - 1]) + piece));

/** Markup as it is: for the style sheet and for what the SVG writer has escaped itself. */
const trusted = (markup: string): Html => new Html(markup);

export type { Content };
export { escapeHtml, Html, html, trusted };
