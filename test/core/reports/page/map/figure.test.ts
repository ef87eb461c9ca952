import { Readable } from 'node:stream';
import { columnOf, quadkeyOf, rowOf } from '../../../../../core/reports/map/quadkeys';
import { drawTileMap } from '../../../../../core/reports/page/map';
import { fitView, pathOf, scaleBarOf } from '../../../../../core/reports/page/map/shapes';
import { type Line, report, textOf } from '../../map/support';

const tileAt = (latitude: number, longitude: number) =>
  quadkeyOf({ x: Math.floor(columnOf(longitude, 16)), y: Math.floor(rowOf(latitude, 16)) }, 16);

const line = (tile: string, some: Line = {}): Line => ({
  tile,
  operator: 'alpha',
  technology: '4G',
  count_rows: 10,
  count_in_service: 10,
  count_good: 10,
  count_dbm: 10,
  average_signal_dbm: -90,
  ...some,
});

const draw = async (lines: readonly Line[]) => (await drawTileMap(report(lines), 'report-7', 5))?.markup ?? '';
const dataOf = (markup: string) => JSON.parse(/<script[^>]*>(.*?)<\/script>/s.exec(markup)?.[1] ?? '');

describe('the figure of a map', () => {
  it('is none where the report has no tiles', async () => {
    expect(await drawTileMap(report([]), 'report-1', 5)).toBeUndefined();
  });

  it('has a region for each part of the world, that with the most rows first', async () => {
    const markup = await draw([
      line(tileAt(41.5, 2.1)),
      line(tileAt(-9.2, -37.5), { count_rows: 90, count_in_service: 90 }),
      line(tileAt(41.6, 2.2)),
    ]);
    const data = dataOf(markup);
    expect(data.regions.map(({ name }: { name: string }) => name)).toEqual(['Brazil', 'Spain']);
    expect(markup.match(/<svg class="map-drawing"/g)).toHaveLength(2);
    expect(markup.match(/aria-label="([^"]*)"/)?.[1]).toBe('Map of Brazil: good 1, not measured 8 tiles');
  });

  it('says by their place which of two regions of a country is which', async () => {
    const data = dataOf(await draw([line(tileAt(41.5, 2.1), { count_rows: 11 }), line(tileAt(37.4, -6))]));
    expect(data.regions.map(({ name }: { name: string }) => name)).toEqual([
      'Spain, 41.5°\u202fN, 2.1°\u202fE',
      'Spain, 37.4°\u202fN, 6.0°\u202fW',
    ]);
  });

  it('leaves regions beyond the first six to the files, and says so', async () => {
    const markup = await draw([-60, -40, -20, 0, 20, 40, 60, 80].map((longitude) => line(tileAt(0.5, longitude))));
    expect(dataOf(markup).regions).toHaveLength(6);
    expect(markup).toContain('2 tiles in other regions are in the CSV only.');
  });

  it('has in its legend what is there, by kinds', async () => {
    const markup = await draw([
      line(tileAt(41.5, 2.1)),
      line(tileAt(41.5, 2.11), { count_in_service: 0, count_out_of_service: 10, count_good: 0, count_dbm: 0 }),
    ]);
    expect(markup).toMatch(/<li data-look="good"><svg/);
    expect(markup).toMatch(/<li data-look="weak" hidden>/);
    expect(markup).toMatch(/<li data-look="no-service"><svg/);
    expect(markup).toMatch(/With service<\/span>.*Without service<\/span>.*Not known<\/span>/s);
  });

  it('has larger tiles where those of the report would be specks, and says how large', async () => {
    const lines = Array.from({ length: 400 }, (_, at) =>
      line(tileAt(41 + Math.floor(at / 20) / 20, 1 + (at % 20) / 20), {
        count_rows: 3,
        count_in_service: 3,
        count_good: 3,
      }),
    );
    const markup = await draw(lines);
    expect(dataOf(markup).zoom).toBe(16);
    expect(markup).toMatch(/<figcaption>Coverage by tile<span class="map-width"> of about 7\u202fkm<\/span>/);
    const [, good, few] = /good ([\d,]+), (?:too few rows ([\d,]+), )?not measured/.exec(markup) ?? [];
    expect(Number(good)).toBeGreaterThan(100);
    expect(Number(good) + Number(few ?? 0)).toBeLessThan(200);
    const path = /tile-good" d="([^"]*)"/.exec(markup)?.[1] ?? '';
    expect(path).toMatch(/^M-?\d+ -?\d+h16v16h-16z/);
  });

  it('is of ASU where no technology is known, and says so', async () => {
    const asu = { technology: 'unknown', count_good: 0, count_dbm: 0, average_signal_dbm: '', count_asu: 10 };
    const markup = await draw([
      line(tileAt(41.5, 2.1), { ...asu, average_signal_asu: 7 }),
      line(tileAt(41.5, 2.11), { ...asu, average_signal_asu: 26 }),
    ]);
    expect(markup).toContain('<span class="map-unit">, in ASU</span>');
    expect(markup).toMatch(/<p class="map-asu">Colours are of ASU, not of dBm/);
    expect(markup).toContain('aria-label="Map of Spain: 5 to 10 1, from 25 ASU 1, not measured 13 tiles"');
    expect(markup).toMatch(/<li data-colours="classes" hidden>/);
    expect(markup).toMatch(/<li data-colours="asu"><span class="map-kind">With service, average ASU/);
    expect(await draw([line(tileAt(41.5, 2.1))])).toMatch(/<p class="map-asu" hidden>/);
  });

  it('leaves hostile names text, in markup and in data', async () => {
    const operator = '</script><script>alert(1)</script>\u2028"&';
    const markup = await draw([line(tileAt(41.5, 2.1), { operator, technology: '<b>' })]);
    expect(markup.match(/<script/g)).toHaveLength(1);
    expect(markup.match(/<\/script/g)).toHaveLength(1);
    expect(markup).not.toContain('<b>');
    expect(dataOf(markup)).toMatchObject({
      operators: ['</script><script>alert(1)</script> "&'],
      technologies: ['<b>'],
    });
  });

  it('has no style in an element, and no id twice', async () => {
    const markup = await draw([line(tileAt(41.5, 2.1)), line(tileAt(-9.2, -37.5))]);
    expect(markup).not.toMatch(/\sstyle=/);
    const ids = [...markup.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.every((id) => id?.startsWith('report-7-map'))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of markup.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });

  it('fits a page however many tiles there are, in larger ones', async () => {
    const lines = Array.from({ length: 60_000 }, (_, at) =>
      line(quadkeyOf({ x: 33_000 + (at % 300), y: 24_000 + Math.floor(at / 300) }, 16)),
    );
    const markup = (await drawTileMap(Readable.from([textOf(lines)]), 'report-1', 5))?.markup ?? '';
    expect(markup.length).toBeLessThan(750_000);
    expect(dataOf(markup).zoom).toBe(14);
    expect(markup).toContain('Drawn in larger tiles');
  });
});

describe('the shapes of a map', () => {
  it('put tiles of a row in one outline where they need not be told apart', () => {
    const tiles = [
      { x: 12, y: 7 },
      { x: 11, y: 7 },
      { x: 14, y: 7 },
    ];
    expect(pathOf(tiles, [10, 5], false)).toBe('M1 2h2v1h-2zM4 2h1v1h-1z');
    expect(pathOf(tiles, [10, 5], true)).toBe('M1 2h1v1h-1zM2 2h1v1h-1zM4 2h1v1h-1z');
  });

  it('show a box in the middle, a single tile with some room around it', () => {
    const view = fitView([0, 0, 1, 1], { width: 800, height: 400 });
    expect(view.scale * 8).toBeCloseTo(400 * 0.88);
    expect(view.left + view.scale / 2).toBeCloseTo(400);
  });

  it.each([
    [0.01, '1\u202fkm'],
    [0.026, '2\u202fkm'],
    [0.0007, '50\u202fm'],
    [1, '100\u202fkm'],
  ])('measure with a round length: %d km a pixel', (kilometres, text) => {
    const bar = scaleBarOf(kilometres, 100);
    expect(bar.text).toBe(text);
    expect(bar.pixels).toBeLessThanOrEqual(100);
  });
});
