import { BarChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, VisualMapComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeHtml, type Html, trusted } from './html';
import { colourVariable } from './palette';

use([BarChart, HeatmapChart, LineChart, ScatterChart, GridComponent, VisualMapComponent, SVGRenderer]);

/** A chart at one size, ready to be drawn. */
interface Drawing {
  option: EChartsCoreOption;
  width: number;
  height: number;
  /** What a mark says when it is pointed at. */
  hover?: (series: number, item: number) => string | undefined;
}

/** ECharts' tree of SVG elements, before it is text. */
interface SvgNode {
  tag: string;
  attrs: Record<string, string | number | boolean | undefined>;
  children?: SvgNode[];
  text?: string;
}

interface SvgPainter {
  renderToVNode(options: { animation: boolean; willUpdate: boolean; compress: boolean }): SvgNode;
}

const kept = new Set([
  'defs',
  'clipPath',
  'g',
  'path',
  'rect',
  'circle',
  'line',
  'polyline',
  'polygon',
  'text',
  'tspan',
]);
const dropped = /^(?:style|class|xmlns.*|pointer-events|ecmeta_.*)$/;

const round = (text: string): string =>
  text.replace(/-?\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2))));

/** Colours become names, so that they follow the page's theme; ids get the chart's own prefix. */
const attribute = (name: string, value: string, prefix: string): string => {
  if (name === 'id') return `${prefix}-${value}`;
  if (value.startsWith('url(#')) return `url(#${prefix}-${value.slice(5)}`;
  if (name === 'd' || name === 'transform' || name === 'points') return round(value);
  return (name === 'fill' || name === 'stroke' ? colourVariable(value) : undefined) ?? value;
};

/** Styles become attributes: the page's content-security policy allows no inline style. The font is the page's. */
const styleAttributes = (style: unknown): [string, string][] =>
  String(style ?? '')
    .split(';')
    .map((declaration) => declaration.split(':').map((part) => part.trim()) as [string, string])
    .filter(([name]) => ['font-size', 'font-weight', 'font-style', 'text-anchor'].includes(name));

const openTag = ({ tag, attrs }: SvgNode, prefix: string): string => {
  const entries = Object.entries(attrs)
    .filter(([name, value]) => value !== undefined && value !== false && !dropped.test(name))
    .map(([name, value]) => [name, String(value)] as const);
  return [
    tag,
    ...[...entries, ...styleAttributes(attrs.style)].map(
      ([name, value]) => `${name}="${escapeHtml(attribute(name, value, prefix))}"`,
    ),
  ].join(' ');
};

/** ECharts draws round marks as long paths; a thousand of them are a map. */
const asCircle = (node: SvgNode): SvgNode => {
  const { d, transform, ...attrs } = node.attrs;
  const [, radius, x, y] = /^matrix\(([\d.]+),0,0,\1,(-?[\d.]+),(-?[\d.]+)\)$/.exec(String(transform)) ?? [];
  if (node.tag !== 'path' || radius === undefined || !/^M1 0A1 1 0 1 1 1 -0\.\d+A1 1 0 0 1 1 0$/.test(String(d)))
    return node;
  const width = attrs['stroke-width'];
  const stroke = width === undefined ? {} : { 'stroke-width': round(String(Number(width) * Number(radius))) };
  return {
    ...node,
    tag: 'circle',
    attrs: { cx: round(x ?? ''), cy: round(y ?? ''), r: round(radius), ...attrs, ...stroke },
  };
};

const hoverTitle = ({ attrs }: SvgNode, hover: Drawing['hover']): string => {
  if (hover === undefined || attrs.ecmeta_ssr_type !== 'chart') return '';
  const { ecmeta_series_index: series, ecmeta_data_index: item } = attrs;
  const text = series === undefined || item === undefined ? undefined : hover(Number(series), Number(item));
  return text === undefined ? '' : `<title>${escapeHtml(text)}</title>`;
};

const write = (drawn: SvgNode, prefix: string, hover: Drawing['hover']): string => {
  if (!kept.has(drawn.tag)) return '';
  const node = asCircle(drawn);
  const inner = hoverTitle(node, hover) + escapeHtml(node.text ?? '') + writeAll(node.children, prefix, hover);
  return inner === '' ? `<${openTag(node, prefix)}/>` : `<${openTag(node, prefix)}>${inner}</${node.tag}>`;
};

const writeAll = (nodes: SvgNode[] | undefined, prefix: string, hover: Drawing['hover']): string =>
  (nodes ?? []).map((node) => write(node, prefix, hover)).join('');

/** ECharts numbers its ids over all charts of the process; here each chart counts from 0, so that a page is the same each time. */
const renumber = (markup: string, prefix: string): string => {
  const ids = new Map<string, string>();
  return markup.replace(new RegExp(`(id="|url\\(#)${prefix}-([\\w-]+)`, 'g'), (_, before, id) => {
    if (!ids.has(id)) ids.set(id, `${prefix}-${ids.size}`);
    return before + ids.get(id);
  });
};

/**
 * Draws a chart as SVG that can stand in a page beside others.
 *
 * @param id prefix of every id in it, unlike that of any other chart of the page
 * @param label what the chart shows, for those who do not see it
 */
const drawSvg = ({ option, width, height, hover }: Drawing, id: string, label: string, className: string): Html => {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, backgroundColor: 'transparent', ...option });
    const painter = chart.getZr().painter as unknown as SvgPainter;
    const root = painter.renderToVNode({ animation: false, willUpdate: false, compress: true });
    const marks = renumber(writeAll(root.children, id, hover), id);
    return trusted(
      `<svg class="${escapeHtml(className)}" role="img" aria-label="${escapeHtml(label)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${marks}</svg>`,
    );
  } finally {
    chart.dispose();
  }
};

export type { Drawing };
export { drawSvg };
