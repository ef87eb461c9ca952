import { mainOf, make } from './elements';

/** Room between a tip and what it is about, and between it and the window's edge, in pixels. */
const gap = 10;
const edge = 8;

interface Tip {
  /** Shows a text above a point of the window; below, where there is no room. */
  show: (text: string, x: number, y: number) => void;
  hide: () => void;
  /** Tells a text to those who do not see the tip. */
  say: (text: string) => void;
}

const tips = new WeakMap<Document, Tip>();

const makeTip = (page: Document): Tip => {
  // What it says is told by `say`, to whom it is of use.
  const shown = make('div', { class: 'tip', 'aria-hidden': 'true', hidden: '' });
  const told = make('div', { class: 'unseen', role: 'status' });
  mainOf(page).append(shown, told);
  const hide = () => {
    shown.hidden = true;
  };
  page.addEventListener('scroll', hide, { capture: true, passive: true });
  return {
    show: (text, x, y) => {
      shown.textContent = text;
      shown.hidden = false;
      const { width, height } = shown.getBoundingClientRect();
      const across = Math.max(edge, Math.min(x - width / 2, page.documentElement.clientWidth - width - edge));
      const above = y - height - gap;
      shown.style.transform = `translate(${Math.round(across)}px,${Math.round(above < edge ? y + 2 * gap : above)}px)`;
    },
    hide,
    say: (text) => {
      told.textContent = text;
    },
  };
};

/** The tip of the page: one for all that it holds. */
const tipOf = (page: Document): Tip => {
  const tip = tips.get(page) ?? makeTip(page);
  tips.set(page, tip);
  return tip;
};

export type { Tip };
export { tipOf };
