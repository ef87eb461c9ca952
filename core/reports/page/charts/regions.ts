/** A point on the map. */
interface Place {
  longitude: number;
  latitude: number;
  value?: number;
  /** What it says when it is pointed at. */
  text: string;
}

/** Degrees without a point that separate one region from the next. */
const gap = 2;

/**
 * Groups points that lie near each other, the largest group first: networks of several countries on one map would be a few
 * dots in an empty frame. Points are put on a grid as wide as the gap; cells that touch belong together.
 */
const findRegions = <Item extends Pick<Place, 'longitude' | 'latitude'>>(places: readonly Item[]): Item[][] => {
  const cells = new Map<string, Item[]>();
  const cellOf = ({ longitude, latitude }: Item) => [Math.floor(longitude / gap), Math.floor(latitude / gap)] as const;
  for (const place of places) {
    const name = cellOf(place).join(' ');
    const cell = cells.get(name);
    if (cell === undefined) cells.set(name, [place]);
    else cell.push(place);
  }
  const regions: Item[][] = [];
  const open = new Set(cells.keys());
  for (const start of cells.keys()) {
    if (!open.delete(start)) continue;
    const region: Item[] = [];
    const queue = [start];
    for (let cell = queue.pop(); cell !== undefined; cell = queue.pop()) {
      for (const place of cells.get(cell) ?? []) region.push(place);
      const [x = 0, y = 0] = cell.split(' ').map(Number);
      for (const right of [-1, 0, 1]) {
        for (const up of [-1, 0, 1]) {
          const neighbour = `${x + right} ${y + up}`;
          if (open.delete(neighbour)) queue.push(neighbour);
        }
      }
    }
    regions.push(region);
  }
  return regions.sort((one, other) => other.length - one.length);
};

/** The part of the map that a frame shows. */
interface Frame {
  west: number;
  east: number;
  south: number;
  north: number;
  kilometresWide: number;
}

const kilometresADegree = 111.32;
const leastDegrees = 0.02;

/** A frame around points in which a kilometre is as long across as up. */
const frameAround = (places: readonly Place[], width: number, height: number): Frame => {
  let [west, east, south, north] = [180, -180, 90, -90];
  for (const { longitude, latitude } of places) {
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
  }
  const middle = [(west + east) / 2, (south + north) / 2] as const;
  const shrink = Math.max(0.05, Math.cos((middle[1] * Math.PI) / 180));
  const margin = 1.12;
  let up = Math.max((north - south) * margin, leastDegrees);
  let across = Math.max((east - west) * margin, leastDegrees / shrink);
  if ((across * shrink) / up > width / height) up = (across * shrink * height) / width;
  else across = (up * width) / height / shrink;
  return {
    west: middle[0] - across / 2,
    east: middle[0] + across / 2,
    south: middle[1] - up / 2,
    north: middle[1] + up / 2,
    kilometresWide: across * shrink * kilometresADegree,
  };
};

export type { Frame, Place };
export { findRegions, frameAround };
