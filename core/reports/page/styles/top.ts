/** The head of the page and its foot. */
const top = `
.top{background:var(--surface);border-bottom:1px solid var(--rule)}
.top>div,.layout,footer dl{max-width:96rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.5rem)}
.top>div{padding-top:clamp(1.5rem,4vw,2.5rem);padding-bottom:clamp(1.5rem,4vw,2.25rem)}
.brand{margin:0;font-size:.8125rem;font-weight:650;letter-spacing:.08em;text-transform:uppercase;color:var(--link)}
h1{font-size:clamp(1.6rem,1.2rem + 2vw,2.25rem);font-weight:680;margin:.3rem 0 .5rem;overflow-wrap:anywhere}
.about{margin:0;font-size:1.0625rem;max-width:60rem;text-wrap:pretty}
.about+.about{margin-top:.15rem;color:var(--soft)}
.others{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem .5rem;margin:.7rem 0 0;padding:0;font-size:.875rem}
.others li{padding:.1rem .6rem;border:1px solid var(--rule);border-radius:1rem;min-width:0;overflow-wrap:anywhere}
.others span{color:var(--soft);margin-left:.3rem;font-variant-numeric:tabular-nums}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1.5rem 2rem;margin:1.75rem 0 0;max-width:75rem}
.figures div{border-top:2px solid var(--axis);padding-top:.6rem;min-width:0}
.figures .good{border-color:var(--good)}
.figures .warn{border-color:var(--warn)}
.figures dt{font-size:.875rem;color:var(--soft)}
.figures dd{margin:0}
.figures strong{display:block;font-size:1.875rem;line-height:1.25;font-weight:640;font-variant-numeric:tabular-nums;letter-spacing:-.02em}
.figures .warn strong{color:var(--warn)}
.figures span{font-size:.875rem;color:var(--soft)}
.files{margin:1.5rem 0 0;font-size:.9375rem}
.file-list{margin:1.5rem 0 0}
.file-list summary{cursor:pointer;font-weight:600;width:fit-content}
.file-list .tools{margin-top:.75rem}
.file-list .table.long{height:24rem}
.file-list code{font-size:.8125rem;white-space:nowrap}
.file-list tbody td:not(.n){white-space:nowrap}
footer{border-top:1px solid var(--rule);font-size:.875rem;color:var(--soft)}
footer dl{display:flex;flex-wrap:wrap;gap:.75rem 2.25rem;padding-top:1.25rem;padding-bottom:2.5rem}
footer dt{font-size:.8125rem}
footer dd{margin:0;color:var(--ink);overflow-wrap:anywhere}
`;

export { top };
