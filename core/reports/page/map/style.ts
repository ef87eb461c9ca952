/** Styles of the map: classes alone, since the page's policy allows no style in an element. */
const mapCss = `
.map-patterns{position:absolute}
.map-legend{list-style:none;margin:.6rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.5rem 2rem}
.map-legend .legend{margin:.1rem 0 0}
.map-legend .legend li{gap:.45rem}
.map-legend li[hidden],.map-legend .legend li[hidden]{display:none}
.map-kind{font-size:.8125rem;font-weight:600}
.map-count{font-variant-numeric:tabular-nums;color:var(--ink)}
.map.live .map-count{display:inline-block;min-width:2.7em}
.map-regions{display:grid;gap:1rem;min-width:0}
.map>.map-regions,.map-body{margin-top:.9rem}
.map .place{margin-top:.45rem}
.map-region{min-width:0}
.map-region[hidden]{display:none}
.map-drawing{display:block;width:100%;height:auto;border-radius:8px;border:1px solid var(--rule)}
.map-sea{fill:var(--map-sea)}
.map-land{fill:var(--map-land);fill-rule:evenodd}
.map-coast,.map-border{fill:none;stroke:var(--map-line);stroke-width:1;vector-effect:non-scaling-stroke;stroke-linejoin:round;pointer-events:none}
.map-border{stroke-dasharray:5 3}
.tile{stroke:var(--map-land);stroke-width:.6;vector-effect:non-scaling-stroke}
.tile-very-good{fill:var(--map-very-good)}
.tile-good{fill:var(--map-good)}
.tile-weak{fill:var(--map-weak)}
.tile-none{fill:var(--map-none)}
.tile-asu-1{fill:var(--step-1)}
.tile-asu-2{fill:var(--step-2)}
.tile-asu-3{fill:var(--step-3)}
.tile-asu-4{fill:var(--step-4)}
.tile-asu-5{fill:var(--step-5)}
.tile-asu-6{fill:var(--step-6)}
.tile-in-service{fill:var(--map-in-service)}
.tile-too-few,.tile-not-measured{stroke:none}
.map-legend .tile{stroke:var(--axis)}
.map-ground{fill:var(--map-without)}
.map-mark{fill:none;stroke:var(--map-on-without)}
.map-faint{fill:none;stroke:var(--map-faint)}
.map-haze{fill:var(--map-faint);fill-opacity:.2}
.map-dot{fill:var(--map-faint)}
.map-scale path{fill:none;stroke:var(--ink);stroke-width:1.5}
.map-scale text{fill:var(--ink);font-size:12px;paint-order:stroke;stroke:var(--map-land);stroke-width:3px;stroke-linejoin:round}
.map-tools{display:flex;flex-wrap:wrap;gap:.6rem 1rem;margin-top:.9rem;align-items:end}
.map-tools label{display:grid;gap:.15rem;font-size:.8125rem;color:var(--soft);min-width:0}
.map-tools select{font:inherit;font-size:.9375rem;color:var(--ink);background:var(--surface);border:1px solid var(--axis);border-radius:6px;padding:.35rem .5rem;max-width:15rem}
.map-stage{position:relative;touch-action:pan-y}
.map-stage.near{touch-action:none}
.map-stage .map-drawing{cursor:grab;user-select:none;-webkit-user-select:none}
.map-stage.moving .map-drawing{cursor:grabbing}
.map-stage:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:8px}
.map-buttons{position:absolute;top:.6rem;right:.6rem;display:grid;gap:.3rem}
.map-buttons button{width:2.25rem;height:2.25rem;padding:0;display:grid;place-items:center;color:var(--ink);background:var(--surface);border:1px solid var(--axis);border-radius:6px;cursor:pointer}
.map-buttons button:hover{border-color:var(--link);color:var(--link)}
.map-buttons button:disabled{color:var(--axis);border-color:var(--rule);cursor:default}
.map-buttons svg{fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.map-tools select:focus-visible,.map-buttons button:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.map-cursor{fill:none;vector-effect:non-scaling-stroke;pointer-events:none}
.map-cursor-outer{stroke:var(--surface);stroke-width:5}
.map-cursor-inner{stroke:var(--ink);stroke-width:2.5}
.map-body{display:grid;gap:1rem}
.map-asu{font-size:.8125rem;color:var(--soft);margin:.35rem 0 0;max-width:60rem}
.map-keys{font-size:.8125rem;color:var(--soft);margin:0}
.map-body .map-regions{gap:.3rem;align-content:start}
.map-body .place{margin-bottom:0}
.map-side{font-size:.8125rem;min-width:0;border:1px solid var(--rule);border-radius:8px;padding:.8rem .95rem;background:var(--ground);display:grid;gap:.9rem;align-self:start}
.map-side h3{font-size:.9375rem;font-weight:650;margin:0;line-height:1.35}
.map-side p{margin:.3rem 0 0}
.map-side table{width:100%;margin:.5rem 0 0;font-size:.8125rem}
.map-side th,.map-side td{padding:.12rem 0}
.map-side td{white-space:nowrap}
.map-side thead th{text-align:right;font-weight:400;color:var(--soft)}
.map-side td,.map-side thead th{padding-right:0;padding-left:.6rem}
.map-side td{text-align:right;font-variant-numeric:tabular-nums}
.map-side tr+tr>*{border-top:1px solid var(--rule)}
.map-side.telling .map-summary{display:none}
.map-told{border-top:1px solid var(--rule);padding-top:.8rem;min-width:0}
.map-side.telling .map-told{border-top:0;padding-top:0}
@media screen and (min-width:60rem){
.map-body{grid-template-columns:minmax(0,1fr) 17rem}
}
@media screen and (max-width:40rem){
.map-scale text{font-size:12px}
.map-region:not(.live) .map-scale text{font-size:24px}
.map-tools label{flex:1 1 8rem}
.map-tools select{max-width:none;width:100%}
.map-side{min-height:9.5rem}
}
@media print{
.map-tools,.map-buttons,.map-side,.map-keys{display:none}
.map-body{display:block}
}
`;

export { mapCss };
