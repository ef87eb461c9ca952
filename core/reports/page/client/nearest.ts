/** Where something is, in pixels. */
interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const distance = ({ left, top, right, bottom }: Box, x: number, y: number): number =>
  Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));

/** Square of the way to the middle: of boxes that all hold a point, the one in whose middle it is. */
const fromMiddle = ({ left, top, right, bottom }: Box, x: number, y: number): number =>
  (x - (left + right) / 2) ** 2 + (y - (top + bottom) / 2) ** 2;

/** The place of the box that is nearest to a point, within so many pixels; nothing where none is. */
const nearest = (boxes: readonly Box[], x: number, y: number, reach: number): number | undefined => {
  let found: { at: number; far: number; middle: number } | undefined;
  for (const [at, box] of boxes.entries()) {
    const far = distance(box, x, y);
    if (far > reach || (found !== undefined && far > found.far)) continue;
    const middle = fromMiddle(box, x, y);
    if (found === undefined || far < found.far || middle < found.middle) found = { at, far, middle };
  }
  return found?.at;
};

export type { Box };
export { nearest };
