import { declarations } from './palette';

const font = 'ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif';
const monospace = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace';

/** The page's style sheet: one column on phones, contents beside the reports on wide screens, black on white in print. */
const css = `
:root{color-scheme:light dark;${declarations('light')}}
@media screen and (prefers-color-scheme:dark){:root{${declarations('dark')}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:smooth;scroll-padding-top:1rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 ${font};overflow-wrap:break-word}
a{color:var(--link);text-decoration-thickness:.06em;text-underline-offset:.18em}
a:focus-visible,.table:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
code{font-family:${monospace};font-size:.92em;overflow-wrap:anywhere}
h1,h2{line-height:1.2;text-wrap:balance;letter-spacing:-.011em}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--surface);padding:.5rem .75rem}
.print-only{display:none}
.soft{color:var(--soft)}
.top{background:var(--surface);border-bottom:1px solid var(--rule)}
.top>div,.layout,footer dl{max-width:75rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}
.top>div{padding-top:clamp(1.5rem,4vw,2.75rem);padding-bottom:clamp(1.5rem,4vw,2.5rem)}
.brand{margin:0;font-size:.8125rem;font-weight:650;letter-spacing:.08em;text-transform:uppercase;color:var(--link)}
h1{font-size:clamp(1.6rem,1.2rem + 2vw,2.25rem);font-weight:680;margin:.3rem 0 .35rem;overflow-wrap:anywhere}
.about{margin:0;color:var(--soft);font-size:1.0625rem;max-width:44rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1.5rem 2rem;margin:2rem 0 0}
.figures div{border-top:2px solid var(--axis);padding-top:.6rem;min-width:0}
.figures .good{border-color:var(--good)}
.figures .warn{border-color:var(--warn)}
.figures dt{font-size:.875rem;color:var(--soft)}
.figures dd{margin:0}
.figures strong{display:block;font-size:1.875rem;line-height:1.25;font-weight:640;font-variant-numeric:tabular-nums;letter-spacing:-.02em}
.figures .warn strong{color:var(--warn)}
.figures span{font-size:.875rem;color:var(--soft)}
.layout{padding-top:2rem;padding-bottom:3rem}
nav{font-size:.9375rem;margin-bottom:2rem}
nav h2{font-size:.8125rem;font-weight:600;color:var(--soft);margin:0 0 .5rem;letter-spacing:0}
nav ol{list-style:none;margin:0;padding:0;columns:17rem 3;column-gap:2rem}
nav li{break-inside:avoid;padding:.2rem 0}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
nav .soft,.tag{font-size:.8125rem}
.tag{color:var(--warn);font-weight:600}
main{min-width:0}
.report,.quality,.rejections{background:var(--surface);border:1px solid var(--rule);border-radius:10px;padding:clamp(1.1rem,3vw,1.5rem);margin:0 0 1.5rem}
.report>header{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:.25rem 1.5rem}
.report h2,.quality h2,.rejections h2{font-size:1.3125rem;font-weight:650;margin:0;overflow-wrap:anywhere}
.csv{font-size:.875rem;white-space:nowrap}
.files{font-size:.875rem;margin:0 0 1.5rem}
.question{margin:.35rem 0 0;color:var(--soft);max-width:42rem;text-wrap:pretty}
figure{margin:1.5rem 0 0}
figcaption{font-size:.9375rem;font-weight:600}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;margin:.45rem 0 0;padding:0;font-size:.8125rem;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:.4rem}
.legend svg{flex:none}
.panels{margin-top:.75rem;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1rem 1.25rem}
.panels.one{display:block}
.chart{display:block;width:100%;height:auto;overflow:visible}
.one .wide{max-width:840px}
.chart text{font-family:${font};font-variant-numeric:tabular-nums}
.one .narrow{display:none}
.place{margin:.1rem 0 0;font-size:.8125rem;color:var(--soft);text-align:center}
.table{margin-top:1.5rem;overflow:auto;max-height:27rem;border:1px solid var(--rule);border-radius:6px}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.875rem;line-height:1.4;font-variant-numeric:tabular-nums}
th,td{padding:.42rem .65rem;text-align:left;vertical-align:top;font-weight:400}
.table td,.table th{border-bottom:1px solid var(--rule);white-space:nowrap;max-width:24rem;overflow:hidden;text-overflow:ellipsis}
.table tbody tr:last-child>*{border-bottom:0}
.table thead th{position:sticky;top:0;z-index:2;background:var(--surface);font-weight:600;vertical-align:bottom;white-space:normal;min-width:4.4rem;box-shadow:0 1px 0 var(--axis);border-bottom:0}
.table th:first-child{position:sticky;left:0;background:var(--surface);z-index:1}
.table thead th:first-child{z-index:3}
.unit{display:block;font-weight:400;color:var(--soft)}
.n{text-align:right}
.none{color:var(--soft)}
.more,.empty{font-size:.875rem;color:var(--soft);margin:.6rem 0 0}
.empty{margin-top:1.25rem;padding:1rem 1.1rem;background:var(--ground);border-radius:6px}
.failed{background:var(--warn-ground);border-left:3px solid var(--warn);border-radius:0 6px 6px 0;padding:.85rem 1.1rem;margin:0 0 1.5rem}
.report .failed{margin:1.25rem 0 0}
.failed p{margin:0}
.failed .reason{margin-top:.4rem;font-family:${monospace};font-size:.875rem;white-space:pre-wrap;overflow-wrap:anywhere}
.reasons{width:auto;max-width:100%;margin:.9rem 0}
.reasons th,.reasons td{padding:.25rem 1.25rem .25rem 0;vertical-align:middle}
.reasons .n{padding-right:0}
.share svg{display:block;max-width:100%}
.all{margin:0;font-size:.9375rem}
.quality h3{font-size:1.0625rem;font-weight:640;line-height:1.3;margin:1.75rem 0 0}
.quality .failed{margin:1.25rem 0 0}
.reading{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,14rem),1fr));gap:.75rem 2rem;margin:.9rem 0 0;font-size:.9375rem}
.reading dt{font-size:.8125rem;color:var(--soft)}
.reading dd{margin:0;overflow-wrap:anywhere}
.known{margin:1.5rem 0 0}
.known caption{text-align:left;font-size:.9375rem;font-weight:600;padding-bottom:.35rem}
.known th,.known td{padding:.3rem 0 .3rem 1rem;border-bottom:1px solid var(--rule);vertical-align:middle;white-space:nowrap}
.known th:first-child{padding-left:0}
.known thead>*{font-weight:600;border-color:var(--axis)}
.known tbody tr:last-child>*{border-bottom:0}
.part{display:inline-block;min-width:4.4rem;color:var(--soft);font-size:.8125rem}
.key{display:inline-block;width:.62rem;height:.62rem;border-radius:2px;margin-right:.4rem}
.key-known{background:var(--series-1)}
.key-unknown{background:var(--rule);box-shadow:inset 0 0 0 1px var(--axis)}
.key-aside{background:var(--series-2)}
nav p{margin:0 0 1rem}
footer{border-top:1px solid var(--rule);font-size:.875rem;color:var(--soft)}
footer dl{display:flex;flex-wrap:wrap;gap:.75rem 2.25rem;padding-top:1.25rem;padding-bottom:2.5rem}
footer dt{font-size:.8125rem}
footer dd{margin:0;color:var(--ink);overflow-wrap:anywhere}
@media screen and (max-width:40rem){
.one .wide{display:none}
.one .narrow{display:block;max-width:30rem}
.report,.quality,.rejections{margin-left:-.5rem;margin-right:-.5rem;padding:1.1rem .9rem}
.table{max-height:22rem}
.table td,.table th{max-width:12rem}
.share{display:none}
.known th,.known td{padding-left:.5rem}
.part{display:block;min-width:0;line-height:1.2}
}
@media screen and (min-width:72rem){
.layout{display:grid;grid-template-columns:13rem minmax(0,1fr);gap:2rem}
nav{position:sticky;top:1.5rem;align-self:start;max-height:calc(100vh - 3rem);overflow:auto;margin:0}
nav ol{columns:auto}
}
@media print{
@page{margin:1.6cm}
:root{--ground:#fff}
body{font-size:10pt}
a{color:inherit;text-decoration:none}
nav,.skip,.csv,.files,footer a{display:none}
.top>div,.layout,footer dl{padding-left:0;padding-right:0;max-width:none}
.layout{padding-top:1rem}
.report,.quality,.rejections{border:0;border-top:1px solid var(--axis);border-radius:0;padding:.9rem 0;margin:0}
.report>header,.question,figure,.figures,.rejections,.reading,.known tr{break-inside:avoid}
.report>header,.question,figcaption{break-after:avoid}
.figures{grid-template-columns:repeat(5,1fr);gap:1rem}
.figures strong{font-size:16pt}
.table{max-height:none;overflow:visible;border:0;margin-top:.75rem}
.table thead th,.table th:first-child{position:static}
.table td,.table th{white-space:normal;padding:.2rem .4rem;font-size:8pt;max-width:none}
.table th:first-child{white-space:nowrap}
.table tr{break-inside:avoid}
.table tbody tr:nth-child(n+26){display:none}
.print-only{display:block}
}
`
  .trim()
  .replaceAll('\n', '');

export { css, font };
