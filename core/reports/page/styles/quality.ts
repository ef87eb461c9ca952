/** What became of the file's values, and why rows were rejected. */
const quality = `
.reasons{width:auto;max-width:100%;margin:.9rem 0}
.reasons th,.reasons td{padding:.25rem 1.25rem .25rem 0;vertical-align:middle}
.reasons .n{padding-right:0}
.share svg{display:block;max-width:100%}
.all{margin:0;font-size:.9375rem}
.quality h3{font-size:1.0625rem;font-weight:640;line-height:1.3;margin:1.75rem 0 0}
.reading{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,14rem),1fr));gap:.75rem 2rem;margin:.9rem 0 0;font-size:.9375rem}
.reading dt{font-size:.8125rem;color:var(--soft)}
.reading dd{margin:0;overflow-wrap:anywhere}
.known{margin:1.5rem 0 0;max-width:60rem}
.known caption{text-align:left;font-size:.9375rem;font-weight:600;padding-bottom:.35rem}
.known th,.known td{padding:.3rem 0 .3rem 1rem;border-bottom:1px solid var(--rule);vertical-align:middle;white-space:nowrap}
.known th:first-child{padding-left:0}
.known thead>*{font-weight:600;border-color:var(--axis)}
.known tbody tr:last-child>*{border-bottom:0}
.known+.more{max-width:60rem}
.amount{display:inline-block;min-width:4.4rem;color:var(--soft);font-size:.8125rem}
.key{display:inline-block;width:.62rem;height:.62rem;border-radius:2px;margin-right:.4rem}
.key-known{background:var(--series-1)}
.key-unknown{background:var(--rule);box-shadow:inset 0 0 0 1px var(--axis)}
.key-aside{background:var(--series-2)}
@media screen and (max-width:40rem){
.share{display:none}
.known th,.known td{padding-left:.5rem}
.amount{display:block;min-width:0;line-height:1.2}
}
`;

export { quality };
