import { type AsuScale, type JudgedTile, type Look, lookOf } from '../../../map/choosing';
import { coloursOf, groups, textOf } from '../../map/looks';
import { formatNumber } from '../../numbers';

/** Says in the legend what there is among the tiles, and of how many. */
const tellLegend = (figure: HTMLElement, tiles: readonly JudgedTile[], scale: AsuScale | undefined): void => {
  const counts = new Map<Look, number>();
  for (const tile of tiles) {
    const look = lookOf(tile.verdict, scale);
    counts.set(look, (counts.get(look) ?? 0) + 1);
  }
  const lines = groups.flatMap((group) => group.looks);
  for (const group of figure.querySelectorAll<HTMLElement>('.map-legend > li')) {
    const { colours } = group.dataset;
    const isShown = colours === undefined || colours === coloursOf(scale);
    for (const item of group.querySelectorAll<HTMLElement>('[data-look]')) {
      const line = lines.find(({ look }) => look === item.dataset.look);
      const count = (line && counts.get(line.look)) ?? 0;
      item.hidden = !isShown || count === 0;
      const [text, number] = [item.querySelector('.map-look'), item.querySelector('.map-count')];
      if (line !== undefined && text !== null) text.textContent = textOf(line, scale);
      if (number !== null) number.textContent = formatNumber(count);
    }
    group.hidden = group.querySelector('[data-look]:not([hidden])') === null;
  }
};

export { tellLegend };
