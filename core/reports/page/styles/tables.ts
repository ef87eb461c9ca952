/** Shadows at the sides of a frame where there is more: those of the content cover those of the frame. */
const moreBeside = [
  'linear-gradient(to right,var(--surface) 40%,transparent) 0 0/2.5rem 100% no-repeat local',
  'linear-gradient(to left,var(--surface) 40%,transparent) 100% 0/2.5rem 100% no-repeat local',
  'linear-gradient(to right,var(--axis),transparent) 0 0/.6rem 100% no-repeat scroll',
  'linear-gradient(to left,var(--axis),transparent) 100% 0/.6rem 100% no-repeat scroll',
].join(',');

/** What a column is or may be sorted by, in the margin of its heading, where it moves no text: points of an arrow, or of two. */
const up = '50% 0,100% 40%,0 40%,50% 0';
const down = '50% 100%,0 60%,100% 60%,50% 100%';
const arrows = { up: `polygon(${up})`, down: `polygon(${down})`, both: `polygon(${up},${down})` };

/** The tables of reports: heading and first column stay in sight, no value is cut. */
const tables = `
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.875rem;line-height:1.4;font-variant-numeric:tabular-nums}
th,td{padding:.42rem .65rem;text-align:left;vertical-align:top;font-weight:400}
.n{text-align:right}
.none{color:var(--soft)}
.unit{display:block;font-weight:400;color:var(--soft)}
.table{margin-top:1.25rem;overflow:auto;border:1px solid var(--rule);border-radius:6px;background:${moreBeside}}
.table.long{height:28rem}
.table.late{content-visibility:auto}
.table table{width:max-content;min-width:100%}
.table td,.table th{border-bottom:1px solid var(--rule);max-width:26rem;overflow-wrap:anywhere}
.table tbody .n{white-space:nowrap}
.table tbody tr:last-child>*{border-bottom:0}
.table tbody tr:hover>*{background:var(--ground)}
.table thead th{position:sticky;top:0;z-index:2;background:var(--surface);font-weight:600;vertical-align:bottom;white-space:normal;min-width:4.4rem;max-width:8rem;overflow-wrap:break-word;box-shadow:0 1px 0 var(--axis);border-bottom:0}
.table th:first-child{position:sticky;left:0;background:var(--surface);z-index:1}
.table thead th:first-child{z-index:3}
.table tr[hidden]{display:none}
.tools{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem 1rem;margin-top:1.25rem;font-size:.8125rem;color:var(--soft);min-height:2rem}
.tools+.table{margin-top:.5rem}
.tools input{font:inherit;font-size:.875rem;color:var(--ink);background:var(--surface);border:1px solid var(--axis);border-radius:6px;padding:.3rem .6rem;width:15rem;max-width:100%}
.tools input::placeholder{color:var(--soft);opacity:1}
.tools output{font-variant-numeric:tabular-nums}
.tools .tool{margin-left:auto}
.sort{appearance:none;border:0;background:none;color:inherit;font:inherit;text-align:inherit;padding:0;margin:0;cursor:pointer;width:100%;overflow-wrap:break-word}
.sort::after{content:"";position:absolute;right:.1rem;bottom:.6rem;width:.44rem;height:.72rem;background:var(--soft);forced-color-adjust:none;opacity:0;clip-path:${arrows.both}}
.sort:hover::after,.sort:focus-visible::after,[aria-sort] .sort::after{opacity:1}
[aria-sort] .sort{color:var(--link)}
[aria-sort] .sort::after{background:var(--link)}
[aria-sort=ascending] .sort::after{clip-path:${arrows.up}}
[aria-sort=descending] .sort::after{clip-path:${arrows.down}}
@media (hover:none){.sort::after{opacity:.5}}
@media screen and (max-width:40rem){
.table.long{height:23rem}
.table td,.table th{max-width:12rem}
.table th:first-child{max-width:9rem}
.tools input{width:100%}
.tools label{flex:1 1 9rem}
.tools output{order:1;flex:1 1 100%}
.tools output:empty{display:none}
}
`;

export { tables };
