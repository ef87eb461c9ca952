import { type Box, fitView, type Size, type View } from '../../map/shapes';

/** Times that the first view can be made smaller, and pixels that a tile has at most. */
const smallest = 0.4;
const largestTile = 160;

const between = (least: number, value: number, most: number): number => Math.max(least, Math.min(most, value));

/** What of a region is seen: zoomed and moved, but never so far that nothing is. */
class Camera {
  readonly #box: Box;
  readonly #world: Box;
  size: Size;
  view: View;

  constructor(box: Box, world: Box, size: Size) {
    this.#box = box;
    this.#world = world;
    this.size = size;
    this.view = fitView(box, size);
  }

  get #home(): View {
    return fitView(this.#box, this.size);
  }

  get limits(): { least: number; most: number } {
    const { scale } = this.#home;
    return { least: scale * smallest, most: Math.max(largestTile, scale) };
  }

  /** Whether more is to be seen than fits, so that a finger moves the map rather than the page. */
  get isNear(): boolean {
    return this.view.scale > this.#home.scale * 1.02;
  }

  home(): void {
    this.view = this.#home;
  }

  resize(size: Size): void {
    const middle = this.placeAt(this.size.width / 2, this.size.height / 2);
    const factor = this.view.scale / this.#home.scale;
    this.size = size;
    const scale = this.#home.scale * factor;
    this.#look({ scale, left: size.width / 2 - scale * middle[0], top: size.height / 2 - scale * middle[1] });
  }

  /** What lies at a pixel, in tiles from the region's origin. */
  placeAt(x: number, y: number): [number, number] {
    const { scale, left, top } = this.view;
    return [(x - left) / scale, (y - top) / scale];
  }

  move(right: number, down: number): void {
    const { scale, left, top } = this.view;
    this.#look({ scale, left: left + right, top: top + down });
  }

  /** Zooms so that what lies at a pixel stays there. */
  zoom(factor: number, x = this.size.width / 2, y = this.size.height / 2): void {
    const { least, most } = this.limits;
    const [placeX, placeY] = this.placeAt(x, y);
    const scale = between(least, this.view.scale * factor, most);
    this.#look({ scale, left: x - scale * placeX, top: y - scale * placeY });
  }

  /** Moves as little as it takes for a tile of a size to be seen with some room around it. */
  show(x: number, y: number, side: number): void {
    const { scale, left, top } = this.view;
    const pixels = scale * side;
    const room = Math.min(2 * pixels, this.size.width / 5, this.size.height / 5);
    const inside = (start: number, extent: number) => between(room - start, 0, extent - room - (start + pixels));
    const [right, down] = [inside(left + scale * x, this.size.width), inside(top + scale * y, this.size.height)];
    if (right !== 0 || down !== 0) this.move(right, down);
  }

  #look({ scale, left, top }: View): void {
    const [west, north, east, south] = this.#world;
    const { width, height } = this.size;
    // The middle of the drawing stays on what is drawn.
    this.view = {
      scale,
      left: between(width / 2 - scale * east, left, width / 2 - scale * west),
      top: between(height / 2 - scale * south, top, height / 2 - scale * north),
    };
  }
}

export { Camera };
