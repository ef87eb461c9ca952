import { font } from './fonts';

/** Charts, their legends, and the mark that is looked at. */
const charts = `
figure{margin:1.5rem 0 0}
figcaption{font-size:.9375rem;font-weight:600}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;margin:.45rem 0 0;padding:0;font-size:.8125rem;color:var(--soft)}
.legend li{display:flex;align-items:center;gap:.4rem}
.legend svg{flex:none}
.panels{margin-top:.75rem;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1rem 1.25rem}
.panels.one{display:block}
.panels:not(.one) .panel{max-width:34rem}
.chart{display:block;width:100%;height:auto;overflow:visible}
.one .wide{max-width:960px}
.chart text{font-family:${font};font-variant-numeric:tabular-nums}
.chart .on{stroke:var(--ink);stroke-width:2;paint-order:stroke}
.one .narrow{display:none}
.place{margin:.1rem 0 0;font-size:.8125rem;color:var(--soft);text-align:center}
@media screen and (max-width:40rem){
.one .wide{display:none}
.one .narrow{display:block;max-width:30rem}
}
`;

export { charts };
