import { fitSections, mostBytes } from '../../../../core/reports/page/fitting';
import { html } from '../../../../core/reports/page/html';
import { renderPage } from '../../../../core/reports/page/page';
import { mergeTotals } from '../../../../core/reports/rounds/round';
import type { Totals } from '../../../../core/uploads/upload';
import { makePage, upload } from '../../../page/support/pages';
import { runFixture } from '../../../page/support/reports';
import { roundFiles } from '../../../page/support/rounds';

type Files = ReturnType<typeof roundFiles>;

const totalsOf = (files: Files): Totals => mergeTotals(files as unknown as { totals: Totals }[]);

const pageOf = (files: Files) =>
  renderPage({
    files,
    totals: totalsOf(files),
    round: 12,
    timeZone: 'UTC',
    sections: [],
    links: { workbook: 'https://links.example/workbook', execution: 'https://links.example/execution' },
    madeAt: 1_770_000_000,
    linksExpireAt: 1_770_604_800,
  });

const textOf = (markup: string): string =>
  markup
    .replace(/<style>.*?<\/style>|<script>.*?<\/script>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

const listed = (page: string): string[] =>
  [...page.matchAll(/<tr><th scope="row">(.*?)<\/th>.*?<td><code>[0-9a-f]{16}<\/code><\/td><\/tr>/g)].map(
    ([, name = '']) => name,
  );

describe('the page of several files', () => {
  it('speaks of all of them', () => {
    const page = pageOf(roundFiles(300, { faulty: 20 }));
    const text = textOf(page);
    expect(page).toContain('<title>300 files · Cellflow</title>');
    expect(page).toContain('<h1>300 files</h1>');
    expect(text).toContain('299,790 rows of these 300 files, of 27 days, 1 – 27 February 2026.');
    expect(text).toContain('Rows in the files 300,000 Accepted 299,790');
    expect(text).toContain('Files 300 Round 12 Made');
    expect(text).not.toMatch(/\b(this|the) file\b/);
  });

  it('names each with its rows and days, those with rejected rows first, and leads to those', () => {
    const files = roundFiles(300, { faulty: 2 });
    const page = pageOf(files);
    expect(listed(page)).toEqual(
      [300, 299, ...Array.from({ length: 298 }, (_, n) => n + 1)].map((n) => `incoming/north/phone-${n}.csv`),
    );
    expect(textOf(page)).toContain('Each file with its rows: 2 of 300 with rejected rows');
    expect(textOf(page)).toContain(
      `incoming/north/phone-300.csv 1,000 998 2 2 2026-02-03 ${files[299]?.upload.id} incoming/north/phone-299.csv`,
    );
    expect(page.match(/rejected-rows\.csv\?/g)).toHaveLength(2);
    expect(page.match(/set-aside-values\.csv\?/g)).toHaveLength(2);
    expect(page.match(/href="#files"/g)).toHaveLength(3);
  });

  it('has no column for values set aside where there are none', () => {
    expect(pageOf(roundFiles(3))).not.toContain('set aside</th>');
  });

  it('folds a long list away, and shows a short one', () => {
    expect(pageOf(roundFiles(13))).toContain('<details class="file-list">');
    expect(pageOf(roundFiles(12))).toContain('<details class="file-list" open>');
  });

  it.each([
    ['thousands of files', 5_000, undefined],
    ['long names', 2_000, (n: number) => `${n}${'"<é&>'.repeat(200)}`],
  ])('stays within its budget with %s, and says what it leaves out', (_, count, key) => {
    const files = roundFiles(count, { key, faulty: count });
    const page = pageOf(files);
    expect(Buffer.byteLength(page)).toBeLessThan(1_400_000);
    const shown = listed(page).length;
    expect(shown).toBeGreaterThan(300);
    const left = new Intl.NumberFormat('en').format(count - shown);
    expect(textOf(page)).toContain(`${left} more files in the workbook.`);
  });

  it('names all of some thousands, where few have rejected rows', () => {
    expect(listed(pageOf(roundFiles(4_000, { faulty: 100 })))).toHaveLength(4_000);
  });

  it('takes its room from the reports', () => {
    const section = { markups: [html`${'x'.repeat(3_000_000)}`, html`less`] } as never;
    expect(fitSections([section], [html`${'x'.repeat(mostBytes / 2)}`]).map(String)).toEqual(['less']);
  });

  it('shows names as they are, cut in the middle', () => {
    const hostile = '</h1><script>alert(1)</script>"\' onmouseover=alert(2)\u202egnp';
    const page = pageOf(roundFiles(2, { key: (n) => (n === 0 ? hostile : `${'a'.repeat(300)}-${n}.csv`), faulty: 2 }));
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('\u202e');
    expect(listed(page)).toEqual([
      `${'a'.repeat(60)}…${'a'.repeat(133)}-1.csv`,
      '&lt;/h1&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onmouseover=alert(2)\ufffdgnp',
    ]);
  });

  it('is as it was for one file', async () => {
    const page = await makePage([runFixture(upload, 'one', '-- title: One', ['a'], [['x']])]);
    expect(page).not.toContain('<details');
    expect(page).toContain('<h1>mobile-logs.csv</h1>');
    expect(textOf(page)).toContain('30 rows of this file');
    expect(textOf(page)).toContain(`File incoming/north/mobile-logs.csv Upload ${upload}`);
  });
});
