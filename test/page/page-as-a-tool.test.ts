import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { accessibilityFindings, open, type Seen, screenshots, startBrowser, until } from './support/browser';
import { failedReport, hostileReports } from './support/finished-upload';
import { makeFolder, makePage, upload } from './support/pages';
import { reportsOfTechnologies } from './support/technologies';

jest.setTimeout(120_000);

const others = {
  rows: 41_200,
  count: 2,
  uploads: [
    { name: 'north-2.csv', rows: 30_100 },
    { name: 'south.csv', rows: 11_100 },
  ],
};
const folder = makeFolder();
let browser: Browser;
let link: string;
let hostileLink: string;

beforeAll(async () => {
  const runs = [...reportsOfTechnologies(upload), failedReport(upload, 'Roaming', 'no such column')];
  link = folder.write('technologies', await makePage(runs, { others }));
  hostileLink = folder.write('hostile', await makePage(hostileReports(upload)));
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  folder.remove();
});

/** The part of a report by its title. */
const partOf = ({ page }: Seen, title: string): Locator =>
  page.locator('.part').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

const columnTexts = (part: Locator, column: number): Promise<string[]> =>
  part.locator(`tbody tr:not([hidden]) > :nth-child(${column})`).allTextContents();

const widths = [
  ['a phone', 400],
  ['a laptop', 1280],
  ['a large screen', 1920],
] as const;

describe.each(widths)('the page on %s', (_, width) => {
  const viewport = { width, height: 900 };

  it.each([
    ['light', true],
    ['dark', true],
    ['light', false],
  ] as const)('in %s is whole (scripts: %p), fits the screen, and gives nobody a complaint', async (...given) => {
    const [colorScheme, javaScriptEnabled] = given;
    const seen = await open(browser, link, { viewport, colorScheme, javaScriptEnabled });
    // Of a table that is out of sight the browser draws nothing: in a high window it draws all.
    await seen.page.setViewportSize({ width, height: 9_000 });
    const name = `tool-${width}-${colorScheme}${javaScriptEnabled ? '' : '-without-scripts'}.png`;
    await seen.page.screenshot({ path: join(screenshots, name), fullPage: true });
    expect(await seen.page.locator('.table').count()).toBe(5);
    for (const part of await seen.page.locator('.top, .part').all()) {
      const box = await part.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    }
    const controls = await seen.page.locator('button, input').count();
    if (javaScriptEnabled) expect(controls).toBeGreaterThan(40);
    else expect(controls).toBe(0);
    expect(seen.requests).toEqual([link]);
    expect(seen.complaints).toEqual([]);
    await seen.context.close();
  });

  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    it('has no accessibility findings, as it comes and as it is used', async () => {
      const { page, context } = await open(browser, link, { viewport, colorScheme, bypassCSP: true });
      await page.locator('.sort').first().click();
      await page.getByRole('searchbox').first().fill('orange');
      await page.locator('.fold').last().click();
      expect(await accessibilityFindings(page)).toEqual([]);
      await context.close();
    });
  });
});

describe('the page with scripts', () => {
  let seen: Seen;

  beforeEach(async () => {
    seen = await open(browser, link, { viewport: { width: 1280, height: 900 } });
  });
  afterEach(async () => {
    expect(seen.complaints).toEqual([]);
    await seen.context.close();
  });

  it('sorts a table by any column: up, down, as it was', async () => {
    const part = partOf(seen, 'Weak spots');
    const before = await columnTexts(part, 6);
    const heading = part.locator('th[scope=col]').nth(5);
    const button = heading.getByRole('button', { name: 'Median signal dBm' });
    const values = async () => (await columnTexts(part, 6)).map((text) => Number(text.replace('\u2212', '-')));
    await button.click();
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    expect(await values()).toEqual((await values()).toSorted((one, other) => one - other));
    await button.click();
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    expect(await values()).toEqual((await values()).toSorted((one, other) => other - one));
    await part.getByRole('button', { name: 'Operator' }).click();
    expect(await heading.getAttribute('aria-sort')).toBeNull();
    expect(await columnTexts(part, 2)).toEqual((await columnTexts(part, 2)).toSorted());
    await part.getByRole('button', { name: 'Operator' }).press('Enter');
    await part.getByRole('button', { name: 'Operator' }).press('Enter');
    expect(await columnTexts(part, 6)).toEqual(before);
  });

  it('filters a table by words in any column, and says how many rows are left', async () => {
    const part = partOf(seen, 'Weak spots');
    const filter = part.getByRole('searchbox', { name: 'Filter Table: Weak spots' });
    await filter.fill('ORANGE 4g');
    const rows = part.locator('tbody tr:not([hidden])');
    const told = part.getByRole('status');
    await until('the filter says how many', async () =>
      /^\d+ of 600 rows: “ORANGE 4g”$/.test((await told.textContent()) ?? ''),
    );
    const count = await rows.count();
    expect(count).toBeGreaterThan(50);
    expect(new Set(await columnTexts(part, 2))).toEqual(new Set(['orange']));
    expect(new Set(await columnTexts(part, 3))).toEqual(new Set(['4g']));
    await expect(told.textContent()).resolves.toContain(`${count} of`);
    await filter.fill('nothing has this');
    await until('no row is left', async () => ((await told.textContent()) ?? '').startsWith('0 of 600'));
    await filter.fill('');
    await until('all rows are back', async () => (await told.textContent()) === '');
    expect(await rows.count()).toBe(600);
  });

  it('tells of columns that are out of sight, and leads to them', async () => {
    const part = partOf(seen, 'Weak spots');
    await part.locator('.table').scrollIntoViewIfNeeded();
    const hint = part.getByRole('button', { name: /more columns? →|First columns/ });
    await hint.waitFor();
    const last = part.locator('th[scope=col]').last();
    const frame = await part.locator('.table').boundingBox();
    const rightOf = async () => {
      const box = await last.boundingBox();
      return (box?.x ?? 0) + (box?.width ?? 0);
    };
    expect(await rightOf()).toBeGreaterThan((frame?.x ?? 0) + (frame?.width ?? 0));
    const scrolled = () =>
      part.locator('.table').evaluate((element) => (element as unknown as { scrollLeft: number }).scrollLeft);
    for (let at = await scrolled(); /more/.test((await hint.textContent()) ?? ''); at = await scrolled()) {
      await hint.click();
      let now = at;
      await until('the frame has moved, and stands', async () => {
        await seen.page.waitForTimeout(100);
        const before = now;
        now = await scrolled();
        return now > at && now === before;
      });
    }
    await until(
      'the last column is in sight',
      async () => (await rightOf()) <= (frame?.x ?? 0) + (frame?.width ?? 0) + 1,
    );
    await hint.click();
    await until('the first columns are back', async () => (await scrolled()) === 0);
  });

  it('tells the values of a chart to a pointer', async () => {
    const chart = partOf(seen, 'Coverage by operator and technology').locator('svg.wide');
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    await seen.page.mouse.move((box?.x ?? 0) + 250, (box?.y ?? 0) + 15);
    const tip = seen.page.locator('.tip');
    await tip.waitFor({ state: 'visible' });
    expect(await tip.textContent()).toMatch(/^movistar · 4g · (?:Very good|Good): [\d.]+\s%\s\([\d,]+\)$/);
    // The browser's own tip would stand beside it.
    expect(await chart.locator('title').count()).toBe(0);
    await seen.page.mouse.move((box?.x ?? 0) + 250, (box?.y ?? 0) - 60);
    await tip.waitFor({ state: 'hidden' });
  });

  it('leads the keyboard from mark to mark, and says each', async () => {
    const chart = partOf(seen, 'The last eight weeks').getByRole('application', {
      name: /^Median signal \(dBm\) by week/,
    });
    await chart.locator('visible=true').first().focus();
    const say = () => seen.page.locator('main > [role=status]').textContent();
    await seen.page.keyboard.press('ArrowRight');
    expect(await say()).toMatch(/^2026-01-05 · movistar · 4g: \u2212\d+\sdBm$/);
    await seen.page.keyboard.press('ArrowRight');
    expect(await say()).toMatch(/^2026-01-12 · movistar · 4g/);
    expect(await seen.page.locator('.tip').textContent()).toBe(await say());
    await seen.page.keyboard.press('End');
    expect(await say()).toMatch(/^2026-02-23 · orange/);
    await seen.page.keyboard.press('Escape');
    await expect(seen.page.locator('.tip').isHidden()).resolves.toBe(true);
  });

  it('folds parts, which a link opens again', async () => {
    const part = partOf(seen, 'Weak spots');
    const fold = part.getByRole('button', { name: 'Weak spots', exact: true });
    await fold.click();
    expect(await fold.getAttribute('aria-expanded')).toBe('false');
    await expect(part.locator('.table').isVisible()).resolves.toBe(false);
    await seen.page.locator('nav').getByRole('link', { name: 'Weak spots' }).click();
    expect(await fold.getAttribute('aria-expanded')).toBe('true');
    await expect(part.locator('.table').isVisible()).resolves.toBe(true);
    await seen.page.getByRole('button', { name: 'Fold all' }).click();
    expect(await seen.page.locator('.table:visible').count()).toBe(0);
    await seen.page.emulateMedia({ media: 'print' });
    expect(await seen.page.locator('.table:visible').count()).toBe(5);
    await seen.page.emulateMedia({ media: 'screen' });
    await seen.page.getByRole('button', { name: 'Open all' }).click();
    expect(await seen.page.locator('.table:visible').count()).toBe(5);
  });

  it('marks in the contents what is in view', async () => {
    const current = seen.page.locator('nav [aria-current]');
    for (const title of ['Service by place', 'Weak spots', 'Service by place']) {
      await partOf(seen, title).evaluate((part) =>
        (part as unknown as { scrollIntoView(how: object): void }).scrollIntoView({ behavior: 'instant' }),
      );
      await until(`${title} is marked`, async () => (await current.allTextContents()).join() === title);
    }
  });

  it('is printed without controls, each table with its heading on each of its pages', async () => {
    await seen.page.emulateMedia({ media: 'print' });
    expect(await seen.page.locator('input:visible, .tools .tool:visible, nav:visible').count()).toBe(0);
    await expect(seen.page.evaluate(`getComputedStyle(document.querySelector('thead')).display`)).resolves.toBe(
      'table-header-group',
    );
    const pdf = await seen.page.pdf({ path: join(screenshots, 'tool.pdf'), format: 'A4', printBackground: true });
    expect(pdf.subarray(0, 4).toString()).toBe('%PDF');
  });
});

describe('the page without scripts', () => {
  it('says first what it is about, then what each report speaks of; what is empty is one list', async () => {
    const { page, context } = await open(browser, link, { javaScriptEnabled: false });
    const about = await page.locator('.top').textContent();
    expect(about).toMatch(/30 rows of this file, of 2 days, 1\s–\s2 January 2026\./);
    expect(about).toContain('These days also hold 41,200 rows of 2 other uploads');
    expect(about).toContain('north-2.csv');
    const weeks = await page.locator('#report-1 .basis').textContent();
    expect(weeks).toMatch(
      /^Speaks of [\d,]+ measurements\. 8 lines of fewer than 5 measurements left out; the CSV has them\.$/,
    );
    expect(await page.locator('#report-1 tbody tr').count()).toBe(48);
    expect(await page.locator('.nothing li').allTextContents()).toEqual([
      expect.stringContaining('Radio quality by operator and technology: No rows.'),
      expect.stringContaining('Throughput and latency: 1 line of fewer than 5 measurements left out; the CSV has it.'),
    ]);
    await expect(page.locator('#report-3 tbody').textContent()).resolves.toMatch(/near 4\d\.\d\d°\sN, \d\.\d\d°\sE/);
    await context.close();
  });
});

describe('hostile values', () => {
  const markup = '<script>alert(1)</script><img src=x onerror=alert(2)>';

  it('stay text when they are sorted, filtered, folded and pointed at', async () => {
    const seen = await open(browser, hostileLink, { viewport: { width: 1280, height: 900 } });
    const { page } = seen;
    const elements = () => page.evaluate('document.querySelectorAll("script, img, iframe, i, b:not(li > b)").length');
    expect(await elements()).toBe(1);
    for (const button of await page.locator('#report-1 .sort').all()) await button.click();
    await page.locator('#report-1 .fold').click();
    await page.locator('#report-1 .fold').click();
    const chart = page.locator('#report-1 svg.wide');
    await chart.focus();
    await page.keyboard.press('Home');
    expect(await page.locator('.tip').textContent()).toContain('<script>alert(1)</script>');
    expect(await page.locator('main > [role=status]').textContent()).toContain(`${markup}: 12.5`);
    await expect(page.locator('#report-1 h2').textContent()).resolves.toContain(markup);
    expect(await elements()).toBe(1);
    expect(seen.complaints).toEqual([]);
    expect(seen.requests).toEqual([hostileLink]);
    await seen.context.close();
  });

  it('are found by a filter as text', async () => {
    const runs = reportsOfTechnologies(upload);
    const [weeks] = runs;
    if (weeks === undefined) throw new Error('There is no report.');
    const hostile = { ...weeks, csv: weeks.csv.replaceAll('movistar', markup) };
    const seen = await open(browser, folder.write('filtered', await makePage([hostile])));
    await seen.page.getByRole('searchbox').fill('<img src=x');
    const told = seen.page.getByRole('status').first();
    await until('the filter finds it', async () => (await told.textContent()) === '24 of 48 rows: “<img src=x”');
    await seen.page.getByRole('searchbox').fill('<img/src=x onerror=alert(5)>');
    await until('the filter says it', async () =>
      ((await told.textContent()) ?? '').includes('<img/src=x onerror=alert(5)>'),
    );
    expect(await seen.page.locator('img').count()).toBe(0);
    expect(seen.complaints).toEqual([]);
    await seen.context.close();
  });

  it('cannot become markup or code by any way that a script has', async () => {
    const seen = await open(browser, link);
    const tries = (await seen.page.evaluate(`(() => {
      const refused = [];
      const attempt = (name, run) => { try { run(); } catch { refused.push(name); } };
      attempt('innerHTML', () => { document.createElement('div').innerHTML = '<b>x</b>'; });
      attempt('write', () => document.write('x'));
      attempt('parse', () => new DOMParser().parseFromString('<b>x</b>', 'text/html'));
      return refused;
    })()`)) as string[];
    expect(tries).toEqual(['innerHTML', 'write', 'parse']);
    await seen.page.evaluate(
      `document.body.append(Object.assign(document.createElement('img'), { src: 'https://elsewhere.example/x' }))`,
    );
    await until('the image is refused', async () => seen.complaints.some((one) => one.startsWith('refused: img-src')));
    await seen.context.close();
  });
});
