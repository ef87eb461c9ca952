import { monospace } from './fonts';

/** The parts of the page: reports, findings, quality, what failed, what is empty. */
const parts = `
.part,.findings{background:var(--surface);border:1px solid var(--rule);border-radius:10px;padding:clamp(1.1rem,3vw,1.5rem);margin:0 0 1.5rem}
.part>header{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:.25rem 1.5rem}
.part h2,.findings h2{font-size:1.3125rem;font-weight:650;margin:0;overflow-wrap:anywhere;min-width:0}
.fold{appearance:none;border:0;background:none;color:inherit;font:inherit;letter-spacing:inherit;text-align:left;padding:0;cursor:pointer;display:flex;align-items:baseline;gap:.5rem;overflow-wrap:anywhere;min-width:0}
.fold::after{content:"";flex:none;width:.45em;height:.45em;border:solid var(--soft);border-width:0 2px 2px 0;transform:translateY(-.2em) rotate(45deg)}
.fold[aria-expanded=false]::after{transform:rotate(-45deg)}
.fold:hover::after{border-color:var(--link)}
.csv{font-size:.875rem;white-space:nowrap}
.question{margin:.35rem 0 0;color:var(--soft);max-width:44rem;text-wrap:pretty}
.basis{margin:.35rem 0 0;font-size:.875rem;color:var(--soft)}
.more{font-size:.875rem;color:var(--soft);margin:.6rem 0 0}
.failed{background:var(--warn-ground);border-left:3px solid var(--warn);border-radius:0 6px 6px 0;padding:.85rem 1.1rem;margin:0 0 1.5rem}
.part .failed{margin:1.25rem 0 0}
.failed p{margin:0}
.failed .reason{margin-top:.4rem;font-family:${monospace};font-size:.875rem;white-space:pre-wrap;overflow-wrap:anywhere}
.nothing ul{list-style:none;margin:.75rem 0 0;padding:0}
.nothing li{padding:.3rem 0}
.nothing b{font-weight:600}
.nothing .csv{margin-left:.4rem}
.findings ul{list-style:none;margin:.75rem 0 0;padding:0}
.findings li{margin:0 0 .6rem;padding:.1rem 0 .1rem .85rem;border-left:3px solid var(--axis);overflow-wrap:anywhere;max-width:60rem;text-wrap:pretty}
.findings li:last-child{margin-bottom:0}
.findings p{margin:.5rem 0 0;color:var(--soft)}
.findings a{white-space:nowrap}
.findings .worse,.findings .weak{border-color:var(--warn)}
.findings .better{border-color:var(--good)}
.tool{appearance:none;font:inherit;font-size:.8125rem;line-height:1.3;color:var(--link);background:none;border:1px solid var(--rule);border-radius:6px;padding:.25rem .6rem;cursor:pointer}
.tool:hover{border-color:var(--link)}
.tool[hidden]{display:none}
@media screen and (max-width:40rem){
.part,.findings{margin-left:-.5rem;margin-right:-.5rem;padding:1.1rem .9rem}
}
`;

export { parts };
