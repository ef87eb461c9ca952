import type { Random } from '../random';
import { half, type Spot } from './ground';

/** Streets that cross at right angles, turned against the compass; blocks are 150 to 350 metres long. */
interface Streets {
  along: readonly number[];
  across: readonly number[];
}

const turn = 0.2;

const drawLines = (random: Random): number[] => {
  const lines: number[] = [];
  for (let at = -1.25 * half; at <= 1.25 * half; at += 0.15 + 0.2 * random()) lines.push(at);
  return lines;
};

const drawStreets = (random: Random): Streets => ({ along: drawLines(random), across: drawLines(random) });

const spotOf = (u: number, v: number): Spot => ({
  east: u * Math.cos(turn) - v * Math.sin(turn),
  north: u * Math.sin(turn) + v * Math.cos(turn),
});

const isInside = ({ east, north }: Spot): boolean => Math.abs(east) < half && Math.abs(north) < half;

/** Kilometres from one reading to the next. */
const step = 0.07;

/** Crossings to the farthest aim of a way. */
const reach = 12;

/** The places of a way: from crossing to crossing along the streets, for so many readings. */
function* walk({ along, across }: Streets, readings: number, random: Random): Generator<Spot> {
  const draw = (count: number) => Math.floor(random() * count);
  let [i, j] = [draw(along.length), draw(across.length)];
  while (!isInside(spotOf(along[i] ?? 0, across[j] ?? 0))) [i, j] = [draw(along.length), draw(across.length)];
  let left = readings;
  while (left > 0) {
    const isAlong = random() < 0.5;
    const [lines, from] = isAlong ? [along, i] : [across, j];
    const to = Math.max(0, Math.min(lines.length - 1, from + draw(2 * reach + 1) - reach));
    const [start, end] = [lines[from] ?? 0, lines[to] ?? 0];
    const fixed = isAlong ? (across[j] ?? 0) : (along[i] ?? 0);
    const spotAt = (at: number) => (isAlong ? spotOf(at, fixed) : spotOf(fixed, at));
    // The city ends there.
    if (!isInside(spotAt(end))) continue;
    const steps = Math.floor(Math.abs(end - start) / step);
    for (let at = 0; at < steps && left > 0; at += 1, left -= 1)
      yield spotAt(start + ((end - start) * (at + random())) / steps);
    if (isAlong) i = to;
    else j = to;
  }
}

/** A place for each twenty metres of street. */
function* spotsOf({ along, across }: Streets): Generator<Spot> {
  const length = 1.25 * half;
  for (let at = -length; at <= length; at += 0.02) {
    for (const u of along) if (isInside(spotOf(u, at))) yield spotOf(u, at);
    for (const v of across) if (isInside(spotOf(at, v))) yield spotOf(at, v);
  }
}

export type { Streets };
export { drawStreets, spotsOf, walk };
