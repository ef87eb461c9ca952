import type { Tile } from '../../map/quadkeys';

/** How a drawing's coordinates, in tiles from an origin, become pixels: times `scale`, then moved. */
interface View {
  scale: number;
  left: number;
  top: number;
}

interface Size {
  width: number;
  height: number;
}

type Box = readonly [west: number, north: number, east: number, south: number];

/** Share of a drawing that is kept free around what it shows. */
const margin = 0.06;
/** Tiles a side that a drawing shows at least: fewer say nothing of where they are. */
const leastTiles = 8;

/** The view that has a box in its middle, as large as fits. */
const fitView = ([west, north, east, south]: Box, { width, height }: Size): View => {
  const across = Math.max(east - west, leastTiles);
  const down = Math.max(south - north, leastTiles);
  const scale = Math.min((width * (1 - 2 * margin)) / across, (height * (1 - 2 * margin)) / down);
  return {
    scale,
    left: width / 2 - (scale * (west + east)) / 2,
    top: height / 2 - (scale * (north + south)) / 2,
  };
};

const matrixOf = ({ scale, left, top }: View): string => {
  const round = (value: number) => Number(value.toPrecision(8));
  return `matrix(${round(scale)} 0 0 ${round(scale)} ${round(left)} ${round(top)})`;
};

/**
 * Squares as the outline of a path; those side by side in a row are one where they need not be told apart.
 *
 * @param side - of a tile, in units of the drawing
 */
const pathOf = (tiles: readonly Tile[], [left, top]: readonly [number, number], apart: boolean, side = 1): string => {
  const sorted = [...tiles].sort((one, other) => one.y - other.y || one.x - other.x);
  let path = '';
  for (let at = 0; at < sorted.length; ) {
    const { x, y } = sorted[at] as Tile;
    let length = 1;
    while (!apart && sorted[at + length]?.y === y && sorted[at + length]?.x === x + length) length += 1;
    path += `M${x * side - left} ${y * side - top}h${length * side}v${side}h-${length * side}z`;
    at += length;
  }
  return path;
};

/** A round length that fills at most so many pixels, in words and in pixels. */
const scaleBarOf = (kilometresAPixel: number, mostPixels: number): { text: string; pixels: number } => {
  const wanted = kilometresAPixel * mostPixels;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const kilometres = power * (wanted / power >= 5 ? 5 : wanted / power >= 2 ? 2 : 1);
  const text =
    kilometres >= 1
      ? `${Number(kilometres.toPrecision(3))}\u202fkm`
      : `${Number((kilometres * 1000).toPrecision(3))}\u202fm`;
  return { text, pixels: kilometres / kilometresAPixel };
};

export type { Box, Size, View };
export { fitView, matrixOf, pathOf, scaleBarOf };
