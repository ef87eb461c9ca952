import { renderAbout } from '../../../../core/reports/page/about';
import { renderBasis, weigh } from '../../../../core/reports/page/basis';
import { makeTotals } from '../../../support/uploads';

const text = (markup: unknown) =>
  String(markup ?? '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

describe('what a report speaks of', () => {
  const rows = [
    ['north', 40],
    ['south', 4],
    ['west', 5],
    ['east', null],
    ['mid', 1],
  ] as const;

  it('is the sum of its counts, without the lines that count too little', () => {
    const { isWanted, basis } = weigh(1, 5);
    expect(rows.filter((row) => isWanted([...row])).map(([name]) => name)).toEqual(['north', 'west', 'east']);
    expect(basis(5)).toEqual({ measurements: 50, leftOut: 2, orMore: false, fewest: 5 });
    expect(text(renderBasis(basis(5)))).toBe(
      'Speaks of 50 measurements. 2 lines of fewer than 5 measurements left out; the CSV has them.',
    );
  });

  it('is not guessed where not all lines were read', () => {
    const { isWanted, basis } = weigh(1, 5);
    rows.forEach((row) => void isWanted([...row]));
    expect(text(renderBasis(basis(900)))).toBe(
      'At least 2 lines of fewer than 5 measurements left out; the CSV has them.',
    );
  });

  it('is told as it was counted over the whole CSV', () => {
    const { isWanted, basis } = weigh(1, 5, 41_200);
    isWanted(['north', 40]);
    expect(text(renderBasis(basis(900)))).toBe('Speaks of 41,200 measurements.');
  });

  it('is not told of a report that does not say', () => {
    expect(renderBasis(undefined)).toBeUndefined();
  });
});

describe('what the page is about', () => {
  const totals = makeTotals({
    valid: 6_000,
    days: ['2000-01-01', '2026-02-02', '2026-02-03'],
    strayDays: ['2000-01-01'],
    firstDay: '2026-02-02',
    lastDay: '2026-02-03',
  });
  const oneDay = makeTotals({ valid: 1, days: ['2026-02-02'], firstDay: '2026-02-02', lastDay: '2026-02-02' });

  it('is said of the file alone where nobody looked at others', () => {
    expect(text(renderAbout(totals, 1))).toBe('6,000 rows of this file, of 2 days, 2 – 3 February 2026.');
    expect(text(renderAbout(oneDay, 1))).toBe('1 row of this file, of 2 February 2026.');
  });

  it('names other uploads, and counts those that are too many to name', () => {
    const uploads = Array.from({ length: 5 }, (_, place) => ({ name: `<b>${place}.csv`, rows: 700 - place }));
    expect(text(renderAbout(totals, 1, { rows: 41_200, count: 7, uploads }))).toBe(
      '6,000 rows of this file, of 2 days, 2 – 3 February 2026. These days also hold 41,200 rows of 7 other uploads, and the reports are about all of them. ' +
        '&lt;b&gt;0.csv 700 &lt;b&gt;1.csv 699 &lt;b&gt;2.csv 698 &lt;b&gt;3.csv 697 &lt;b&gt;4.csv 696 and 2 more',
    );
  });

  it('says that there are none', () => {
    expect(text(renderAbout(oneDay, 1, { rows: 0, count: 0, uploads: [] }))).toContain(
      'This day holds no rows of other uploads.',
    );
  });
});
