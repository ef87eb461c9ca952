import type { AsuScale, JudgedTile } from '../../../map/choosing';
import { quadkeyOf } from '../../../map/quadkeys';
import type { RegionData } from '../../map/data';
import type { Levels } from '../../map/levels';
import type { Size } from '../../map/shapes';
import { amountOf, widthOf } from '../../map/words';
import { Camera } from './camera';
import { Drawing } from './drawing';
import { make, makeSvg } from './elements';
import { listen } from './gestures';

/** What a region tells. */
interface Listener {
  /** The pointer or the keyboard came to a tile; undefined is a place without one. */
  onTile(tile: JudgedTile | undefined): void;
  /** Other tiles are seen. */
  onView(): void;
}

/** The tiles of a region, at any zoom, and the scale of ASU that they are coloured by. */
interface Tiles {
  at(zoom: number): JudgedTile[];
  scale: AsuScale | undefined;
}

const zoomStep = 1.6;
/** Share of the stage that a key moves it by. */
const panStep = 0.2;

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const icons = {
  'Zoom in': 'M8 3V13M3 8H13',
  'Zoom out': 'M3 8H13',
  'Show all': 'M3 6V3H6M10 3H13V6M13 10V13H10M6 13H3V10',
};

/** A region that a reader can move around in. */
class RegionMap {
  readonly element: HTMLElement;
  readonly stage: HTMLElement;
  readonly #data: RegionData;
  readonly #levels: Levels;
  readonly #zoom: number;
  readonly #drawing: Drawing;
  readonly #caption: Element | null;
  readonly #camera: Camera;
  readonly #listener: Listener;
  readonly #buttons: Record<keyof typeof icons, HTMLButtonElement>;
  #source: Tiles = { at: () => [], scale: undefined };
  /** Of the tiles that are shown. */
  #shown: number;
  #tiles = new Map<string, JudgedTile>();
  #chosen: JudgedTile | undefined;
  #hovered: JudgedTile | undefined;

  constructor(element: HTMLElement, data: RegionData, levels: Levels, hint: string, listener: Listener) {
    const svg = element.querySelector('svg');
    if (svg === null) throw new Error('The map has no drawing.');
    this.element = element;
    this.#data = data;
    this.#levels = levels;
    const { zoom } = levels;
    this.#zoom = zoom;
    this.#listener = listener;
    this.#shown = zoom;
    this.#drawing = new Drawing(svg, data, zoom);
    this.#caption = element.querySelector('.place');
    this.stage = make('div', {
      class: 'map-stage',
      tabindex: 0,
      role: 'application',
      'aria-roledescription': 'map',
      'aria-label': `Map of ${data.name}`,
      'aria-describedby': hint,
    });
    svg.replaceWith(this.stage);
    const button = (name: keyof typeof icons, act: () => void): HTMLButtonElement => {
      const made = make(
        'button',
        { type: 'button', 'aria-label': name, title: name },
        makeSvg('svg', { width: 16, height: 16, 'aria-hidden': 'true' }, makeSvg('path', { d: icons[name] })),
      );
      made.addEventListener('click', act);
      return made;
    };
    this.#buttons = {
      'Zoom in': button('Zoom in', () => this.#zoomBy(zoomStep)),
      'Zoom out': button('Zoom out', () => this.#zoomBy(1 / zoomStep)),
      'Show all': button('Show all', () => this.#home()),
    };
    this.stage.append(svg, make('div', { class: 'map-buttons' }, ...Object.values(this.#buttons)));
    element.classList.add('live');
    this.#camera = new Camera(data.box, data.world, this.#size());
    new ResizeObserver(() => this.#resize()).observe(element);
    listen(this.stage, {
      pan: (right, down) => {
        this.#camera.move(right, down);
        this.#look();
      },
      zoom: (factor, x, y) => this.#zoomBy(factor, x, y),
      hover: (place) => this.#hover(place),
      pick: (place) => {
        this.stage.focus({ preventScroll: true });
        this.#choose(this.#tileAt(place.x, place.y));
      },
    });
    this.stage.addEventListener('keydown', (event) => this.#key(event));
    this.stage.addEventListener('focus', () => {
      if (this.#chosen === undefined && this.stage.matches(':focus-visible')) this.#choose(this.#middle());
    });
  }

  /** Draws other tiles of this region. */
  fill(source: Tiles): void {
    this.#source = source;
    this.#shown = this.#levels.zoomAt(this.#camera.view.scale);
    this.#refill();
    this.#look();
  }

  /** How wide the tiles that are shown are, in words. */
  get tileWidth(): string {
    return widthOf(this.#placeAt(0, this.#camera.size.height / 2)[1], this.#shown);
  }

  /** The tiles of the whole region, as they are shown. */
  get tiles(): JudgedTile[] {
    return [...this.#tiles.values()];
  }

  /** Those of them that are to be seen. */
  get seen(): JudgedTile[] {
    const { width, height } = this.#camera.size;
    const [left, top] = this.#data.origin;
    const [west, north] = this.#camera.placeAt(0, 0);
    const [east, south] = this.#camera.placeAt(width, height);
    const side = this.#side;
    return this.tiles.filter(({ x, y }) => {
      const [right, down] = [x * side - left, y * side - top];
      return right < east && right + side > west && down < south && down + side > north;
    });
  }

  /** Side of a tile that is shown, in tiles of the map. */
  get #side(): number {
    return 2 ** (this.#zoom - this.#shown);
  }

  #refill(): void {
    const tiles = this.#source.at(this.#shown);
    this.#tiles = new Map(tiles.map((tile) => [tile.quadkey, tile]));
    this.#drawing.fill(tiles, this.#shown, this.#source.scale);
    if (this.#caption !== null) this.#caption.textContent = `${this.#data.name}: ${amountOf(tiles)}`;
    this.#hovered = undefined;
    this.#choose(this.#chosen && this.#sameAs(this.#chosen));
  }

  /** The tile of those shown at the place of one that was; the fullest where there are several. */
  #sameAs({ quadkey }: JudgedTile): JudgedTile | undefined {
    const around = this.#tiles.get(quadkey.slice(0, this.#shown));
    if (around !== undefined || this.#shown <= quadkey.length) return around;
    const within = this.tiles.filter((tile) => tile.quadkey.startsWith(quadkey));
    return within.sort((one, other) => other.counts.rows - one.counts.rows)[0];
  }

  #size(): Size {
    const width = Math.max(240, Math.round(this.element.clientWidth));
    return { width, height: Math.round(Math.max(300, Math.min(600, width * (width < 520 ? 1 : 0.8)))) };
  }

  #resize(): void {
    if (this.element.clientWidth === 0) return;
    const { width, height } = this.#size();
    if (width === this.#camera.size.width && height === this.#camera.size.height) return;
    this.#camera.resize({ width, height });
    this.#look();
  }

  #look(): void {
    const { view, size, limits, isNear } = this.#camera;
    const zoom = this.#levels.zoomAt(view.scale);
    if (zoom !== this.#shown) {
      this.#shown = zoom;
      this.#refill();
    }
    this.#drawing.look(view, size);
    this.#buttons['Zoom in'].disabled = view.scale >= limits.most * 0.999;
    this.#buttons['Zoom out'].disabled = view.scale <= limits.least * 1.001;
    this.stage.classList.toggle('near', isNear);
    this.#listener.onView();
  }

  #zoomBy(factor: number, x?: number, y?: number): void {
    this.#camera.zoom(factor, x, y);
    this.#look();
  }

  #home(): void {
    this.#camera.home();
    this.#look();
  }

  #at(x: number, y: number): JudgedTile | undefined {
    const width = 2 ** this.#shown;
    if (x < 0 || y < 0 || x >= width || y >= width) return undefined;
    return this.#tiles.get(quadkeyOf({ x, y }, this.#shown));
  }

  #tileAt(x: number, y: number): JudgedTile | undefined {
    return this.#at(...(this.#placeAt(x, y).map(Math.floor) as [number, number]));
  }

  /** What lies at a pixel, in tiles of those shown. */
  #placeAt(pixelsX: number, pixelsY: number): [number, number] {
    const [right, down] = this.#camera.placeAt(pixelsX, pixelsY);
    const [left, top] = this.#data.origin;
    return [(left + right) / this.#side, (top + down) / this.#side];
  }

  /** The tile nearest to the middle of what is seen. */
  #middle(): JudgedTile | undefined {
    const { width, height } = this.#camera.size;
    const [x, y] = this.#placeAt(width / 2, height / 2);
    let [nearest, least]: [JudgedTile | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
    for (const tile of this.#tiles.values()) {
      const far = Math.hypot(tile.x + 0.5 - x, tile.y + 0.5 - y) + (tile.counts.rows > 0 ? 0 : 1e6);
      if (far < least) [nearest, least] = [tile, far];
    }
    return nearest;
  }

  /** The next tile in a direction: the one beside, else the nearest that lies more that way than any other. */
  #next(from: JudgedTile, [right, down]: readonly [number, number]): JudgedTile | undefined {
    const beside = this.#at(from.x + right, from.y + down);
    if (beside !== undefined) return beside;
    let [nearest, least]: [JudgedTile | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
    for (const tile of this.#tiles.values()) {
      const [x, y] = [tile.x - from.x, tile.y - from.y];
      const [ahead, aside] = [x * right + y * down, Math.abs(x * down + y * right)];
      if (ahead <= 0 || aside > ahead) continue;
      const far = ahead + 2 * aside;
      if (far < least) [nearest, least] = [tile, far];
    }
    return nearest;
  }

  #hover(place: { x: number; y: number } | undefined): void {
    // What was read last stays, so that the pointer can go to the link in it.
    if (place === undefined && this.#chosen === undefined) return;
    const tile = place && this.#tileAt(place.x, place.y);
    if (tile === this.#hovered) return;
    this.#hovered = tile;
    this.#drawing.mark(tile ?? this.#chosen);
    this.#listener.onTile(tile ?? this.#chosen);
  }

  #choose(tile: JudgedTile | undefined): void {
    this.#chosen = tile;
    this.#drawing.mark(tile);
    this.#listener.onTile(tile);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.stage) return;
    const arrow = arrows[event.key];
    const { width, height } = this.#camera.size;
    if (arrow !== undefined && event.shiftKey) {
      this.#camera.move(-arrow[0] * width * panStep, -arrow[1] * height * panStep);
      this.#look();
    } else if (arrow !== undefined) {
      const tile = this.#chosen === undefined ? this.#middle() : this.#next(this.#chosen, arrow);
      if (tile !== undefined) {
        this.#choose(tile);
        const [x, y] = this.#cornerOf(tile);
        this.#camera.show(x, y, this.#side);
        this.#look();
      }
    } else if (event.key === '+' || event.key === '=') this.#zoomOnChosen(zoomStep);
    else if (event.key === '-') this.#zoomOnChosen(1 / zoomStep);
    else if (event.key === '0' || event.key === 'Home') this.#home();
    else if (event.key === 'Escape') this.#choose(undefined);
    else return;
    event.preventDefault();
  }

  #zoomOnChosen(factor: number): void {
    if (this.#chosen === undefined) {
      this.#zoomBy(factor);
      return;
    }
    const { scale, left, top } = this.#camera.view;
    const half = this.#side / 2;
    const [x, y] = this.#cornerOf(this.#chosen);
    this.#zoomBy(factor, left + scale * (x + half), top + scale * (y + half));
  }

  /** Where a tile that is shown begins, in tiles of the map from the region's origin. */
  #cornerOf({ x, y }: JudgedTile): [number, number] {
    const [left, top] = this.#data.origin;
    return [x * this.#side - left, y * this.#side - top];
  }
}

export { RegionMap };
