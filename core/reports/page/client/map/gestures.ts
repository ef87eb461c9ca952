/** What a reader does to a map, in pixels of the stage. */
interface Gestures {
  pan(right: number, down: number): void;
  zoom(factor: number, x: number, y: number): void;
  /** The pointer is over a place, or has left. */
  hover(place: { x: number; y: number } | undefined): void;
  /** A place is clicked or touched. */
  pick(place: { x: number; y: number }): void;
}

/** Pixels that a finger trembles while it touches. */
const trembling = 6;
const wheelStep = 1.0016;

/** Listens to mouse, pen and fingers: one moves, two zoom. The wheel zooms where the map has the focus, else the page rolls. */
const listen = (stage: HTMLElement, gestures: Gestures): void => {
  const pointers = new Map<number, { x: number; y: number }>();
  let moved = 0;
  const placeOf = (event: MouseEvent) => {
    const { left, top } = stage.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const isTool = (event: Event) => event.target instanceof Element && event.target.closest('button, a') !== null;
  const spread = () => {
    const [one, other] = [...pointers.values()];
    if (one === undefined || other === undefined) return undefined;
    return {
      distance: Math.max(1, Math.hypot(one.x - other.x, one.y - other.y)),
      x: (one.x + other.x) / 2,
      y: (one.y + other.y) / 2,
    };
  };

  stage.addEventListener('pointerdown', (event) => {
    if (isTool(event) || event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, placeOf(event));
    if (pointers.size === 1) moved = 0;
  });
  stage.addEventListener('pointermove', (event) => {
    const last = pointers.get(event.pointerId);
    const place = placeOf(event);
    if (last === undefined) {
      if (event.pointerType === 'mouse') gestures.hover(isTool(event) ? undefined : place);
      return;
    }
    const before = spread();
    pointers.set(event.pointerId, place);
    const after = spread();
    moved += Math.hypot(place.x - last.x, place.y - last.y);
    if (moved < trembling) return;
    stage.classList.add('moving');
    if (before === undefined || after === undefined) gestures.pan(place.x - last.x, place.y - last.y);
    else {
      gestures.pan(after.x - before.x, after.y - before.y);
      gestures.zoom(after.distance / before.distance, after.x, after.y);
    }
  });
  const end = (event: PointerEvent, isPick: boolean): void => {
    const last = pointers.get(event.pointerId);
    if (!pointers.delete(event.pointerId) || last === undefined) return;
    if (pointers.size === 0) stage.classList.remove('moving');
    if (isPick && moved < trembling) gestures.pick(last);
  };
  stage.addEventListener('pointerup', (event) => end(event, true));
  stage.addEventListener('pointercancel', (event) => end(event, false));
  stage.addEventListener('pointerleave', () => gestures.hover(undefined));
  stage.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== stage) return;
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
      const { x, y } = placeOf(event);
      gestures.zoom(wheelStep ** -Math.max(-400, Math.min(400, pixels)), x, y);
    },
    { passive: false },
  );
  stage.addEventListener('dblclick', (event) => {
    if (isTool(event)) return;
    const { x, y } = placeOf(event);
    gestures.zoom(event.shiftKey ? 0.5 : 2, x, y);
  });
};

export type { Gestures };
export { listen };
