import { type Random, roughNormal } from '../random';
import { half, type Spot } from './ground';

type Technology = '2G' | '3G' | '4G' | '5G';

/** A mast of an operator and what it sends. */
interface Site extends Spot {
  number: number;
  technologies: readonly Technology[];
  /** dB by which it is stronger than others. */
  gain: number;
}

/** Power in dBm at a kilometre, dB that ten times the distance cost, and the least power with which a phone stays. */
const links: Readonly<Record<Technology, { at: number; slope: number; stays: number; share: number }>> = {
  '5G': { at: -101, slope: 37, stays: -102, share: 0.55 },
  '4G': { at: -93, slope: 35, stays: -107, share: 1 },
  '3G': { at: -83, slope: 34, stays: -103, share: 0.7 },
  '2G': { at: -74, slope: 33, stays: -150, share: 1 },
};

/** From the one that a phone likes most. */
const preferred: readonly Technology[] = ['5G', '4G', '3G', '2G'];

/** Kilometres from mast to mast, and the dB of what stands between. */
const spacing = 1.9;
const shadow = { deviation: 5, spacing: 1.2 };
const fading = 3;

/** Masts in a grid that is as regular as a city lets it be. */
const drawSites = (random: Random): Site[] => {
  const sites: Site[] = [];
  for (let east = -half; east <= half; east += spacing) {
    for (let north = -half; north <= half; north += spacing) {
      const jitter = () => (random() - 0.5) * 0.9 * spacing;
      const has = new Set(preferred.filter((technology) => random() < links[technology].share));
      sites.push({
        number: sites.length + 1,
        east: east + jitter(),
        north: north + jitter(),
        technologies: preferred.filter((technology) => has.has(technology)),
        gain: roughNormal(random) * 3,
      });
    }
  }
  return sites;
};

/** dB that houses and hills take at a place: the same each time that somebody comes by, alike in places near each other. */
const drawShadows = (random: Random): ((spot: Spot) => number) => {
  const across = Math.ceil((2 * half) / shadow.spacing) + 3;
  const values = Float64Array.from({ length: across * across }, () => roughNormal(random) * shadow.deviation);
  const at = (x: number, y: number) => values[Math.min(across - 1, y) * across + Math.min(across - 1, x)] as number;
  return ({ east, north }) => {
    const [x, y] = [east, north].map((value) => Math.max(0, (value + half) / shadow.spacing)) as [number, number];
    const [left, below] = [Math.floor(x), Math.floor(y)];
    const [right, up] = [x - left, y - below];
    return (
      (1 - right) * ((1 - up) * at(left, below) + up * at(left, below + 1)) +
      right * ((1 - up) * at(left + 1, below) + up * at(left + 1, below + 1))
    );
  };
};

/** What a phone hears. */
interface Heard {
  technology: Technology;
  dbm: number;
  site: Site;
}

/**
 * The cell that a phone is on: of the technology that it likes most among those that are strong enough.
 *
 * @param loss - dB that are lost here besides
 */
const hear = (sites: readonly Site[], spot: Spot, loss: number, random: Random): Heard => {
  let found: Heard | undefined;
  for (const technology of preferred) {
    const { at, slope, stays } = links[technology];
    let best: Heard | undefined;
    for (const site of sites) {
      if (!site.technologies.includes(technology)) continue;
      const far = Math.hypot(site.east - spot.east, site.north - spot.north);
      if (far > 6) continue;
      const dbm = at + site.gain - slope * Math.log10(Math.max(0.05, far)) - loss;
      if (best === undefined || dbm > best.dbm) best = { technology, dbm, site };
    }
    if (best !== undefined) found = { ...best, dbm: best.dbm + roughNormal(random) * fading };
    if (found !== undefined && found.dbm >= stays) break;
  }
  if (found === undefined) throw new Error('No mast is near: every one has 2G and 4G.');
  return found;
};

export type { Heard, Site, Technology };
export { drawShadows, drawSites, hear };
