/**
 * How many of the least p-values stand out, by the step-up of Benjamini and Hochberg (1995): of those that it names, a share of
 * `level` at most is chance, in the mean; where nothing changed, that anything is named has a chance of `level`.
 *
 * @param least - the least p-values, ascending; where some are left out, fewer are named, never more
 * @param tested - how many were tested in all
 */
const countFindings = (least: readonly number[], tested: number, level: number): number => {
  for (let count = least.length; count > 0; count -= 1) {
    if ((least[count - 1] as number) <= (level * count) / tested) return count;
  }
  return 0;
};

export { countFindings };
