import { oncePerFrame } from './elements';

/** Share of the window from its top at which the reader is taken to read. */
const readingLine = 0.3;

interface Entry {
  link: Element;
  section: Element;
}

const entriesOf = (page: Document): Entry[] =>
  [...page.querySelectorAll('nav a[href^="#"]')].flatMap((link) => {
    const section = page.getElementById(link.getAttribute('href')?.slice(1) ?? '');
    return section === null ? [] : [{ link, section }];
  });

/** The entry whose section holds the line at which the reader reads. */
const entryInView = (page: Document, entries: readonly Entry[]): Entry | undefined => {
  const { scrollTop, scrollHeight, clientHeight } = page.documentElement;
  if (scrollTop > 0 && scrollTop + clientHeight > scrollHeight - 2) return entries.at(-1);
  const line = readingLine * clientHeight;
  return entries.findLast(({ section }) => section.getBoundingClientRect().top <= line);
};

/** Marks the section that is in view in the contents. */
const setUpContents = (page: Document): void => {
  const entries = entriesOf(page);
  let current: Element | undefined;
  const update = oncePerFrame(() => {
    const link = entryInView(page, entries)?.link;
    if (link === current) return;
    current?.removeAttribute('aria-current');
    link?.setAttribute('aria-current', 'location');
    // Contents that are longer than the window scroll in their own frame.
    if (getComputedStyle(page.querySelector('nav') ?? page.body).position === 'sticky') keepInSight(link);
    current = link;
  });
  page.addEventListener('scroll', update, { passive: true });
  addEventListener('resize', update, { passive: true });
  update();
};

const keepInSight = (link: Element | undefined): void => {
  const frame = link?.closest('nav');
  if (!link || !frame) return;
  const [inner, outer] = [link.getBoundingClientRect(), frame.getBoundingClientRect()];
  if (inner.top < outer.top) frame.scrollTop -= outer.top - inner.top + inner.height;
  if (inner.bottom > outer.bottom) frame.scrollTop += inner.bottom - outer.bottom + inner.height;
};

export { setUpContents };
