import { makeButton, oncePerFrame } from './elements';

/** Share of a frame's width by which a click moves on. */
const step = 0.7;

/** Columns of a table that its frame does not show to the right. */
const columnsBeyond = (frame: HTMLElement): number => {
  const end = frame.getBoundingClientRect().right;
  const headings = [...(frame.querySelector('thead tr')?.children ?? [])];
  // Half a pixel is the rounding of a zoomed page.
  return headings.filter((heading) => heading.getBoundingClientRect().right > end + 1).length;
};

/** A button that tells how many columns are out of sight, and leads there; hidden where there are none. */
const makeColumnsHint = (frame: HTMLElement): HTMLElement => {
  // What it says is what a click does, also while the frame still moves.
  let beyond = 0;
  const hint = makeButton('', () => {
    frame.scrollTo({ left: beyond > 0 ? frame.scrollLeft + step * frame.clientWidth : 0, behavior: 'smooth' });
  });
  hint.hidden = true;
  const update = oncePerFrame(() => {
    beyond = columnsBeyond(frame);
    hint.hidden = beyond === 0 && frame.scrollLeft < 1;
    hint.textContent = beyond > 0 ? `${beyond} more ${beyond === 1 ? 'column' : 'columns'} →` : '← First columns';
  });
  // Measured when it comes near the window, since to measure all at once would hold up the page.
  new IntersectionObserver(
    (entries, observer) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      new ResizeObserver(update).observe(frame);
      frame.addEventListener('scroll', update, { passive: true });
    },
    { rootMargin: '50%' },
  ).observe(frame);
  return hint;
};

export { makeColumnsHint };
