import { contentHash, document } from './documents';
import { html } from './html';
import { declarations } from './palette';
import { font } from './styles/fonts';

const css = `:root{color-scheme:light dark;${declarations('light')}}
@media (prefers-color-scheme:dark){:root{${declarations('dark')}}}
body{margin:0;min-height:100vh;display:grid;place-content:center;background:var(--ground);color:var(--ink);font:1rem/1.6 ${font}}
main{max-width:30rem;padding:2rem}
h1{font-size:1.375rem;line-height:1.3;margin:0 0 .5rem}
p{margin:0;color:var(--soft)}`;

/** A page that tells one thing, for addresses behind which there is no report. */
const noticePage = (title: string, text: string): string =>
  String(document({ title, css, body: html`<main><h1>${title}</h1><p>${text}</p></main>` }));

const noticeStyle = contentHash(css);

export { noticePage, noticeStyle };
