import { type Html, html } from './html';
import { formatNumber, plural } from './numbers';

const rules: Record<string, string> = {
  choice: 'not one of the known values',
  columns: 'wrong number of columns',
  control: 'control characters',
  date: 'not a date',
  encoding: 'not readable as text',
  integer: 'not a whole number',
  length: 'too long',
  number: 'not a number',
  place: 'no fix',
  quotes: 'a quote that is never closed',
  range: 'out of range',
  required: 'empty',
  time: 'not a time of day',
};

/** A rule in words: `signal range` is "signal: out of range". */
const reasonInWords = (reason: string): string => {
  const [, column = reason, rule = ''] = /^(.*) (\S+)$/.exec(reason) ?? [];
  const words = Object.hasOwn(rules, rule) ? (rules[rule] as string) : rule;
  if (column === 'row' && words !== '') return words;
  return words === '' ? column : `${column}: ${words}`;
};

const inOrder = (reasons: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(reasons).sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));

/** Most reasons that page and mail name; a file has few columns and rules. */
const mostReasons = 20;

/** How often each reason was met, the most frequent first. */
const renderReasons = (reasons: Readonly<Record<string, number>>, counted: string): Html => {
  const ordered = inOrder(reasons);
  const most = Math.max(...ordered.slice(0, 1).map(([, times]) => times), 1);
  const rows = ordered
    .slice(0, mostReasons)
    .map(
      ([reason, times]) =>
        html`<tr><th scope="row">${reasonInWords(reason)}</th><td class="share"><svg width="160" height="8" viewBox="0 0 160 8" aria-hidden="true"><rect width="${Math.max(2, Math.round((160 * times) / most))}" height="8" rx="2" fill="var(--series-2)"/></svg></td><td class="n">${formatNumber(times)}</td></tr>\n`,
    );
  return html`<table class="reasons">
<thead class="unseen"><tr><th scope="col">Reason</th><th scope="col">Share</th><th scope="col">${counted}</th></tr></thead>
<tbody>${rows}</tbody>
</table>
${ordered.length > mostReasons && html`<p class="more">${plural(ordered.length - mostReasons, 'more reason')} in the CSV.</p>`}`;
};

/** A link to all of something, with its text. */
interface Way {
  link: string;
  text: string;
}

const renderWay = ({ link, text }: Way): Html => html`<p class="all"><a href="${link}">${text}</a></p>`;

export type { Way };
export { inOrder, reasonInWords, renderReasons, renderWay };
