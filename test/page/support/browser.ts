import { existsSync, mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** The one without what a person sees of it takes half of a processor's time. */
const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium-headless-shell',
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
];
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where screenshots are left, to be looked at. */
const screenshots = '.local/screenshots';

const findChromium = (): string => {
  const found = places.find((place) => place !== undefined && existsSync(place));
  if (found === undefined) {
    throw new Error(
      'Chromium is missing: `apt-get install -y chromium-headless-shell`, or set CHROMIUM to a browser of its kind.',
    );
  }
  return found;
};

const startBrowser = (): Promise<Browser> => {
  mkdirSync(screenshots, { recursive: true });
  return chromium.launch({ executablePath: findChromium(), args: flags });
};

interface Seen {
  page: Page;
  context: BrowserContext;
  /** Errors and warnings of the console and of scripts, dialogs, and what the content-security policy refused. */
  complaints: string[];
  requests: string[];
}

type Options = Parameters<Browser['newContext']>[0];

/** Opens an address and notes whatever the browser has to say. */
const open = async (browser: Browser, link: string, options: Options = {}): Promise<Seen> => {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.exposeFunction('refused', (what: string) => complaints.push(`refused: ${what}`));
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => refused([violatedDirective, blockedURI, sample].join(' ')))`,
  );
  const response = await page.goto(link);
  if (response !== null && response.status() !== 200 && !link.startsWith('file:')) {
    throw new Error(`${link} was answered with ${response.status()}.`);
  }
  return { page, context, complaints, requests };
};

/** Axe looks at each element for long: a few rows and marks of each kind are enough. */
const many = 'tbody tr:nth-child(n+6), svg.chart path:nth-of-type(n+9), svg.chart circle:nth-of-type(n+9)';

/**
 * What axe finds in a page that was opened without its policy, under which axe itself could not run: nothing where all is well.
 * The page is not whole any more then.
 */
const accessibilityFindings = async (page: Page): Promise<string[]> => {
  await page.evaluate(`document.querySelectorAll('${many}').forEach((one) => one.remove())`);
  // Of what is well it says that it is, not of each element why. Frames, for whose sake it would open a second page and put
  // itself together there, a page has none.
  if ((await page.locator('iframe, frame').count()) > 0) throw new Error('Axe is not asked about frames.');
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations, passes } = await axe.analyze();
  if (passes.length < 15) throw new Error(`Axe looked at ${passes.length} rules only.`);
  return violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map(({ html }) => html).join(' ')}`);
};

const untilMs = 10_000;

/** Looks again and again whether something is so. */
const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + untilMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Waited ${untilMs / 1_000} s in vain: ${what}.`);
    await sleep(20);
  }
};

export type { Seen };
export { accessibilityFindings, open, screenshots, startBrowser, until };
