import { type AsuScale, type JudgedTile, type Look, lookOf } from '../../../map/choosing';
import { coloursOf, groups, textOf } from '../../map/looks';
import { formatNumber } from '../../numbers';

/**
 * Says in the legend of how many tiles each look is. Looks without any stay: a legend that grows and shrinks would move the map
 * beneath it while a reader zooms.
 */
const tellLegend = (figure: HTMLElement, tiles: readonly JudgedTile[], scale: AsuScale | undefined): void => {
  const counts = new Map<Look, number>();
  for (const tile of tiles) {
    const look = lookOf(tile.verdict, scale);
    counts.set(look, (counts.get(look) ?? 0) + 1);
  }
  const lines = groups.flatMap((group) => group.looks);
  for (const group of figure.querySelectorAll<HTMLElement>('.map-legend > li')) {
    const { colours } = group.dataset;
    group.hidden = colours !== undefined && colours !== coloursOf(scale);
    for (const item of group.querySelectorAll<HTMLElement>('[data-look]')) {
      const line = lines.find(({ look }) => look === item.dataset.look);
      const [text, number] = [item.querySelector('.map-look'), item.querySelector('.map-count')];
      if (line === undefined || text === null || number === null) continue;
      item.hidden = group.hidden;
      text.textContent = textOf(line, scale);
      number.textContent = formatNumber(counts.get(line.look) ?? 0);
    }
  }
};

export { tellLegend };
