import { type Box, nearest } from './nearest';
import { type Tip, tipOf } from './tooltip';

/** Pixels from a mark within which it is meant. */
const reach = 28;

/** A part of a chart that stands for a value. */
interface Mark {
  element: Element;
  text: string;
}

/** A chart whose marks are told by a tip in place of the browser's own, which keyboards do not reach. */
interface Chart {
  marks: Mark[];
  /** Of the marks, from the chart's corner, at the width for which they were measured. */
  boxes: Box[];
  width: number;
  /** The mark that is looked at. */
  at?: number;
}

const charts = new WeakMap<Element, Chart>();

const readMarks = (svg: Element): Mark[] =>
  [...svg.querySelectorAll('title')].flatMap((title) => {
    const { parentElement: element, textContent: text } = title;
    title.remove();
    return element === null ? [] : [{ element, text: text ?? '' }];
  });

const chartOf = (svg: Element): Chart => {
  const known = charts.get(svg) ?? { marks: readMarks(svg), boxes: [], width: 0 };
  charts.set(svg, known);
  return known;
};

const boxesOf = (svg: Element, chart: Chart): Box[] => {
  const frame = svg.getBoundingClientRect();
  if (chart.width !== frame.width) {
    chart.width = frame.width;
    chart.boxes = chart.marks.map(({ element }) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { left: left - frame.left, top: top - frame.top, right: right - frame.left, bottom: bottom - frame.top };
    });
  }
  return chart.boxes;
};

const look = (svg: Element, chart: Chart, at: number | undefined): void => {
  if (chart.at !== undefined) chart.marks[chart.at]?.element.classList.remove('on');
  chart.at = at;
  if (at !== undefined) chart.marks[at]?.element.classList.add('on');
  svg.classList.toggle('looked', at !== undefined);
};

const showMark = (svg: Element, chart: Chart, at: number, tip: Tip): void => {
  look(svg, chart, at);
  const [box, mark] = [boxesOf(svg, chart)[at], chart.marks[at]];
  if (box === undefined || mark === undefined) return;
  const frame = svg.getBoundingClientRect();
  tip.show(mark.text, frame.left + (box.left + box.right) / 2, frame.top + box.top);
};

const leave = (svg: Element, tip: Tip): void => {
  look(svg, chartOf(svg), undefined);
  tip.hide();
};

/** Shows the mark that is nearest to where the pointer is. */
const follow = (svg: Element, tip: Tip, { clientX, clientY }: PointerEvent): void => {
  const chart = chartOf(svg);
  const frame = svg.getBoundingClientRect();
  const at = nearest(boxesOf(svg, chart), clientX - frame.left, clientY - frame.top, reach);
  if (at === undefined) leave(svg, tip);
  else if (at !== chart.at) showMark(svg, chart, at, tip);
};

/** Where a key leads from a mark. */
const steps: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at, last) => Math.min(last, at + 1),
  ArrowDown: (at, last) => Math.min(last, at + 1),
  ArrowLeft: (at) => Math.max(0, at - 1),
  ArrowUp: (at) => Math.max(0, at - 1),
  PageDown: (at, last) => Math.min(last, at + 10),
  PageUp: (at) => Math.max(0, at - 10),
  Home: () => 0,
  End: (_, last) => last,
};

const walk = (svg: Element, tip: Tip, event: KeyboardEvent): void => {
  if (event.key === 'Escape') leave(svg, tip);
  const step = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
  if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const chart = chartOf(svg);
  const at = chart.at === undefined ? 0 : step(chart.at, chart.marks.length - 1);
  showMark(svg, chart, at, tip);
  tip.say(chart.marks[at]?.text ?? '');
};

/** Lets the values of charts be read by pointer and by keyboard: arrow keys lead from mark to mark. */
const setUpCharts = (page: Document): void => {
  const tip = tipOf(page);
  for (const svg of page.querySelectorAll<SVGElement>('svg.chart')) {
    if (svg.querySelector('title') === null) continue;
    const name = svg.getAttribute('aria-label') ?? 'Chart';
    svg.setAttribute('tabindex', '0');
    // So that a screen reader passes the arrow keys on.
    svg.setAttribute('role', 'application');
    svg.setAttribute('aria-roledescription', 'chart');
    svg.setAttribute('aria-label', `${name}. Arrow keys read its values.`);
    svg.addEventListener('pointermove', (event) => follow(svg, tip, event));
    svg.addEventListener('pointerdown', (event) => follow(svg, tip, event));
    svg.addEventListener('pointerleave', () => leave(svg, tip));
    svg.addEventListener('keydown', (event) => walk(svg, tip, event));
    svg.addEventListener('blur', () => leave(svg, tip));
  }
};

export { setUpCharts };
