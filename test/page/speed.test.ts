import type { Browser } from 'playwright-core';
import { mostBytes } from '../../core/reports/page/fitting';
import { open, startBrowser } from './support/browser';
import { makeFolder, makePage, upload } from './support/pages';
import { longReport } from './support/technologies';

jest.setTimeout(120_000);

/** How much longer the largest page may take until it answers than the same page without its script. */
const wanted = 3;
const tries = 3;

const folder = makeFolder();
let browser: Browser;
let link: string;
let bareLink: string;

beforeAll(async () => {
  const runs = Array.from({ length: 18 }, (_, place) => longReport(upload, `report-${place}`, 1_000));
  const page = await makePage(runs);
  expect(Buffer.byteLength(page)).toBeGreaterThan(0.9 * mostBytes);
  link = folder.write('largest', page);
  const bare = page.replace(/<script>[\s\S]*<\/script>/, '');
  expect(bare.length).toBeLessThan(page.length);
  bareLink = folder.write('largest-without-script', bare);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  folder.remove();
});

/** Opens a page; how long it took, in milliseconds, until its script has run and the window has been drawn after it. */
const answerTime = async (address: string): Promise<{ milliseconds: number; tool: unknown }> => {
  const { page, context, complaints } = await open(browser, address, { viewport: { width: 1280, height: 900 } });
  const milliseconds = await page.evaluate<number>(
    `new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))`,
  );
  const tool = await page.evaluate('document.documentElement.dataset.tool');
  expect(complaints).toEqual([]);
  await context.close();
  return { milliseconds, tool };
};

describe('the largest page', () => {
  it('is open and answers soon', async () => {
    const times = { whole: Infinity, bare: Infinity };
    for (let again = 0; again < tries; again += 1) {
      const [bare, whole] = [await answerTime(bareLink), await answerTime(link)];
      expect([bare.tool, whole.tool]).toEqual([undefined, 'on']);
      times.bare = Math.min(times.bare, bare.milliseconds);
      times.whole = Math.min(times.whole, whole.milliseconds);
    }
    const ratio = times.whole / times.bare;
    console.info(
      `A page of ${mostBytes / 1e6} MB answers after ${ratio.toFixed(2)} times what it takes without script.`,
    );
    expect(ratio).toBeLessThan(wanted);
  });

  it('sorts and filters its longest table while the reader looks', async () => {
    const { page, context } = await open(browser, link, { viewport: { width: 1280, height: 900 } });
    const { opened, milliseconds, rows, shown } = (await page.evaluate(`(async () => {
      const rowsOf = (one) => one.querySelectorAll('tbody tr');
      const part = [...document.querySelectorAll('.report')].sort((one, other) => rowsOf(other).length - rowsOf(one).length)[0];
      const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
      await drawn();
      const opened = performance.now();
      part.querySelectorAll('.sort')[6].click();
      const input = part.querySelector('input');
      input.value = 'movistar';
      input.dispatchEvent(new Event('input'));
      await drawn();
      const milliseconds = performance.now() - opened;
      const shown = part.querySelectorAll('tbody tr:not([hidden])').length;
      return { opened, milliseconds, rows: rowsOf(part).length, shown };
    })()`)) as Record<'opened' | 'milliseconds' | 'rows' | 'shown', number>;
    expect(rows).toBeGreaterThan(500);
    expect(shown).toBe(Math.ceil(rows / 4));
    console.info(`That takes ${(milliseconds / opened).toFixed(2)} times what the page takes to open.`);
    expect(milliseconds).toBeLessThan(opened);
    await context.close();
  });
});
