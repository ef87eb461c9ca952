import { make, makeButton } from './elements';

interface Part {
  section: Element;
  button: HTMLButtonElement;
  body: HTMLElement;
}

const isOpen = ({ button }: Part): boolean => button.getAttribute('aria-expanded') === 'true';

/** Folds a part away, or opens it. What is folded is found by the browser's search, which opens it again. */
const setOpen = ({ button, body }: Part, open: boolean): void => {
  button.setAttribute('aria-expanded', String(open));
  if (open) body.removeAttribute('hidden');
  else body.setAttribute('hidden', 'until-found');
};

const makePart = (section: Element): Part | undefined => {
  const heading = section.querySelector('h2');
  const body = section.querySelector<HTMLElement>('.body');
  if (heading === null || body === null) return undefined;
  const button = make(
    'button',
    { type: 'button', class: 'fold', 'aria-expanded': 'true', 'aria-controls': body.id },
    make('span', {}, ...heading.childNodes),
  );
  heading.append(button);
  const part = { section, button, body };
  button.addEventListener('click', () => setOpen(part, !isOpen(part)));
  body.addEventListener('beforematch', () => setOpen(part, true));
  return part;
};

/** Opens the part that a link leads to. */
const openTarget = (page: Document, parts: readonly Part[], id: string): void => {
  const target = id === '' ? null : page.getElementById(id);
  const part = parts.find(({ section }) => target !== null && section.contains(target));
  if (part !== undefined) setOpen(part, true);
};

/** Lets the parts of the page be folded, one by one or all; links open what they lead to. Paper shows all. */
const setUpFolding = (page: Document): void => {
  const parts = [...page.querySelectorAll('.part')].flatMap((section) => makePart(section) ?? []);
  if (parts.length < 2) return;
  const all = makeButton('Fold all', () => {
    const open = !parts.some(isOpen);
    for (const part of parts) setOpen(part, open);
    all.textContent = open ? 'Fold all' : 'Open all';
  });
  page.querySelector('nav')?.append(all);
  page.addEventListener('click', ({ target }) => {
    const link = target instanceof Element ? target.closest('a[href^="#"]') : null;
    if (link !== null) openTarget(page, parts, link.getAttribute('href')?.slice(1) ?? '');
  });
  openTarget(page, parts, location.hash.slice(1));
};

export { setUpFolding };
