import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { buildReportPage } from '../../functions/build-report-page';
import { buckets, type Emulator, startEmulator } from '../support/emulator';
import { readText } from '../support/objects';
import { accessibilityFindings, open, type Seen, screenshots, startBrowser } from './support/browser';
import { createLinkSecret, failedReport, finishUpload, hostileReports } from './support/finished-upload';
import { type LinkServer, startLinkServer } from './support/link-server';
import { sampleMeasurements, withTechnologies } from './support/measurements';
import { deployedReports } from './support/reports';

jest.setTimeout(120_000);

/** A day of a realistic file, its reports and what came of them. */
const realistic = async () => {
  const days = ['2026-02-02', '2026-02-03', '2026-02-04'];
  const measurements = withTechnologies(sampleMeasurements(6_000, days.length, days[0]));
  const event = await finishUpload(
    { key: 'incoming/north/mobile-logs.csv', dialect: { delimiter: ';', decimal: ',' } },
    {
      rows: 6_120,
      valid: 6_000,
      rejected: 120,
      firstDay: '2026-02-02',
      lastDay: '2026-02-04',
      days: ['2000-01-01', ...days],
      reasons: { 'hour time': 71, 'lat number': 32, 'row columns': 17 },
      columns: {
        date: [6_000, 0, 0],
        hour: [6_000, 0, 0],
        lat: [6_000, 0, 0],
        long: [6_000, 0, 0],
        signal: [5_630, 370, 0],
        network: [5_988, 12, 0],
        operator: [5_994, 6, 0],
        status: [6_000, 0, 0],
        description: [6_000, 0, 0],
        speed: [4_012, 1_980, 8],
        satellites: [4_014, 1_980, 6],
        precission: [5_997, 0, 3],
        provider: [5_996, 0, 4],
        activity: [5_700, 300, 0],
        postal_code: [5_412, 588, 0],
        utc_offset: [0, 6_000, 0],
        technology: [5_840, 160, 0],
        signal_dbm: [5_470, 530, 0],
        rsrq: [0, 6_000, 0],
        sinr: [0, 6_000, 0],
        town: [0, 6_000, 0],
        cell: [0, 6_000, 0],
        download: [0, 6_000, 0],
        upload: [0, 6_000, 0],
        latency: [0, 6_000, 0],
        device: [0, 6_000, 0],
      },
      setAside: { 'speed range': 8, 'satellites range': 6, 'provider choice': 4, 'precission range': 3 },
      rowsWithSetAside: 19,
      strayDays: ['2000-01-01'],
      strayRows: 1,
      headers: 1,
    },
    (upload) => [
      ...deployedReports(upload, measurements),
      failedReport(upload, 'Roaming by month', "line 4:7: Column 'roaming' cannot be resolved"),
    ],
  );
  return buildReportPage(event as never);
};

const hostile = async () =>
  buildReportPage(
    (await finishUpload(
      { key: 'incoming/<script>alert(0)</script>.csv' },
      { rows: 4, valid: 4, rejected: 1, reasons: { '<b>signal</b> range': 1 } },
      hostileReports,
    )) as never,
  );

let emulator: Emulator;
let server: LinkServer;
let browser: Browser;
let page: { link: string; key: string; csvs: string[] };
let hostilePage: string;

const linkIn = (message: string): string => /https?:\S+index\.html\?\S+/.exec(message)?.[0] ?? '';

beforeAll(async () => {
  emulator = await startEmulator();
  server = await startLinkServer();
  await createLinkSecret(server.url);
  const mail = await realistic();
  const csvs = [...mail.message.matchAll(/https?:\S+\.csv\?\S+/g)].map(([link]) => link);
  page = { link: linkIn(mail.message), key: mail.page, csvs };
  hostilePage = linkIn((await hostile()).message);
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await emulator?.stop();
});

describe.each([
  ['desktop', { width: 1280, height: 900 }],
  ['phone', { width: 390, height: 844 }],
])('the page at the width of a %s', (device, viewport) => {
  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    let seen: Seen;

    beforeAll(async () => {
      seen = await open(browser, page.link, { viewport, colorScheme });
      await seen.page.screenshot({ path: join(screenshots, `page-${device}-${colorScheme}.png`), fullPage: true });
    });
    afterAll(() => seen.context.close());

    it('asks for nothing but itself, and the browser has nothing to complain of', () => {
      expect(seen.requests).toEqual([page.link]);
      expect(seen.complaints).toEqual([]);
    });

    it('has no accessibility findings', async () => {
      // Axe is a script, and no other script than its own runs in the page as it is served: it gets the page without its policy.
      const context = await browser.newContext({ viewport, colorScheme, bypassCSP: true });
      const bare = await context.newPage();
      await bare.setContent(await readText(buckets.REPORTS_BUCKET, page.key));
      expect(await accessibilityFindings(bare)).toEqual([]);
      await context.close();
    });

    it('is not wider than the screen', async () => {
      await expect(seen.page.evaluate('document.documentElement.scrollWidth')).resolves.toBe(viewport.width);
    });

    it('shows each chart once, in its width, with nothing cut off at its sides', async () => {
      const outside = await seen.page.evaluate(`[...document.querySelectorAll('svg.chart')]
        .filter((chart) => chart.checkVisibility())
        .flatMap((chart) => {
          const frame = chart.getBoundingClientRect();
          return [...chart.querySelectorAll('text')]
            .filter((text) => {
              const box = text.getBoundingClientRect();
              return box.left < frame.left - 2 || box.right > frame.right + 2;
            })
            .map((text) => chart.getAttribute('aria-label') + ': ' + text.textContent);
        })`);
      expect(outside).toEqual([]);
      const shown = await seen.page.locator('figure').evaluateAll((figures) =>
        figures.map((figure) => {
          const charts = [
            ...(
              figure as unknown as { querySelectorAll(selector: string): Iterable<{ checkVisibility(): boolean }> }
            ).querySelectorAll('.panels.one svg.chart'),
          ];
          return charts.length === 0 || charts.filter((chart) => chart.checkVisibility()).length === 1;
        }),
      );
      expect(shown.length).toBeGreaterThan(8);
      expect(shown).not.toContain(false);
    });
  });
});

describe('the page', () => {
  let seen: Seen;

  beforeAll(async () => {
    seen = await open(browser, page.link, { viewport: { width: 1280, height: 900 }, acceptDownloads: true });
  });
  afterAll(() => seen.context.close());

  it('tells the headline figures, why rows were rejected and what failed', async () => {
    await expect(seen.page.locator('.figures').textContent()).resolves.toMatch(
      /^Rows in the file6,120Accepted6,00098\.0\s%Rejected1202\.0\s%Days32\s?–\s?4 February 2026Operators\d+$/,
    );
    await expect(seen.page.locator('.rejections').textContent()).resolves.toMatch(/hour: not a time of day71/);
    await expect(seen.page.locator('main > .failed').textContent()).resolves.toContain('Roaming by month');
    await expect(seen.page.locator('.report .failed').textContent()).resolves.toContain(
      "Column 'roaming' cannot be resolved",
    );
  });

  it('tells what is known of each column, how the file was read, and of stray days', async () => {
    const quality = (await seen.page.locator('#data-quality').textContent()) ?? '';
    const text = quality.replace(/\s+/g, ' ');
    expect(text).toContain('Semicolons between columns, decimal commas');
    expect(text).toContain('1 row is dated 2000-01-01, far from all others');
    expect(text).toMatch(/speed ?4,012 ?66\.9 % ?1,980 ?33 % ?8 ?0\.1 %/);
    expect(text).toContain('Not in this file: rsrq, sinr, town, cell, download, upload, latency, device.');
    expect(text).toMatch(/21 impossible values in 19 rows were set aside/);
    const [download] = await Promise.all([
      seen.page.waitForEvent('download'),
      seen.page.locator('#data-quality .all a').click(),
    ]);
    expect(await readFile(await download.path(), 'utf8')).toContain('speed must be from 0 to 1500 km/h');
  });

  it('runs its script and is styled, though its policy allows none but its own', async () => {
    await expect(seen.page.evaluate('document.documentElement.dataset.tool')).resolves.toBe('on');
    await expect(seen.page.evaluate(`getComputedStyle(document.querySelector('.report')).borderRadius`)).resolves.toBe(
      '10px',
    );
  });

  it('opens again when it is reloaded, and leads to each report by its contents', async () => {
    expect((await seen.page.reload())?.status()).toBe(200);
    const links = seen.page.locator('nav li a');
    expect((await links.allTextContents()).slice(0, 3)).toEqual(['What stands out', 'Data quality', 'Rejected rows']);
    const targets = await links.evaluateAll((all) =>
      all.map((link) => (link as unknown as { getAttribute(name: string): string }).getAttribute('href')),
    );
    for (const target of targets) expect(await seen.page.locator(target).count()).toBe(1);
    const reports = await seen.page.locator('.report, .nothing li').count();
    expect(targets.slice(3)).toEqual(Array.from({ length: reports }, (_, place) => `#report-${place + 1}`));
    await links.last().click();
    expect(new URL(seen.page.url()).hash).toBe(targets.at(-1));
  });

  it('hands out the CSV of a report', async () => {
    const [download] = await Promise.all([
      seen.page.waitForEvent('download'),
      seen.page.locator('#report-1 .csv').click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^[0-9a-f]{16}-[a-z-]+\.csv$/);
    const text = await readFile(await download.path(), 'utf8');
    expect(text.split('\n')[0]).toContain('count_rows');
  });

  it('can be printed on paper, the tables cut short', async () => {
    await seen.page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const rows = seen.page.locator('.table').filter({ hasText: 'near 41.' }).first().locator('tbody tr');
    expect(await rows.count()).toBeGreaterThan(25);
    await expect(rows.nth(24).isVisible()).resolves.toBe(true);
    await expect(rows.nth(25).isVisible()).resolves.toBe(false);
    await expect(seen.page.evaluate('getComputedStyle(document.body).backgroundColor')).resolves.toBe(
      'rgb(255, 255, 255)',
    );
    const pdf = await seen.page.pdf({ path: join(screenshots, 'page.pdf'), format: 'A4', printBackground: true });
    expect(pdf.subarray(0, 4).toString()).toBe('%PDF');
  });
});

describe('a page of hostile values', () => {
  it('runs none of them and shows them as they are', async () => {
    const seen = await open(browser, hostilePage, { viewport: { width: 1280, height: 900 } });
    await seen.page.screenshot({ path: join(screenshots, 'page-hostile.png'), fullPage: true });
    expect(seen.complaints).toEqual([]);
    expect(seen.requests).toEqual([hostilePage]);
    await expect(
      seen.page.locator('img, iframe, i, b:not(.nothing b), svg[onload], [onerror], [onmouseover]').count(),
    ).resolves.toBe(0);
    expect(await seen.page.locator('script').count()).toBe(1);
    await expect(seen.page.locator('h1').textContent()).resolves.toContain('script>');
    const body = await seen.page.locator('main').textContent();
    expect(body).toContain('<script>alert(1)</script><img src=x onerror=alert(2)>');
    expect(body).toContain("=cmd|'/c calc'!A1");
    expect(body).toContain('Nothing found: No rows.');
    expect(body).toContain("mismatched input '<script>");
    const ids = (await seen.page.evaluate(`[...document.querySelectorAll('[id]')].map(({ id }) => id)`)) as string[];
    expect(new Set(ids).size).toBe(ids.length);
    await seen.context.close();
  });
});

describe('what is no link', () => {
  it.each([
    ['changed', 403, (link: string) => link.replace(/.$/, (end) => (end === '0' ? '1' : '0'))],
    ['of another path', 403, (link: string) => link.replace('index.html', 'rejected-rows.csv')],
    ['without a signature', 403, (link: string) => link.replace(/&signature.*/, '')],
  ])('%s gets a plain page with status %i', async (_, status, change) => {
    const context = await browser.newContext({ viewport: { width: 800, height: 500 }, colorScheme: 'dark' });
    const opened = await context.newPage();
    const response = await opened.goto(change(page.link));
    expect(response?.status()).toBe(status);
    await expect(opened.locator('main').textContent()).resolves.toBe('No entryThis address does not open anything.');
    await opened.screenshot({ path: join(screenshots, 'notice.png') });
    await context.close();
  });
});
