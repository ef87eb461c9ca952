import { declarations } from '../palette';
import { font, monospace } from './fonts';

/** Colours, text, links, and what is for some readers only. */
const base = `
:root{color-scheme:light dark;${declarations('light')}}
@media screen and (prefers-color-scheme:dark){:root{${declarations('dark')}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:smooth;scroll-padding-top:1rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 ${font};overflow-wrap:break-word}
a{color:var(--link);text-decoration-thickness:.06em;text-underline-offset:.18em}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
code{font-family:${monospace};font-size:.92em;overflow-wrap:anywhere}
h1,h2{line-height:1.2;text-wrap:balance;letter-spacing:-.011em}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--surface);padding:.5rem .75rem;z-index:9}
.print-only{display:none}
.soft{color:var(--soft)}
.tip{position:fixed;left:0;top:0;z-index:8;max-width:min(24rem,calc(100vw - 1rem));padding:.35rem .6rem;border-radius:6px;background:var(--ink);color:var(--surface);font-size:.8125rem;line-height:1.4;font-variant-numeric:tabular-nums;pointer-events:none;overflow-wrap:anywhere}
.tip[hidden]{display:none}
`;

export { base };
