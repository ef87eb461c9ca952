import type { Html } from './html';
import type { Section } from './sections';

/** Most bytes of a page: a Lambda's answer holds 6 MB, of which base64 leaves 4.5. */
const mostBytes = 4_000_000;
const mostTableBytes = 400_000;
/** Kept for what is not a table: of the page, of a report. */
const reserved = { page: 100_000, report: 6_000 };

const bytesOf = (markup: Html | undefined): number => (markup === undefined ? 0 : Buffer.byteLength(markup.markup));

/** Bytes that a report's table may fill, so that all of them fit. */
const tableBudget = (reports: number): number =>
  Math.max(
    0,
    Math.min(mostTableBytes, Math.floor((mostBytes - reserved.page) / Math.max(1, reports)) - reserved.report),
  );

/** The markup of a section at a step of leaving out: the least that it has, where it has no more steps. */
const markupAt = ({ markups }: Section, step: number): Html => markups[Math.min(step, markups.length - 1)] as Html;

/**
 * All reports with all that they have. Where that is too much, the largest go with fewer rows, then without their chart, then
 * without their table, until the rest fits beside what else the page holds.
 */
const fitSections = (sections: readonly Section[], others: readonly (Html | undefined)[]): Html[] => {
  const shown = sections.filter(({ markups }) => markups.length > 0);
  const chosen = shown.map((section) => markupAt(section, 0));
  const sum = (all: readonly (Html | undefined)[]) => all.reduce((bytes, one) => bytes + bytesOf(one), 0);
  let excess = sum(chosen) + sum(others) + reserved.page - mostBytes;
  const steps = Math.max(0, ...shown.map(({ markups }) => markups.length));
  for (let step = 1; step < steps && excess > 0; step += 1) {
    const savings = shown
      .map((section, index) => ({ index, markup: markupAt(section, step) }))
      .map(({ index, markup }) => ({ index, markup, saved: bytesOf(chosen[index]) - bytesOf(markup) }))
      .sort((one, other) => other.saved - one.saved);
    for (const { index, markup, saved } of savings) {
      if (excess <= 0 || saved <= 0) break;
      chosen[index] = markup;
      excess -= saved;
    }
  }
  return chosen;
};

export { fitSections, mostBytes, tableBudget };
