import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { accessibilityFindings, open, type Seen, screenshots, startBrowser } from './support/browser';
import { cityMap, countryMap, spotsMap } from './support/maps';
import { makeFolder, makePage, upload } from './support/pages';

jest.setTimeout(120_000);

const hostile = '<img src=x onerror=alert(1)></script><script>alert(2)</script>';
const folder = makeFolder();
let browser: Browser;
let cityLink: string;
let countryLink: string;
let worldLink: string;
let hostileLink: string;

beforeAll(async () => {
  cityLink = folder.write('city', await makePage([cityMap(upload, 60_000)]));
  countryLink = folder.write('country', await makePage([countryMap(upload)]));
  const spots = [
    { latitude: 41.5, longitude: 2.1, tiles: 12 },
    { latitude: -9.2, longitude: -37.5, tiles: 5 },
    { latitude: 8.2, longitude: 98.9, tiles: 4 },
  ];
  worldLink = folder.write('world', await makePage([spotsMap(upload, spots)]));
  hostileLink = folder.write('hostile-map', await makePage([spotsMap(upload, spots.slice(0, 1), hostile, hostile)]));
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  folder.remove();
});

const stageOf = ({ page }: Seen): Locator => page.locator('.map-stage:visible');
const toldOf = ({ page }: Seen): Promise<string> => page.evaluate(`document.querySelector('.map-told').innerText`);
const legendOf = ({ page }: Seen): Promise<string[]> =>
  page.locator('.map-legend [data-look]:not([hidden])').allInnerTexts();
const transformOf = ({ page }: Seen): Promise<string | null> =>
  page.locator('.map-region:not([hidden]) .map-world').getAttribute('transform');
/** Pixels of a tile. */
const scaleOf = async (seen: Seen): Promise<number> =>
  Number(/matrix\(([\d.]+)/.exec((await transformOf(seen)) ?? '')?.[1]);
const boxOf = async (locator: Locator) => {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('It is not to be seen.');
  return box;
};
const middleOf = async (seen: Seen) => {
  const { x, y, width, height } = await boxOf(stageOf(seen));
  return { x: x + width / 2, y: y + height / 2 };
};
const focusedOf = ({ page }: Seen) => page.evaluate(`document.activeElement.getAttribute('aria-label')`);
const tileIn = (told: string): string => /tile ([0-3]{16})/.exec(told)?.[1] ?? '';

describe.each([400, 1280, 1920])('the map at %d pixels', (width) => {
  const viewport = { width, height: 900 };

  it.each([
    ['light', true],
    ['dark', true],
    ['light', false],
    ['dark', false],
  ] as const)('in %s (scripts: %p) fits, and gives nobody a complaint', async (colorScheme, javaScriptEnabled) => {
    const seen = await open(browser, cityLink, { viewport, colorScheme, javaScriptEnabled });
    if (javaScriptEnabled) {
      await seen.page.getByLabel('Operator').selectOption('beta');
      await stageOf(seen).focus();
      await seen.page.keyboard.press('ArrowRight');
    }
    const name = `map-${width}-${colorScheme}${javaScriptEnabled ? '' : '-without-scripts'}.png`;
    await seen.page
      .locator('.report')
      .first()
      .screenshot({ path: join(screenshots, name) });
    const box = await boxOf(seen.page.locator('figure.map'));
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    await expect(seen.page.evaluate('document.documentElement.scrollWidth')).resolves.toBe(width);
    expect(await seen.page.locator('.map-tools, .map-buttons, .map-told').count()).toBe(javaScriptEnabled ? 3 : 0);
    await expect(seen.page.locator('.map-drawing').isVisible()).resolves.toBe(true);
    expect(seen.requests).toEqual([cityLink]);
    expect(seen.complaints).toEqual([]);
    await seen.context.close();
  });

  it.each(['light', 'dark'] as const)('in %s has no accessibility findings', async (colorScheme) => {
    const seen = await open(browser, cityLink, { viewport, colorScheme, bypassCSP: true });
    await stageOf(seen).click();
    expect(await accessibilityFindings(seen.page)).toEqual([]);
    await seen.context.close();
  });
});

describe('the map', () => {
  let seen: Seen;
  beforeEach(async () => {
    seen = await open(browser, cityLink, { viewport: { width: 1280, height: 900 } });
    await stageOf(seen).scrollIntoViewIfNeeded();
  });
  afterEach(async () => {
    expect(seen.complaints).toEqual([]);
    expect(seen.requests).toEqual([cityLink]);
    await seen.context.close();
  });

  it('shows the tiles of the operator and the technology that are chosen', async () => {
    const all = await legendOf(seen);
    await seen.page.getByLabel('Operator').selectOption('gamma');
    const ofGamma = await legendOf(seen);
    await seen.page.getByLabel('Technology').selectOption('5G');
    await expect(seen.page.locator('figcaption').textContent()).resolves.toBe(
      'Coverage by tile of about 460\u202fm: gamma, 5G',
    );
    await expect(seen.page.locator('.place').textContent()).resolves.toMatch(/^Spain: [\d,]+ rows in [\d,]+ tiles$/);
    const ofFiveG = await legendOf(seen);
    expect(new Set([all, ofGamma, ofFiveG].map(String)).size).toBe(3);
    expect(ofGamma.some((text) => text.startsWith('Emergency calls only'))).toBe(true);
    await seen.page.getByLabel('Operator').selectOption('All operators');
    await seen.page.getByLabel('Technology').selectOption('All technologies');
    await expect(legendOf(seen)).resolves.toEqual(all);
  });

  it('zooms by buttons, to what fits and back', async () => {
    const first = await scaleOf(seen);
    await seen.page.getByRole('button', { name: 'Zoom in' }).click();
    await expect(scaleOf(seen)).resolves.toBeCloseTo(first * 1.6, 3);
    await seen.page.getByRole('button', { name: 'Zoom out' }).click();
    await seen.page.getByRole('button', { name: 'Zoom out' }).click();
    await expect(scaleOf(seen)).resolves.toBeCloseTo(first / 1.6, 3);
    await seen.page.getByRole('button', { name: 'Show all' }).click();
    await expect(scaleOf(seen)).resolves.toBeCloseTo(first, 3);
    for (let press = 0; press < 12; press += 1)
      await seen.page.getByRole('button', { name: 'Zoom in' }).click({ force: true });
    await expect(seen.page.getByRole('button', { name: 'Zoom in' }).isDisabled()).resolves.toBe(true);
  });

  it('moves with the mouse, which chooses nothing then', async () => {
    const before = await transformOf(seen);
    const { x, y } = await middleOf(seen);
    await seen.page.mouse.move(x, y);
    await seen.page.mouse.down();
    await seen.page.mouse.move(x + 40, y + 25, { steps: 5 });
    await seen.page.mouse.up();
    const [one, other] = [before, await transformOf(seen)].map((text) =>
      (text ?? '')
        .replace(/[^-\d. ]/g, '')
        .split(' ')
        .map(Number),
    );
    expect((other?.[4] ?? 0) - (one?.[4] ?? 0)).toBeCloseTo(40, 0);
    expect((other?.[5] ?? 0) - (one?.[5] ?? 0)).toBeCloseTo(25, 0);
  });

  it('zooms with the wheel at the pointer once it is clicked; before, the page rolls', async () => {
    const first = await scaleOf(seen);
    const { x, y } = await middleOf(seen);
    await seen.page.mouse.move(x, y);
    await seen.page.mouse.wheel(0, -20);
    await expect(scaleOf(seen)).resolves.toBe(first);
    const place = await middleOf(seen);
    await seen.page.mouse.click(place.x, place.y);
    const tile = tileIn(await toldOf(seen));
    await seen.page.mouse.wheel(0, -300);
    await seen.page.waitForFunction(
      `Number(/matrix\\(([\\d.]+)/.exec(document.querySelector('.map-world').getAttribute('transform'))[1]) > ${first * 1.3}`,
    );
    await seen.page.mouse.move(place.x + 1, place.y + 1);
    expect(tileIn(await toldOf(seen))).toBe(tile);
  });

  it('tells what the tile beneath the pointer holds, and keeps it when the pointer leaves', async () => {
    await expect(toldOf(seen)).resolves.toContain('Point at a tile');
    const { x, y } = await middleOf(seen);
    await seen.page.mouse.move(x + 60, y - 30);
    const told = await toldOf(seen);
    expect(told).toMatch(/^With(?:out)? service.*\n[\s\S]*\d+ rows[\s\S]*In service: \d+ of \d+ rows/);
    expect(told).toMatch(/4G\s+−\d+\.\d\sdBm/);
    await seen.page.mouse.move(2, 2);
    await expect(toldOf(seen)).resolves.toBe(told);
  });

  it('leads to OpenStreetMap at the place, and tells it nothing of the page', async () => {
    const { x, y } = await middleOf(seen);
    await seen.page.mouse.click(x + 60, y - 30);
    const link = seen.page.locator('.map-told a');
    await expect(link.getAttribute('href')).resolves.toMatch(
      /^https:\/\/www\.openstreetmap\.org\/\?mlat=41\.\d{5}&mlon=2\.\d{5}#map=16\/41\.\d{5}\/2\.\d{5}$/,
    );
    await expect(link.getAttribute('rel')).resolves.toBe('noreferrer noopener');
  });

  it('is read by keyboard, from tile to tile, and zooms and moves by it', async () => {
    await seen.page.getByLabel('Technology').focus();
    await seen.page.keyboard.press('Tab');
    await expect(focusedOf(seen)).resolves.toBe('Map of Spain');
    const first = tileIn(await toldOf(seen));
    expect(first).not.toBe('');
    await seen.page.keyboard.press('ArrowRight');
    const second = tileIn(await toldOf(seen));
    expect(second).not.toBe(first);
    await seen.page.keyboard.press('ArrowLeft');
    expect(tileIn(await toldOf(seen))).toBe(first);
    for (let press = 0; press < 60; press += 1) await seen.page.keyboard.press('ArrowDown');
    const mark = await boxOf(seen.page.locator('.map-cursor-inner'));
    const stage = await boxOf(stageOf(seen));
    expect(mark.y).toBeGreaterThan(stage.y);
    expect(mark.y + mark.height).toBeLessThanOrEqual(stage.y + stage.height);
    const scale = await scaleOf(seen);
    await seen.page.keyboard.press('+');
    expect(await scaleOf(seen)).toBeCloseTo(scale * 1.6, 3);
    const before = await transformOf(seen);
    await seen.page.keyboard.press('Shift+ArrowUp');
    expect(await transformOf(seen)).not.toBe(before);
    await seen.page.keyboard.press('0');
    await seen.page.keyboard.press('Escape');
    await expect(toldOf(seen)).resolves.toContain('Point at a tile');
  });

  it('is left by the Tab key', async () => {
    await stageOf(seen).focus();
    await seen.page.keyboard.press('Tab');
    await expect(focusedOf(seen)).resolves.toBe('Zoom in');
  });
});

describe('the map beneath fingers', () => {
  it('tells a tile that is touched, moves with one finger when it is near, zooms with two', async () => {
    const seen = await open(browser, cityLink, {
      viewport: { width: 400, height: 800 },
      hasTouch: true,
      isMobile: true,
    });
    await stageOf(seen).scrollIntoViewIfNeeded();
    const { x, y } = await middleOf(seen);
    await seen.page.touchscreen.tap(x + 20, y - 60);
    expect(tileIn(await toldOf(seen))).not.toBe('');
    const first = await scaleOf(seen);
    const place = await middleOf(seen);
    const session = await seen.context.newCDPSession(seen.page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: [number, number][]) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: points.map(([right, down], id) => ({ x: place.x + right, y: place.y + down, id })),
      });
    const pinch = (apart: number): [number, number][] => [
      [-apart, 0],
      [apart, 0],
    ];
    await touch('touchStart', pinch(30));
    for (const apart of [40, 55, 70, 90]) await touch('touchMove', pinch(apart));
    await touch('touchEnd', []);
    const near = await scaleOf(seen);
    expect(near / first).toBeGreaterThan(2);
    const before = await transformOf(seen);
    await touch('touchStart', [[0, 0]]);
    for (const down of [15, 35, 60]) await touch('touchMove', [[0, down]]);
    await touch('touchEnd', []);
    expect(await transformOf(seen)).not.toBe(before);
    expect(await scaleOf(seen)).toBeCloseTo(near, 6);
    expect(seen.complaints).toEqual([]);
    await seen.context.close();
  });
});

describe.each([400, 1280, 1920])('the map of a country at %d pixels', (width) => {
  const viewport = { width, height: 900 };

  it.each([
    ['light', true],
    ['dark', true],
    ['light', false],
    ['dark', false],
  ] as const)('in %s (scripts: %p) shows tiles that tell something', async (colorScheme, javaScriptEnabled) => {
    const seen = await open(browser, countryLink, { viewport, colorScheme, javaScriptEnabled });
    const name = `map-country-${width}-${colorScheme}${javaScriptEnabled ? '' : '-without-scripts'}.png`;
    await seen.page
      .locator('.report')
      .first()
      .screenshot({ path: join(screenshots, name) });
    await expect(seen.page.evaluate('document.documentElement.scrollWidth')).resolves.toBe(width);
    expect(await seen.page.locator('figcaption').textContent()).toMatch(
      javaScriptEnabled
        ? /^Coverage by tile of about 7\u202fkm, in ASU: all operators/
        : /^Coverage by tile, in ASU: all/,
    );
    await expect(seen.page.locator('.map-asu').isVisible()).resolves.toBe(true);
    const drawing = seen.page.locator('.map-drawing').first();
    const label = (await drawing.getAttribute('aria-label')) ?? '';
    const counts = [...label.matchAll(/ to \d+ (\d+)/g)].map(([, count]) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(40);
    expect(Number(/too few rows (\d+)/.exec(label)?.[1])).toBeLessThan(150);
    expect(seen.complaints).toEqual([]);
    await seen.context.close();
  });

  it.each(['light', 'dark'] as const)('in %s has no accessibility findings', async (colorScheme) => {
    const seen = await open(browser, countryLink, { viewport, colorScheme, bypassCSP: true });
    expect(await accessibilityFindings(seen.page)).toEqual([]);
    await seen.context.close();
  });
});

describe('the map of a country', () => {
  let seen: Seen;
  beforeEach(async () => {
    seen = await open(browser, countryLink, { viewport: { width: 1280, height: 900 } });
    await stageOf(seen).scrollIntoViewIfNeeded();
  });
  afterEach(async () => {
    expect(seen.complaints).toEqual([]);
    await seen.context.close();
  });
  const summaryOf = (): Promise<string> => seen.page.evaluate(`document.querySelector('.map-summary').innerText`);
  const nextPicture = () => seen.page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
  const widthText = () => seen.page.locator('.map-width').textContent();
  const zoomIn = async (times: number): Promise<void> => {
    await stageOf(seen).focus();
    for (let press = 0; press < times; press += 1) await seen.page.keyboard.press('+');
    // What the last one changed is drawn and told with the next picture.
    await nextPicture();
  };

  it('says what is in view, and of which rows', async () => {
    await expect(summaryOf()).resolves.toMatch(
      /^In this view\s+Tiles\s+Rows\s+With service\s+\d+\s+\d+[\s\S]*In service: \d+ of \d+ rows/,
    );
    const first = await summaryOf();
    await seen.page.getByRole('button', { name: 'Zoom in' }).click();
    await nextPicture();
    expect(await summaryOf()).not.toBe(first);
    await seen.page.getByLabel('Region').selectOption('Brazil');
    await nextPicture();
    await expect(widthText()).resolves.toMatch(/^ of about 10\u202fkm$/);
    expect(await seen.page.locator('.map-region:visible .place').textContent()).toMatch(/^Brazil: 109 rows/);
  });

  it('has smaller tiles further in, down to those of the report, and larger ones further out', async () => {
    const digits = async () => /tile ([0-3]+)/.exec(await toldOf(seen))?.[1] ?? '';
    await stageOf(seen).focus();
    await seen.page.keyboard.press('ArrowRight');
    const first = await digits();
    expect(first).toHaveLength(12);
    const stage = await boxOf(stageOf(seen));
    const top = stage.y + (await seen.page.evaluate<number>('scrollY'));
    await zoomIn(14);
    const last = await digits();
    expect(last).toHaveLength(16);
    expect(last.startsWith(first)).toBe(true);
    await expect(widthText()).resolves.toMatch(/^ of about 4\d0\u202fm$/);
    // The map stays where it is while a reader zooms.
    const now = await boxOf(stageOf(seen));
    expect(now.y + (await seen.page.evaluate<number>('scrollY'))).toBeCloseTo(top, 0);
    await seen.page.keyboard.press('0');
    await expect(digits()).resolves.toBe(first);
    for (let press = 0; press < 2; press += 1) await seen.page.keyboard.press('-');
    await expect(digits()).resolves.toBe(first.slice(0, 11));
  });

  it('tells of a tile its ASU, and where it is', async () => {
    await stageOf(seen).focus();
    for (let press = 0; press < 12 && !(await toldOf(seen)).startsWith('With service'); press += 1)
      await seen.page.keyboard.press('ArrowRight');
    await expect(toldOf(seen)).resolves.toMatch(
      /^With service, \d+\.\d\sASU on average\s+\d+ rows[\s\S]*Technology unknown\s+\d+\.\d\sASU/,
    );
    await expect(seen.page.locator('.map-told a').getAttribute('href')).resolves.toMatch(/#map=12\/4\d\./);
    await expect(seen.page.locator('.map-summary').isVisible()).resolves.toBe(false);
  });

  it('has the whole scale of ASU in its legend, and no class', async () => {
    const legend = (await legendOf(seen)).map((text) => text.replace(/\s[\d,]+$/, ''));
    expect(legend).toEqual([
      ...['Below 5 ASU', '5 to 10', '10 to 15', '15 to 20', '20 to 25', 'From 25 ASU', 'Signal unknown'],
      ...['No service', 'Emergency calls only', 'Too few rows', 'Not measured'],
    ]);
  });
});

describe('a map of several regions', () => {
  it.each(['light', 'dark'] as const)(
    'opens with the one of most rows and has the others to choose, in %s',
    async (colorScheme) => {
      const seen = await open(browser, worldLink, { viewport: { width: 1280, height: 900 }, colorScheme });
      await expect(seen.page.locator('.map-region:visible').count()).resolves.toBe(1);
      await expect(seen.page.locator('.map-region:visible .place').textContent()).resolves.toMatch(
        /^Spain: 1,728 rows/,
      );
      await seen.page.getByLabel('Region').selectOption('Thailand');
      await expect(seen.page.locator('.map-region:visible .place').textContent()).resolves.toMatch(
        /^Thailand: 192 rows/,
      );
      await stageOf(seen).focus();
      await expect(toldOf(seen)).resolves.toMatch(/8\.\d+°\sN, 98\.\d+°\sE/);
      await seen.page
        .locator('.report')
        .first()
        .screenshot({ path: join(screenshots, `map-regions-${colorScheme}.png`) });
      expect(seen.complaints).toEqual([]);
      await seen.context.close();
    },
  );

  it('shows all of them without scripts', async () => {
    const seen = await open(browser, worldLink, { viewport: { width: 1280, height: 900 }, javaScriptEnabled: false });
    await expect(seen.page.locator('.map-region:visible').count()).resolves.toBe(3);
    await seen.context.close();
  });
});

describe('a map of hostile names', () => {
  it('runs none of them', async () => {
    const seen = await open(browser, hostileLink, { viewport: { width: 1280, height: 900 } });
    await seen.page.getByLabel('Operator').selectOption(hostile);
    await stageOf(seen).focus();
    await expect(toldOf(seen)).resolves.toContain(hostile);
    expect(await seen.page.locator('img').count()).toBe(0);
    expect(seen.complaints).toEqual([]);
    expect(seen.requests).toEqual([hostileLink]);
    await seen.context.close();
  });
});
