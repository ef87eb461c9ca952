import type { Drawing } from '../svg';

/** A page is read at two widths: charts are drawn for both, the page's styles show one. */
interface Size {
  name: 'wide' | 'narrow';
  width: number;
  font: number;
}

const sizes: readonly Size[] = [
  { name: 'wide', width: 840, font: 12 },
  { name: 'narrow', width: 380, font: 12 },
];

/** What a colour stands for. */
interface LegendItem {
  colour: string;
  text: string;
  shape?: 'square' | 'circle' | 'rect' | 'triangle' | 'diamond';
}

interface Panel {
  /** What this part of the chart shows, where there are several. */
  caption?: string;
  draw: (size: Size) => Drawing;
}

/** A report's chart: what it shows in words, what its colours mean, and its parts. */
interface Chart {
  caption: string;
  legend: LegendItem[];
  panels: Panel[];
  /** Panels that are small enough for every width are drawn once. */
  single?: boolean;
  notes: string[];
}

export type { Chart, LegendItem, Panel, Size };
export { sizes };
