import { type AsuScale, chooseTiles, type JudgedTile, type Look, lookOf, scaleOf, sumTiles } from '../../map/choosing';
import { kilometresOf, latitudeOf, tableZoom } from '../../map/quadkeys';
import type { TileMap } from '../../map/tile-map';
import { escapeHtml, type Html, html, trusted } from '../html';
import { formatNumber, plural } from '../numbers';
import { encodeEntries, entriesIn, type MapData } from './data';
import { Levels } from './levels';
import { groups, isOf, looks, textOf, unitText } from './looks';
import { patterns } from './patterns';
import { type Region, regionsOf } from './regions';
import { fitView, matrixOf, pathOf, scaleBarOf } from './shapes';
import { amountOf, widthOf } from './words';
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

/** A region as it is without scripts. */
interface Drawn {
  region: Region;
  tiles: JudgedTile[];
  /** Of the tiles: as small as they can be seen where the whole region is. */
  zoom: number;
  byLook: ReadonlyMap<Look, JudgedTile[]>;
}

/** JSON as the text of a script element, which nothing in it can end. */
const dataElement = (value: unknown): Html =>
  html`<script type="application/json" class="map-data">${trusted(
    JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'),
  )}</script>`;

const byLook = (tiles: readonly JudgedTile[], scale: AsuScale | undefined): Map<Look, JudgedTile[]> => {
  const found = new Map<Look, JudgedTile[]>();
  for (const tile of tiles) {
    const look = lookOf(tile.verdict, scale);
    const others = found.get(look);
    if (others === undefined) found.set(look, [tile]);
    else others.push(tile);
  }
  return found;
};

const tilesOf = (region: Region, map: TileMap, fewestRows: number, scale: AsuScale | undefined): Drawn => {
  const own = { ...map, entries: entriesIn(map.entries, region) };
  const zoom = new Levels(own, fewestRows).zoomAt(fitView(region.box, size).scale);
  const tiles = chooseTiles(own, {}, fewestRows, zoom);
  return { region, tiles, zoom, byLook: byLook(tiles, scale) };
};

/** How wide the tiles of a region are, in words. */
const tileWidth = ({ region: { origin, box }, zoom }: Drawn, mapZoom: number): string =>
  widthOf((origin[1] + box[3] / 2) / 2 ** (mapZoom - zoom), zoom);

/** What a drawing shows, for who does not see it. */
const labelOf = ({ region, byLook: found }: Drawn, scale: AsuScale | undefined): string => {
  const parts = groups
    .filter((group) => isOf(group, scale))
    .flatMap((group) => group.looks)
    .filter(({ look }) => found.has(look))
    .map((line) => {
      const text = textOf(line, scale);
      return `${text.slice(0, 1).toLowerCase()}${text.slice(1)} ${formatNumber(found.get(line.look)?.length ?? 0)}`;
    });
  return `Map of ${region.name}: ${parts.join(', ')} tiles`;
};

/** What the drawings of a map have in common. */
interface Canvas {
  map: TileMap;
  world: World;
  scale: AsuScale | undefined;
  regions: number;
}

const drawRegion = (drawn: Drawn, { map, world, scale, regions }: Canvas, id: string): Html => {
  const { region, tiles, zoom, byLook: found } = drawn;
  const label = labelOf(drawn, scale);
  const view = fitView(region.box, size);
  const side = 2 ** (map.zoom - zoom);
  const apart = tiles.length <= mostApart;
  const { land, coast, borders } = drawWorld(world, map.zoom, region.origin, region.world, worldBudget / regions);
  const middle = latitudeOf(region.origin[1] + region.box[3] / 2, map.zoom);
  const bar = scaleBarOf(kilometresOf(middle, map.zoom) / view.scale, size.width / 5);
  return html`<div class="map-region"><svg class="map-drawing" role="img" aria-label="${label}" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}">
${trusted(patterns(id, view.scale))}
<rect class="map-sea" width="100%" height="100%"/>
<g class="map-world" transform="${matrixOf(view)}">
<path class="map-land" d="${trusted(land)}"/>
${looks.map(
  (look) =>
    html`<path class="tile tile-${look}"${fillOf(look, id)} d="${pathOf(found.get(look) ?? [], region.origin, apart, side)}"/>`,
)}
<path class="map-coast" d="${trusted(coast)}"/><path class="map-border" d="${trusted(borders)}"/>
</g>
<g class="map-scale" transform="translate(14 ${size.height - 14})"><path d="M0 -5V0H${Math.round(bar.pixels)}V-5"/><text x="${Math.round(bar.pixels) + 8}" y="1">${bar.text}</text></g>
</svg>
<p class="place">${region.name}: ${amountOf(tiles)}${regions > 1 && ` of about ${tileWidth(drawn, map.zoom)}`}</p></div>`;
};

const patterned: ReadonlySet<Look> = new Set(['emergency-only', 'no-service', 'too-few', 'not-measured']);

const fillOf = (look: Look, id: string): Html | '' =>
  patterned.has(look) ? trusted(` fill="url(#${escapeHtml(id)}-${look})"`) : '';

const renderLegend = (drawn: readonly Drawn[], id: string, scale: AsuScale | undefined): Html => {
  const countOf = (look: Look) => drawn.reduce((sum, { byLook: found }) => sum + (found.get(look)?.length ?? 0), 0);
  return html`<ul class="map-legend">${groups.map((group) => {
    const isTold = (look: Look) => isOf(group, scale) && countOf(look) > 0;
    return html`<li${group.colours && html` data-colours="${group.colours}"`}${!group.looks.some(({ look }) => isTold(look)) && html` hidden`}><span class="map-kind">${group.kind}</span><ul class="legend">${group.looks.map(
      (line) =>
        html`<li data-look="${line.look}"${!isTold(line.look) && html` hidden`}><svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><rect class="tile tile-${line.look}"${fillOf(line.look, `${id}-legend`)} x=".5" y=".5" width="15" height="15"/></svg><span class="map-look">${textOf(line, scale)}</span> <span class="map-count">${formatNumber(countOf(line.look))}</span></li>`,
    )}</ul></li>`;
  })}</ul>`;
};

/**
 * Draws a map as it is without scripts, all operators and technologies together, and gives the page's script what it needs to let
 * a reader choose.
 *
 * @param id - prefix of every id in it
 * @param fewestRows - rows below which a tile says nothing
 */
const renderTileMap = ({ tiles: map, world }: MapRows, id: string, fewestRows: number): Html | undefined => {
  const { regions, left } = regionsOf(sumTiles(map, {}), map.zoom, world);
  if (regions.length === 0) return undefined;
  const scale = scaleOf(map, {});
  const drawn = regions.map((region) => tilesOf(region, map, fewestRows, scale));
  const data: MapData = {
    zoom: map.zoom,
    fewestRows,
    operators: map.operators,
    technologies: map.technologies,
    ...encodeEntries(map.entries),
    regions: regions.map(({ name, origin, box, world: drawn }) => ({ name, origin, box, world: drawn })),
  };
  const widths = [...new Set(drawn.map((one) => tileWidth(one, map.zoom)))];
  const [{ origin, box }] = regions as [Region];
  const smallest = widthOf(origin[1] + box[3] / 2, map.zoom);
  return html`<figure class="map" id="${id}-map">
<figcaption>Coverage by tile<span class="map-width">${widths.length === 1 && ` of about ${widths[0]}`}</span><span class="map-unit">${scale && unitText}</span>: <span class="map-choice">all operators and technologies</span></figcaption>
<p class="map-asu"${scale === undefined && html` hidden`}>Colours are of ASU, not of dBm: the radio technology of these rows is not known. Each technology has an ASU scale of its own, so that the same ASU need not mean the same signal.</p>
<svg class="map-patterns" width="0" height="0" aria-hidden="true">${trusted(patterns(`${id}-map-legend`, 1))}</svg>
${renderLegend(drawn, `${id}-map`, scale)}
<div class="map-regions">
${drawn.map((one, index) => drawRegion(one, { map, world, scale, regions: regions.length }, `${id}-map-${index}`))}
</div>
${map.zoom < tableZoom && html`<p class="more">Drawn in larger tiles, of ${smallest} at least, since there are more than a page has room for; the CSV and the GeoJSON have tiles a ${2 ** (tableZoom - map.zoom) === 2 ? 'half' : `${formatNumber(2 ** (tableZoom - map.zoom))}th`} as wide.</p>`}
${left > 0 && html`<p class="more">${plural(left, 'tile')} in other regions ${left === 1 ? 'is' : 'are'} in the CSV only.</p>`}
<p class="more map-source">Tiles are as small as can be seen at a scale, down to ${smallest}: what lies in one is judged together. A tile's colour is the class of its middle row<span class="map-by-asu"${scale === undefined && html` hidden`}>, or where the map is of ASU, the average ASU of its rows without dBm</span>. Without service: no more than half of the rows whose status is known are in service; rows with the radio off are left out. Fewer than ${plural(fewestRows, 'row')} are too few to tell. Land and borders: Natural Earth, of the public domain.</p>
${dataElement(data)}
</figure>`;
};

export type { MapRows };
export { renderTileMap, size };
