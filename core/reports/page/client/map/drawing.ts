import { type AsuScale, type JudgedTile, type Look, lookOf } from '../../../map/choosing';
import { kilometresOf, latitudeOf } from '../../../map/quadkeys';
import type { RegionData } from '../../map/data';
import { matrixOf, pathOf, type Size, scaleBarOf, type View } from '../../map/shapes';
import { makeSvg, setAttributes } from './elements';

/** Pixels of a tile from which on each has an outline of its own. */
const apartFrom = 5;

/** A region's SVG, which the page has without scripts too, and what changes in it. */
class Drawing {
  readonly svg: SVGSVGElement;
  readonly #region: RegionData;
  readonly #zoom: number;
  readonly #world: Element;
  readonly #scale: Element;
  readonly #patterns: Element[];
  readonly #paths: Map<string, Element>;
  readonly #cursor: Element[];
  #byLook = new Map<Look, JudgedTile[]>();
  /** Of a tile, in tiles of the map. */
  #side = 1;
  #areApart: boolean | undefined;

  constructor(svg: SVGSVGElement, region: RegionData, zoom: number) {
    this.svg = svg;
    this.#region = region;
    this.#zoom = zoom;
    const find = (selector: string): Element => {
      const found = svg.querySelector(selector);
      if (found === null) throw new Error(`The map has no ${selector}.`);
      return found;
    };
    this.#world = find('.map-world');
    this.#scale = find('.map-scale');
    this.#patterns = [...svg.querySelectorAll('pattern')];
    this.#paths = new Map(
      [...svg.querySelectorAll('path.tile')].map((path) => [
        [...path.classList].find((name) => name.startsWith('tile-'))?.slice('tile-'.length) ?? '',
        path,
      ]),
    );
    this.#cursor = ['outer', 'inner'].map((part) =>
      makeSvg('rect', { class: `map-cursor map-cursor-${part}`, width: 1, height: 1, visibility: 'hidden' }),
    );
    this.#world.append(...this.#cursor);
  }

  /**
   * Draws other tiles.
   *
   * @param zoom - of the tiles
   * @param scale - of ASU, where colours are of it
   */
  fill(tiles: readonly JudgedTile[], zoom: number, scale: AsuScale | undefined): void {
    this.#side = 2 ** (this.#zoom - zoom);
    this.#byLook = new Map();
    for (const tile of tiles) {
      const look = lookOf(tile.verdict, scale);
      const others = this.#byLook.get(look);
      if (others === undefined) this.#byLook.set(look, [tile]);
      else others.push(tile);
    }
    this.#areApart = undefined;
  }

  look(view: View, { width, height }: Size): void {
    setAttributes(this.svg, { viewBox: `0 0 ${width} ${height}`, width, height });
    setAttributes(this.#world, { transform: matrixOf(view) });
    for (const pattern of this.#patterns) setAttributes(pattern, { patternTransform: `scale(${1 / view.scale})` });
    this.#outline(view.scale * this.#side >= apartFrom);
    this.#measure(view, { width, height });
  }

  #outline(apart: boolean): void {
    if (this.#areApart === apart) return;
    this.#areApart = apart;
    for (const [look, path] of this.#paths) {
      setAttributes(path, { d: pathOf(this.#byLook.get(look as Look) ?? [], this.#region.origin, apart, this.#side) });
    }
  }

  #measure({ scale, top }: View, { width, height }: Size): void {
    const row = this.#region.origin[1] + (height / 2 - top) / scale;
    const bar = scaleBarOf(kilometresOf(latitudeOf(row, this.#zoom), this.#zoom) / scale, width / 5);
    const pixels = Math.round(bar.pixels);
    setAttributes(this.#scale, { transform: `translate(14 ${height - 14})` });
    const [line, text] = [this.#scale.querySelector('path'), this.#scale.querySelector('text')];
    if (line !== null) setAttributes(line, { d: `M0 -5V0H${pixels}V-5` });
    if (text === null) return;
    setAttributes(text, { x: pixels + 8 });
    text.textContent = bar.text;
  }

  /** Puts the frame around a tile; around none where there is none. */
  mark(tile: { x: number; y: number } | undefined): void {
    const [left, top] = this.#region.origin;
    const side = this.#side;
    for (const part of this.#cursor) {
      if (tile === undefined) setAttributes(part, { visibility: 'hidden' });
      else {
        const [x, y] = [tile.x * side - left, tile.y * side - top];
        setAttributes(part, { x, y, width: side, height: side, visibility: 'visible' });
      }
    }
  }
}

export { Drawing };
