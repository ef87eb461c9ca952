import type { Box } from './shapes';

type Point = readonly [x: number, y: number];

/** The sides of a box: the coordinate that it limits, the limit, and the side of it that is inside. */
const sidesOf = ([west, north, east, south]: Box) =>
  [
    [0, west, 1],
    [1, north, 1],
    [0, east, -1],
    [1, south, -1],
  ] as const;

/** The part of an outline in a box (Sutherland and Hodgman); what is cut off goes along the box's sides. */
const clipRing = (ring: readonly Point[], box: Box): Point[] => {
  let points: Point[] = [...ring];
  for (const [axis, limit, inside] of sidesOf(box)) {
    const clipped: Point[] = [];
    let last = points.at(-1);
    for (const point of points) {
      const [isIn, wasIn] = [point, last].map((one) => one !== undefined && (one[axis] - limit) * inside >= 0);
      if (isIn !== wasIn && last !== undefined) clipped.push(crossing(last, point, axis, limit));
      if (isIn) clipped.push(point);
      last = point;
    }
    points = clipped;
  }
  return points;
};

const crossing = (from: Point, to: Point, axis: 0 | 1, limit: number): Point => {
  const share = (limit - from[axis]) / (to[axis] - from[axis]);
  const across = from[1 - axis] as number;
  const other = across + share * ((to[1 - axis] as number) - across);
  return axis === 0 ? [limit, other] : [other, limit];
};

/** The part of a step in a box (Liang and Barsky); undefined where it passes by. */
const clipStep = (from: Point, to: Point, box: Box): [Point, Point] | undefined => {
  let [enter, leave] = [0, 1];
  for (const [axis, limit, inside] of sidesOf(box)) {
    const [before, after] = [(from[axis] - limit) * inside, (to[axis] - limit) * inside];
    if (before < 0 && after < 0) return undefined;
    if (before < 0) enter = Math.max(enter, before / (before - after));
    else if (after < 0) leave = Math.min(leave, before / (before - after));
  }
  if (enter > leave) return undefined;
  const at = (share: number): Point => [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
  return [enter === 0 ? from : at(enter), leave === 1 ? to : at(leave)];
};

/** The parts of a line in a box. */
const clipLine = (line: readonly Point[], box: Box): Point[][] => {
  const parts: Point[][] = [];
  let open: Point[] | undefined;
  for (let at = 1; at < line.length; at += 1) {
    const [from, to] = [line[at - 1] as Point, line[at] as Point];
    const step = clipStep(from, to, box);
    if (step === undefined) {
      open = undefined;
      continue;
    }
    if (open === undefined || step[0] !== from) {
      open = [step[0]];
      parts.push(open);
    }
    open.push(step[1]);
    if (step[1] !== to) open = undefined;
  }
  return parts;
};

const distance = (point: Point, from: Point, to: Point): number => {
  const right = to[0] - from[0];
  const down = to[1] - from[1];
  const length = right * right + down * down;
  const along = (point[0] - from[0]) * right + (point[1] - from[1]) * down;
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, along / length));
  return Math.hypot(point[0] - from[0] - share * right, point[1] - from[1] - share * down);
};

/** A line without points that are nearer to the one before than some length; its ends stay. One pass, for lines of many points. */
const thin = (line: readonly Point[], least: number): Point[] => {
  let [lastX, lastY] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  return line.filter((point, at) => {
    const [right, down] = [Math.abs(point[0] - lastX), Math.abs(point[1] - lastY)];
    if (at > 0 && at < line.length - 1 && right < least && down < least) return false;
    [lastX, lastY] = point;
    return true;
  });
};

/** A line without the points that lie so near to what is left that nobody would see it (Douglas and Peucker). */
const simplify = (whole: readonly Point[], tolerance: number): Point[] => {
  const line = thin(whole, tolerance);
  if (line.length < 3) return line;
  const kept = new Uint8Array(line.length);
  kept[0] = kept[line.length - 1] = 1;
  const parts: [number, number][] = [[0, line.length - 1]];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [first, last] = part;
    const [start, end] = [line[first] as Point, line[last] as Point];
    let [farthest, most] = [0, tolerance];
    for (let at = first + 1; at < last; at += 1) {
      const far = distance(line[at] as Point, start, end);
      if (far > most) [farthest, most] = [at, far];
    }
    if (farthest === 0) continue;
    kept[farthest] = 1;
    parts.push([first, farthest], [farthest, last]);
  }
  return line.filter((_, at) => kept[at] === 1);
};

export type { Point };
export { clipLine, clipRing, simplify, thin };
