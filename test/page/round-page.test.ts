import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { mergeTotals } from '../../core/reports/rounds/round';
import type { Totals } from '../../core/uploads/upload';
import { accessibilityFindings, open, type Seen, screenshots, startBrowser, until } from './support/browser';
import { makeFolder, makePage, upload } from './support/pages';
import { roundFiles } from './support/rounds';
import { reportsOfTechnologies } from './support/technologies';

jest.setTimeout(120_000);

const hostile = `<img src=x onerror=alert(1)>"'${'é'.repeat(150)}\u202egnp.csv`;
const folder = makeFolder();
let browser: Browser;
let link: string;
let shortLink: string;

const writePage = async (name: string, count: number) => {
  const files = roundFiles(count, {
    key: (n) => (n === count - 1 ? hostile : `incoming/north/phone-${n + 1}.csv`),
    faulty: 3,
    base: 'https://links.example',
  });
  const totals = mergeTotals(files as unknown as { totals: Totals }[]);
  const others = { rows: 1_200, count: 1, uploads: [{ name: 'south.csv', rows: 1_200 }] };
  return folder.write(name, await makePage(reportsOfTechnologies(upload), { files, totals, round: 12, others }));
};

beforeAll(async () => {
  link = await writePage('round', 300);
  shortLink = await writePage('short-round', 4);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  folder.remove();
});

const names = ({ page }: Seen): Promise<string[]> =>
  page.locator('.file-list tbody tr:not([hidden]) th').allTextContents();

const isShown = ({ page }: Seen): Promise<boolean> => page.locator('#files').isVisible();

describe.each([
  ['a phone', 400],
  ['a laptop', 1280],
] as const)('the page of 300 files on %s', (_, width) => {
  const viewport = { width, height: 900 };

  it.each([true, false])(
    'fits the screen, folded and open, and runs nothing of a file (scripts: %p)',
    async (scripts) => {
      const seen = await open(browser, link, { viewport, javaScriptEnabled: scripts });
      expect(await isShown(seen)).toBe(false);
      await seen.page.screenshot({ path: join(screenshots, `round-${width}-folded.png`) });
      await seen.page.locator('.file-list summary').click();
      expect(await isShown(seen)).toBe(true);
      await seen.page.screenshot({
        path: join(screenshots, `round-${width}-open${scripts ? '' : '-without-scripts'}.png`),
      });
      await expect(seen.page.evaluate('document.documentElement.scrollWidth')).resolves.toBe(width);
      const frame = await seen.page.locator('#files').boundingBox();
      expect((frame?.x ?? 0) + (frame?.width ?? 0)).toBeLessThanOrEqual(width);
      const [first = ''] = await names(seen);
      expect(first).toMatch(/^<img src=x onerror=alert\(1\)>"'é+\ufffdgnp\.csv$/);
      expect(await seen.page.locator('img, [onerror]').count()).toBe(0);
      expect(seen.requests).toEqual([link]);
      expect(seen.complaints).toEqual([]);
      await seen.context.close();
    },
  );

  it.each(['light', 'dark'] as const)('has no accessibility findings in %s', async (colorScheme) => {
    const { page, context } = await open(browser, link, { viewport, colorScheme, bypassCSP: true });
    await page.locator('.file-list summary').click();
    await page.evaluate(`document.querySelectorAll('.report').forEach((one) => one.remove())`);
    expect(await accessibilityFindings(page)).toEqual([]);
    await context.close();
  });
});

describe('the list of files', () => {
  let seen: Seen;

  beforeAll(async () => {
    seen = await open(browser, link, { viewport: { width: 1280, height: 900 } });
  });
  afterAll(() => seen.context.close());

  it('opens for who follows a link to it', async () => {
    await seen.page.locator('.rejections .all a').click();
    await until('the list is open', () => isShown(seen));
    expect(new URL(seen.page.url()).hash).toBe('#files');
  });

  it('leads to the rejected rows of each file that has some', async () => {
    const links = seen.page.locator('.file-list tbody a');
    expect(await links.count()).toBe(6);
    const first = await links.first().getAttribute('href');
    expect(first).toContain(
      `https://links.example/r/${(299).toString(16).padStart(16, '0')}/rejected-rows.csv?expires=`,
    );
    await expect(links.first().getAttribute('aria-label')).resolves.toMatch(/^Rejected rows of <img.*: 3 \(CSV\)$/);
  });

  it('finds a file by its name, and is sorted by what is pressed', async () => {
    const tools = seen.page.locator('.file-list .tools');
    await tools.locator('input').fill('phone-29');
    await until('the list is filtered', async () => (await names(seen)).length < 300);
    expect((await names(seen)).slice(0, 3).map((name) => name.split('/').at(-1))).toEqual([
      'phone-299.csv',
      'phone-298.csv',
      'phone-29.csv',
    ]);
    await tools.locator('input').fill('');
    await until('the list is whole', async () => (await names(seen)).length === 300);
    const accepted = seen.page.locator('.file-list thead .sort').nth(2);
    await accepted.click();
    const counts = await seen.page.locator('.file-list tbody td:nth-child(3)').allTextContents();
    expect(counts.slice(0, 4)).toEqual(['997', '998', '999', '1,000']);
  });

  it('is open on paper, cut short', async () => {
    const printed = await open(browser, link, { viewport: { width: 1280, height: 900 } });
    await printed.page.emulateMedia({ media: 'print' });
    const rows = printed.page.locator('.file-list tbody tr');
    await expect(rows.nth(24).isVisible()).resolves.toBe(true);
    await expect(rows.nth(25).isVisible()).resolves.toBe(false);
    await printed.context.close();
  });

  it('of a few files is open as it comes', async () => {
    const few = await open(browser, shortLink, { viewport: { width: 1280, height: 900 } });
    expect(await isShown(few)).toBe(true);
    expect(await names(few)).toHaveLength(4);
    await few.page.screenshot({ path: join(screenshots, 'round-of-four.png') });
    await few.context.close();
  });
});
