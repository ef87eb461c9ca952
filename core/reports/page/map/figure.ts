import { chooseTiles, type JudgedTile, type Look, lookOf } from '../../map/choosing';
import { kilometresOf, latitudeOf, tableZoom } from '../../map/quadkeys';
import type { TileMap } from '../../map/tile-map';
import { escapeHtml, type Html, html, trusted } from '../html';
import { formatNumber, plural } from '../numbers';
import { encodeEntries, type MapData } from './data';
import { kinds, looks } from './looks';
import { patterns } from './patterns';
import { type Region, regionsOf } from './regions';
import { fitView, matrixOf, pathOf, scaleBarOf } from './shapes';
import { sizeOf } from './words';
import { drawWorld, type World } from './world';

/** A report's map and the world beneath it. */
interface MapRows {
  tiles: TileMap;
  world: World;
}

/** Pixels of a drawing; on a screen the script gives it those that there are. */
const size = { width: 840, height: 520 };
/** Characters that land, coasts and borders of all regions may have. */
const worldBudget = 72_000;
/** Tiles above which those side by side are drawn as one: a third of the characters. */
const mostApart = 2_500;

/** JSON as the text of a script element, which nothing in it can end. */
const dataElement = (value: unknown): Html =>
  html`<script type="application/json" class="map-data">${trusted(
    JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'),
  )}</script>`;

const byLook = (tiles: readonly JudgedTile[]): Map<Look, JudgedTile[]> => {
  const found = new Map<Look, JudgedTile[]>();
  for (const tile of tiles) {
    const look = lookOf(tile.verdict);
    const others = found.get(look);
    if (others === undefined) found.set(look, [tile]);
    else others.push(tile);
  }
  return found;
};

const drawRegion = (region: Region, zoom: number, world: World, budget: number, id: string): Html => {
  const view = fitView(region.box, size);
  const found = byLook(region.tiles);
  const apart = region.tiles.length <= mostApart;
  const { land, coast, borders } = drawWorld(world, zoom, region.origin, region.world, budget);
  const middle = latitudeOf(region.origin[1] + region.box[3] / 2, zoom);
  const bar = scaleBarOf(kilometresOf(middle, zoom) / view.scale, size.width / 5);
  const label = `Map of ${region.name}: ${looks
    .filter(({ look }) => found.has(look))
    .map(({ look, text }) => `${text.toLowerCase()} ${formatNumber(found.get(look)?.length ?? 0)}`)
    .join(', ')} tiles`;
  return html`<div class="map-region"><svg class="map-drawing" role="img" aria-label="${label}" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}">
${trusted(patterns(id, view.scale))}
<rect class="map-sea" width="100%" height="100%"/>
<g class="map-world" transform="${matrixOf(view)}">
<path class="map-land" d="${trusted(land)}"/>
${looks.map(
  ({ look }) =>
    html`<path class="tile tile-${look}"${fillOf(look, id)} d="${pathOf(found.get(look) ?? [], region.origin, apart)}"/>`,
)}
<path class="map-coast" d="${trusted(coast)}"/><path class="map-border" d="${trusted(borders)}"/>
</g>
<g class="map-scale" transform="translate(14 ${size.height - 14})"><path d="M0 -5V0H${Math.round(bar.pixels)}V-5"/><text x="${Math.round(bar.pixels) + 8}" y="1">${bar.text}</text></g>
</svg>
<p class="place">${region.name}: ${sizeOf(region.tiles)}</p></div>`;
};

const patterned: ReadonlySet<Look> = new Set(['emergency-only', 'no-service', 'too-few', 'not-measured']);

const fillOf = (look: Look, id: string): Html | '' =>
  patterned.has(look) ? trusted(` fill="url(#${escapeHtml(id)}-${look})"`) : '';

const renderLegend = (tiles: readonly JudgedTile[], id: string): Html => {
  const found = byLook(tiles);
  const countOf = (look: Look) => found.get(look)?.length ?? 0;
  return html`<ul class="map-legend">${kinds.map(
    (group) =>
      html`<li${group.looks.every(({ look }) => countOf(look) === 0) && html` hidden`}><span class="map-kind">${group.kind}</span><ul class="legend">${group.looks.map(
        ({ look, text }) =>
          html`<li data-look="${look}"${countOf(look) === 0 && html` hidden`}><svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><rect class="tile tile-${look}"${fillOf(look, `${id}-legend`)} x=".5" y=".5" width="15" height="15"/></svg>${text} <span class="map-count">${formatNumber(countOf(look))}</span></li>`,
      )}</ul></li>`,
  )}</ul>`;
};

/**
 * Draws a map as it is without scripts, all operators and technologies together, and gives the page's script what it needs to let
 * a reader choose.
 *
 * @param id - prefix of every id in it
 * @param fewestRows - rows below which a tile says nothing
 */
const renderTileMap = ({ tiles: map, world }: MapRows, id: string, fewestRows: number): Html | undefined => {
  const all = chooseTiles(map, {}, fewestRows);
  const { regions, left } = regionsOf(all, map.zoom, world);
  if (regions.length === 0) return undefined;
  const data: MapData = {
    zoom: map.zoom,
    fewestRows,
    operators: map.operators,
    technologies: map.technologies,
    ...encodeEntries(map.entries),
    regions: regions.map(({ name, origin, box, world: drawn }) => ({ name, origin, box, world: drawn })),
  };
  const side = kilometresOf(latitudeOf((regions[0] as Region).origin[1], map.zoom), map.zoom);
  const shownSide =
    side >= 1 ? `${formatNumber(side, 1)}\u202fkm` : `${formatNumber(Math.round(side * 100) * 10)}\u202fm`;
  return html`<figure class="map" id="${id}-map">
<figcaption>Coverage by tile of about ${shownSide}: <span class="map-choice">all operators and technologies</span></figcaption>
<svg class="map-patterns" width="0" height="0" aria-hidden="true">${trusted(patterns(`${id}-map-legend`, 1))}</svg>
${renderLegend(all, `${id}-map`)}
<div class="map-regions">
${regions.map((region, index) => drawRegion(region, map.zoom, world, worldBudget / regions.length, `${id}-map-${index}`))}
</div>
${map.zoom < tableZoom && html`<p class="more">Drawn in larger tiles, since there are more than a page has room for; the CSV and the GeoJSON have tiles a ${formatNumber(2 ** (tableZoom - map.zoom))}th as wide.</p>`}
${left > 0 && html`<p class="more">${plural(left, 'tile')} in other regions ${left === 1 ? 'is' : 'are'} in the CSV only.</p>`}
<p class="more map-source">A tile's colour is the class of its middle row. Without service: no more than half of the rows whose status is known are in service; rows with the radio off are left out. Fewer than ${plural(fewestRows, 'row')} are too few to tell. Land and borders: Natural Earth, of the public domain.</p>
${dataElement(data)}
</figure>`;
};

export type { MapRows };
export { renderTileMap, size };
