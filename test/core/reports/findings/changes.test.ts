import { Readable } from 'node:stream';
import { readChanges } from '../../../../core/reports/findings/changes';

const header =
  'operator,technology,place,scale,count_before,count_after,hours_before,hours_after,median_before,median_after,change,share_weaker,t,degrees_of_freedom';

interface Given {
  operator?: string;
  place?: string;
  before?: number;
  change?: number;
  t?: number | '';
  freedom?: number;
}

const line = ({
  operator = 'orange',
  place = '08001',
  before = 60,
  change = -4,
  t = -9,
  freedom = 40,
}: Given): string =>
  `"${operator}",4G,${place},dBm,${before},50,20,20,-91,-95,${change},80,${t},${t === '' ? '' : freedom}`;

const read = (lines: readonly Given[]) => readChanges(Readable.from([`${[header, ...lines.map(line)].join('\n')}\n`]));

const many = (count: number, given: (index: number) => Given): Given[] =>
  Array.from({ length: count }, (_, n) => given(n));

describe('the changes of a report', () => {
  it('are those that stand out, the largest first', async () => {
    const changes = await read([
      { place: '08001', change: -3, t: -8 },
      { place: '08002', change: -7, t: -7 },
      { place: '08003', change: 4, t: 9 },
      { place: '08004', change: -0.2, t: -0.3 },
      { place: '', change: -2, t: -6 },
    ]);
    expect(changes?.worse.map(({ place, change }) => [place, change])).toEqual([
      ['08002', -7],
      ['08001', -3],
      [undefined, -2],
    ]);
    expect(changes?.better.map(({ place }) => place)).toEqual(['08003']);
    expect(changes).toMatchObject({ tested: 4, untested: 0, hasBefore: true });
    expect(changes?.worse[0]).toMatchObject({ operator: 'orange', countBefore: 60, countAfter: 50, medianBefore: -91 });
  });

  it('are none where so large a t is to be expected of so many', async () => {
    const alone = await read([{ t: -3.2 }]);
    const among = await read([{ t: -3.2 }, ...many(999, (n) => ({ place: `p${n}`, t: (n % 5) / 5 - 0.4 }))]);
    expect(alone?.worse).toHaveLength(1);
    expect(among?.worse).toHaveLength(0);
    expect(among?.tested).toBe(1_000);
  });

  it('are none that are certain, but too small to act on', async () => {
    expect((await read([{ change: -1.4, t: -50 }]))?.worse).toEqual([]);
    expect((await read([{ change: -1.5, t: -50 }]))?.worse).toHaveLength(1);
  });

  it('are none where the mean says the opposite of the ranks, as after a few rows that are far off', async () => {
    const changes = await read([{ change: 3, t: -9 }]);
    expect([changes?.worse, changes?.better]).toEqual([[], []]);
  });

  it('leave out what was measured too little, and count it', async () => {
    const changes = await read([{ t: '' }, { t: '', place: '' }, { t: '', place: '08002', before: 0 }]);
    expect(changes).toEqual({ tested: 0, untested: 2, hasBefore: true, worse: [], better: [] });
    expect((await read([{ t: '', before: 0 }]))?.hasBefore).toBe(false);
  });

  it('are found in a report of any length, in bounded memory', async () => {
    const lines = 60_000;
    const written = (n: number) => `${line({ place: `p${n}`, t: -12 - (n % 7), change: -2 - (n % 3) })}\n`;
    // In pieces of some 50 KB, as an object comes.
    const piece = 1_000;
    function* text() {
      yield `${header}\n`;
      for (let n = 0; n < lines; n += piece) yield Array.from({ length: piece }, (_, m) => written(n + m)).join('');
    }
    const changes = await readChanges(Readable.from(text()));
    expect(changes?.tested).toBe(lines);
    // The surest of them are held; how many more there were is not told.
    expect(changes?.worse.length).toBeGreaterThanOrEqual(10_000);
    expect(changes?.worse.length).toBeLessThan(20_000);
    expect(changes?.worse[0]?.change).toBe(-4);
  });

  it('cut names that are too long, and take the guard off a cell', async () => {
    const changes = await read([{ operator: `'=${'x'.repeat(5_000)}` }]);
    expect(changes?.worse[0]?.operator).toBe(`=${'x'.repeat(79)}`);
  });

  it('are none of a report with other columns, or of nothing', async () => {
    expect(await readChanges(Readable.from(['a,b\n1,2\n']))).toBeUndefined();
    expect(await read([])).toEqual({ tested: 0, untested: 0, hasBefore: false, worse: [], better: [] });
  });
});
