import { renderQuality } from '../../../../core/reports/page/quality';
import type { ReadFile, Reading } from '../../../../core/reports/page/reading';
import type { Totals } from '../../../../core/uploads/upload';
import { makeTotals, makeUpload } from '../../../support/uploads';

const wallClock = { written: 'day and time', means: 'wall clock' } as const;

const reading = (totals: Partial<Totals> = {}, changes: Partial<ReadFile> = {}): Reading => ({
  files: [
    {
      upload: makeUpload({ columns: { date: [0], hour: [1], signal: [2], speed: [3] } }),
      format: { title: 'A layout', time: wallClock },
      ...changes,
    },
  ],
  totals: makeTotals({
    rows: 210,
    valid: 200,
    columns: {
      date: [200, 0, 0],
      hour: [200, 0, 0],
      signal: [150, 48, 2],
      speed: [0, 200, 0],
      signal_dbm: [150, 50, 0],
      town: [0, 200, 0],
      utc_offset: [0, 200, 0],
    },
    ...totals,
  }),
  timeZone: 'Europe/Madrid',
});

const textOf = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

const told = (totals: Partial<Totals> = {}, changes: Partial<ReadFile> = {}): string =>
  textOf(String(renderQuality(reading(totals, changes))));

const all = { link: 'https://x.example/aside', text: 'All' };

describe('the data quality of a page', () => {
  it('counts for each column of the file what is present, unknown and set aside', () => {
    const text = told();
    expect(text).toContain('Values in the 200 accepted rows, by column');
    expect(text).toContain('date 200 100 % 0 0');
    expect(text).toContain('signal 150 75 % 48 24 % 2 1 %');
    // In the file, though never known.
    expect(text).toContain('speed 0 200 100 % 0');
  });

  it('shows what follows from other columns, and sums up what the file lacks', () => {
    const text = told();
    expect(text).toContain('signal_dbm 150');
    expect(text).toContain('Not in this file: town.');
    expect(text).not.toContain('utc_offset');
  });

  it('says how the file was read', () => {
    const upload = makeUpload({
      format: 'my-layout',
      dialect: { delimiter: ';', decimal: ',', dateOrder: 'day first' },
      columns: { moment: [0] },
    });
    const time = { written: 'iso', means: 'moments' } as const;
    const because = 'they are neighbours';
    const format = { title: 'A layout', time, leaveOut: { from: 'a', values: ['x'], because } };
    const text = told({ headers: 1, leftOut: 3 }, { upload, format });
    expect(text).toContain('Format A layout (my-layout)');
    expect(text).toContain('Semicolons between columns, decimal commas, the day first in dates');
    expect(text).toContain('Moments, turned into days and hours of Europe/Madrid');
    expect(text).toContain(
      '1 header that came again among the rows; 3 rows that are no measurement: they are neighbours',
    );
  });

  it('says whose day rows without one are', () => {
    const upload = makeUpload({ columns: { hour: [0] }, day: '2026-03-04' });
    expect(told({}, { upload })).toContain('the file has no days, its rows are taken for those of 2026-03-04');
  });

  it('says how several files were read: what is the same once, else each way with its files', () => {
    const portal = { title: 'A portal', time: wallClock };
    const columns = { date: [0], hour: [1] };
    const files = [
      { upload: makeUpload({ columns }), format: { title: 'A layout', time: wallClock } },
      { upload: makeUpload({ columns, format: 'portal' }), format: portal },
      { upload: makeUpload({ columns: { ...columns, town: [2] }, format: 'portal' }), format: portal },
    ];
    const text = textOf(String(renderQuality({ ...reading({ leftOut: 4 }), files })));
    expect(text).toContain('Format 2 files: A portal (portal). 1 file: A layout (cellflow) Written');
    expect(text).toContain('Written with Commas between columns Times Wall clock of Europe/Madrid Passed');
    expect(text).toContain('Passed over 4 rows that are no measurement Values');
    expect(text).toContain('town 0 200 100 %');
    expect(text).toContain('In none of the files: speed.');
  });

  it('counts the ways of reading that are too many to name', () => {
    const files = Array.from({ length: 12 }, (_, n) => ({
      upload: makeUpload({ columns: { hour: [0] }, day: `2026-03-${10 + n}` }),
      format: { title: 'A layout', time: wallClock },
    }));
    const text = textOf(String(renderQuality({ ...reading(), files })));
    expect(text).toMatch(/taken for those of 2026-03-14\. and 7 ways more/);
    expect(text).not.toContain('2026-03-15');
  });

  it('names the format where this deployment has it no more', () => {
    expect(told({}, { format: undefined })).toContain('Format cellflow Written');
  });

  it('lists what was set aside, with the way to all of it', () => {
    const set = { setAside: { 'speed range': 2, 'satellites number': 5 }, rowsWithSetAside: 6 };
    const markup = String(renderQuality(reading(set), all));
    expect(textOf(markup)).toContain('7 impossible values in 6 rows were set aside');
    expect(textOf(markup)).toMatch(/satellites: not a number 5 speed: out of range 2/);
    expect(markup).toContain('href="https://x.example/aside"');
    expect(String(renderQuality(reading(), all))).not.toContain('x.example');
  });

  it.each([
    [['2000-01-01'], 1, '1 row is dated 2000-01-01, far from all others: it landed, and the reports leave it out'],
    [
      ['1999-01-01', '2036-02-07'],
      9,
      '9 rows are dated 1999-01-01 and 2036-02-07, far from all others: they landed, and the reports leave them out',
    ],
    [['2026-01-02'], 2, '2 rows are dated 2026-01-02, far from all others: look whether the clock was right.'],
  ])('names the stray days %j', (strayDays, strayRows, sentence) => {
    expect(told({ strayDays, strayRows, firstDay: '2026-01-01', lastDay: '2026-01-03' })).toContain(sentence);
  });

  it('names a few of many stray days', () => {
    const strayDays = Array.from({ length: 28 }, (_, n) => `2001-02-${String(n + 1).padStart(2, '0')}`);
    const text = told({ strayDays, strayRows: 28 });
    expect(text).toContain('2001-02-05 and 23 days more');
    expect(text).not.toContain('2001-02-06');
  });

  it('says nothing of an upload from before it was counted', () => {
    expect(renderQuality(reading({ columns: {} }))).toBeUndefined();
  });

  it('escapes what it shows, and stays small', () => {
    const evil = '<script>alert(1)</script>';
    const setAside = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`${evil}${n} range`, 1]));
    const markup = String(
      renderQuality(
        reading(
          { setAside, rowsWithSetAside: 500 },
          {
            upload: makeUpload({ format: evil }),
            format: { title: evil, time: wallClock },
          },
        ),
      ),
    );
    expect(markup).not.toContain('<script');
    expect(markup).toContain('480 more reasons in the CSV.');
    expect(markup.length).toBeLessThan(30_000);
  });
});
