import type { Chart as Hint } from '../../report-header';
import { fullHeading } from '../columns';
import { formatNumber, plural } from '../numbers';
import { colour, stepColour } from '../palette';
import type { Table } from '../rows';
import type { Drawing } from '../svg';
import { valueAxis } from './axes';
import { type Chart, type LegendItem, type Size, sizes } from './chart';
import { asNumber, type Field, numericField } from './data';
import { type Frame, findRegions, frameAround, type Place } from './regions';
import { makeScale, type Scale } from './scale';

const mostRegions = 4;

const degrees = (value: number, positive: string, negative: string, digits: number): string =>
  `${formatNumber(Math.abs(value), digits)}°\u202f${value < 0 ? negative : positive}`;

const readPlaces = (table: Table, x: Field, y: Field, value?: Field): Place[] =>
  table.rows.flatMap((row) => {
    const [longitude, latitude] = [asNumber(x.at(row)), asNumber(y.at(row))];
    if (longitude === undefined || latitude === undefined) return [];
    if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90) return [];
    const where = `${y.text(latitude)}, ${x.text(longitude)}`;
    const text = value ? `${where}: ${value.full(value.at(row))}` : where;
    return [{ longitude, latitude, value: value && asNumber(value.at(row)), text }];
  });

/** A round length that fills about a quarter of the frame. */
const scaleBar = ({ kilometresWide }: Frame): number => {
  const wanted = kilometresWide / 4;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return power * (wanted / power >= 5 ? 5 : wanted / power >= 2 ? 2 : 1);
};

const drawRegion = (places: readonly Place[], large: boolean, scale: Scale | undefined, size: Size): Drawing => {
  const [width, height] = large && size.name === 'wide' ? [size.width, 460] : [400, 330];
  const edges = { left: 56, right: 10, top: 8, bottom: 30 };
  const [across, up] = [width - edges.left - edges.right, height - edges.top - edges.bottom];
  const frame = frameAround(places, across, up);
  const digits = Math.max(0, Math.min(4, Math.ceil(-Math.log10((frame.north - frame.south) / 4))));
  const length = scaleBar(frame);
  const pixels = (length / frame.kilometresWide) * across;
  const name = length >= 1 ? `${formatNumber(length)}\u202fkm` : `${formatNumber(length * 1000)}\u202fm`;
  const axis = (min: number, max: number, positive: string, negative: string) =>
    valueAxis(size, (value) => degrees(value, positive, negative, digits), {
      min,
      max,
      axisLabel: {
        color: colour('soft'),
        fontSize: 11,
        showMinLabel: false,
        showMaxLabel: false,
        hideOverlap: true,
        formatter: (value: number) => degrees(value, positive, negative, digits),
      },
    });
  // Places of unknown value lie below those of which something is known.
  const ordered = [...places].sort((one, other) => Number(one.value !== undefined) - Number(other.value !== undefined));
  return {
    width,
    height,
    hover: (series, item) => (series === 0 ? ordered[item]?.text : undefined),
    option: {
      grid: {
        ...edges,
        outerBoundsMode: 'none',
        show: true,
        backgroundColor: colour('surface'),
        borderColor: colour('rule'),
        borderWidth: 1,
      },
      xAxis: axis(frame.west, frame.east, 'E', 'W'),
      yAxis: axis(frame.south, frame.north, 'N', 'S'),
      series: [
        {
          type: 'scatter',
          data: ordered.map(({ longitude, latitude, value }) => ({
            value: [longitude, latitude],
            itemStyle:
              value === undefined || scale === undefined
                ? { color: scale ? colour('surface') : colour('series-1'), borderColor: colour('soft') }
                : { color: stepColour(scale.steps[scale.stepOf(value)] ?? 0), borderColor: colour('soft') },
          })),
          symbol: 'circle',
          symbolSize: places.length > 300 ? 7 : 9,
          itemStyle: { borderWidth: 0.6, opacity: 0.92 },
        },
        {
          type: 'line',
          data: [
            {
              value: [
                frame.east - ((pixels + 14) / across) * (frame.east - frame.west),
                frame.south + (14 / up) * (frame.north - frame.south),
              ],
            },
            {
              value: [
                frame.east - (14 / across) * (frame.east - frame.west),
                frame.south + (14 / up) * (frame.north - frame.south),
              ],
              label: {
                show: true,
                position: 'top',
                distance: 4,
                align: 'right',
                formatter: name,
                color: colour('ink'),
                fontSize: 11,
              },
            },
          ],
          symbol: 'circle',
          symbolSize: 0,
          itemStyle: { color: colour('ink') },
          lineStyle: { color: colour('ink'), width: 2 },
        },
      ],
    },
  };
};

const between = (low: number, high: number, positive: string, negative: string): string => {
  const [one, other] = [degrees(low, positive, negative, 1), degrees(high, positive, negative, 1)];
  return one === other ? one : `${one} to ${other}`;
};

const captionOf = (places: readonly Place[]): string => {
  const span = (values: number[]) =>
    [values.reduce((one, other) => Math.min(one, other)), values.reduce((one, other) => Math.max(one, other))] as const;
  const [south, north] = span(places.map(({ latitude }) => latitude));
  const [west, east] = span(places.map(({ longitude }) => longitude));
  return `${between(south, north, 'N', 'S')}, ${between(west, east, 'E', 'W')}: ${plural(places.length, 'place')}`;
};

/** Places where they are, coloured by a value, in a frame for each region that has any. */
const scatterMapChart = (table: Table, hint: Hint): Chart | undefined => {
  const x = numericField(table, hint.x ?? 'longitude');
  const y = numericField(table, hint.y ?? 'latitude');
  if (x === undefined || y === undefined) return undefined;
  const value = numericField(table, hint.value);
  const places = readPlaces(table, x, y, value);
  if (places.length === 0) return undefined;
  const regions = findRegions(places);
  const drawn = regions.slice(0, mostRegions);
  const known = places.flatMap((place) => place.value ?? []);
  const scale = value && known.length > 0 ? makeScale(known, value) : undefined;
  const unknown: LegendItem[] =
    scale && known.length < places.length ? [{ colour: colour('surface'), text: 'unknown', shape: 'circle' }] : [];
  const elsewhere = places.length - drawn.flat().length;
  const one = drawn.length === 1;
  return {
    caption: value ? `${fullHeading(value.column)} by place` : 'Places',
    legend: [...(scale?.legend ?? []), ...unknown].map((item) => ({ ...item, shape: 'circle' })),
    single: !one,
    panels: drawn.map((region) => ({
      caption: captionOf(region),
      draw: (size) => drawRegion(region, one, scale, one ? size : (sizes[1] as Size)),
    })),
    notes: [
      ...(elsewhere > 0
        ? [`${plural(elsewhere, 'place')} in other regions ${elsewhere === 1 ? 'is' : 'are'} in the table only.`]
        : []),
      ...(table.total > table.rows.length ? [`The map shows the first ${plural(table.rows.length, 'row')}.`] : []),
    ],
  };
};

export { scatterMapChart };
