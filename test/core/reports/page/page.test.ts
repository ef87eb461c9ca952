import { Readable } from 'node:stream';
import fc from 'fast-check';
import { chooseChart } from '../../../../core/reports/page/charts';
import { type Size, sizes } from '../../../../core/reports/page/charts/chart';
import { findRegions, frameAround } from '../../../../core/reports/page/charts/regions';
import { makeScale } from '../../../../core/reports/page/charts/scale';
import { fullHeading, reportColumns } from '../../../../core/reports/page/columns';
import { mostBytes, tableBudget } from '../../../../core/reports/page/fitting';
import { escapeHtml, html } from '../../../../core/reports/page/html';
import {
  columnDigits,
  formatDays,
  formatNumber,
  formatShare,
  formatValue,
} from '../../../../core/reports/page/numbers';
import { type Page, renderPage } from '../../../../core/reports/page/page';
import { colours, meanings } from '../../../../core/reports/page/palette';
import { readRows } from '../../../../core/reports/page/rows';
import { script } from '../../../../core/reports/page/script';
import { makeSection } from '../../../../core/reports/page/sections';
import { failedReport, hostileReports } from '../../../page/support/finished-upload';
import { type Cell, type RunFixture, runFixture } from '../../../page/support/reports';
import { idOf, makeTotals, makeUpload } from '../../../support/uploads';

const upload = idOf('a');

const header = (chart: string, units = '') => `-- title: A title\n-- chart: ${chart}\n-- units: ${units}\nselect 1`;

const fixture = (chart: string, columns: string[], rows: Cell[][], units = '') =>
  runFixture(upload, 'report', header(chart, units), columns, rows);

const tableOf = async ({ report, csv }: RunFixture, limit = 2_000) => {
  const columns = reportColumns(report.columns, report.units);
  return { columns, rows: await readRows(Readable.from([csv]), columns, limit), total: report.rows };
};

const chartOf = async (run: RunFixture) => chooseChart(await tableOf(run), run.report.chart);

const sectionOf = async (run: RunFixture, index: number, budget: number) =>
  makeSection(
    run.report.status === 'failed'
      ? { report: run.report }
      : { report: run.report, csv: 'https://x.example/', table: await tableOf(run) },
    index,
    budget,
  );

const pageOf = async (runs: RunFixture[], changes: Partial<Page> = {}) =>
  renderPage({
    files: [
      {
        upload: makeUpload({ id: upload, key: 'incoming/logs.csv' }),
        totals: makeTotals(),
        links: { rejectedRows: 'https://x.example/rejected' },
      },
    ],
    totals: makeTotals(),
    timeZone: 'UTC',
    sections: await Promise.all(runs.map((run, index) => sectionOf(run, index, tableBudget(runs.length)))),
    links: { execution: 'https://x.example/execution' },
    madeAt: 1_770_000_000,
    linksExpireAt: 1_770_604_800,
    ...changes,
  });

describe('markup', () => {
  it('escapes all that is put into it, once', () => {
    const name = `<b title="x">'&amp;`;
    expect(String(html`<i title="${name}">${[html`<u>${name}</u>`, false, undefined, 0]}</i>`)).toBe(
      '<i title="&lt;b title=&quot;x&quot;&gt;&#39;&amp;amp;"><u>&lt;b title=&quot;x&quot;&gt;&#39;&amp;amp;</u>0</i>',
    );
  });

  it('never lets a text out of its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"'\u202e]|(?![\t\n\r])\p{Cc}|&(?!(?:amp|lt|gt|quot|#39);)/u);
      }),
    );
  });
});

describe('numbers', () => {
  it.each([
    [0, 10, '0\u202f%'],
    [1, 10_000, '<\u202f0.1\u202f%'],
    [9_999, 10_000, '>\u202f99.9\u202f%'],
    [10, 10, '100\u202f%'],
    [1, 3, '33.3\u202f%'],
    [0, 0, '–'],
  ])('%i of %i is %s', (part, whole, text) => expect(formatShare(part, whole)).toBe(text));

  it('are grouped by thousands, with a true minus', () => {
    expect(formatNumber(-1_234_567.891, 1)).toBe('\u22121,234,567.9');
  });

  it.each([
    ['hour', 'bigint', 7, '07:00'],
    ['year', 'integer', 2026, '2026'],
    ['count_rows', 'bigint', 12_345, '12,345'],
    ['postal_code', 'varchar', '08001', '08001'],
    ['share', 'double', null, '–'],
  ])('%s of type %s shows %p as %s', (name, type, value, text) => {
    const [column] = reportColumns([{ name, type }], {});
    expect(column && formatValue(value, column, 0)).toBe(text);
  });

  it('of a column have as many decimals as tell them apart', () => {
    const digits = (unit: string, ...values: number[]) => {
      const [column] = reportColumns([{ name: 'a', type: 'double' }], { a: unit });
      return column && columnDigits(column, values);
    };
    expect(digits('m', 1, 2, 300)).toBe(0);
    expect(digits('m', 1.23456, 300)).toBe(1);
    expect(digits('m', 1.23456)).toBe(2);
    expect(digits('m', 0.123456)).toBe(3);
    expect(digits('°', 41.38791, 2.1)).toBe(5);
    expect(digits('%', 2.89, 2.1)).toBe(1);
  });

  it('of days read as a span', () => {
    expect(formatDays('2026-02-02', '2026-02-02')).toBe('2 February 2026');
    expect(formatDays('2026-02-02', '2026-02-06').replace(/\s/g, ' ')).toBe('2 – 6 February 2026');
  });
});

describe('columns', () => {
  it.each([
    ['median_signal_asu', 'ASU', 'Median signal (ASU)'],
    ['average_speed_kmh', 'km/h', 'Average speed (km/h)'],
    ['gps_accuracy_m', 'm', 'GPS accuracy (m)'],
    ['average_satellites', 'satellites', 'Average satellites'],
    ['share_in_service', '%', 'Share in service (%)'],
    ['count_rows', undefined, 'Rows'],
    ['count_', undefined, 'Count'],
    ['_', undefined, '_'],
    ['constructor', undefined, 'Constructor'],
  ])('%s in %s is called %s', (name, unit, heading) => {
    const [column] = reportColumns([{ name, type: 'double' }], unit ? { [name]: unit } : {});
    expect(column && fullHeading(column)).toBe(heading);
  });

  it('take no unit from where none was given', () => {
    expect(reportColumns([{ name: 'toString', type: 'double' }], {})[0]?.unit).toBeUndefined();
  });
});

describe('rows', () => {
  it('are read as far as they are wanted; the rest of the file is left', async () => {
    let sent = 0;
    const endless = Readable.from(
      (function* () {
        yield 'a,b\n';
        for (;;) {
          sent += 1;
          yield `${sent},x\n`;
        }
      })(),
    );
    const rows = await readRows(
      endless,
      reportColumns(
        [
          { name: 'a', type: 'bigint' },
          { name: 'b', type: 'varchar' },
        ],
        {},
      ),
      3,
    );
    expect(rows).toEqual([
      [1, 'x'],
      [2, 'x'],
      [3, 'x'],
    ]);
    expect(endless.destroyed).toBe(true);
    expect(sent).toBeLessThan(5_000);
  });

  it('lose the guard against spreadsheets, line breaks and what is too long', async () => {
    const columns = reportColumns(
      [
        { name: 'a', type: 'varchar' },
        { name: 'b', type: 'double' },
      ],
      {},
    );
    const csv = `a,b\n'=cmd(),-1.5\n"two\nlines",NaN\n${'é'.repeat(500)},\n'quoted',1e3\n`;
    await expect(readRows(Readable.from([csv]), columns, 10)).resolves.toEqual([
      ['=cmd()', -1.5],
      ['two lines', null],
      [`${'é'.repeat(199)}…`, null],
      ["'quoted'", 1000],
    ]);
  });

  it('fail where the file cannot be read', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('connection lost'));
      },
    });
    await expect(readRows(broken, [], 1)).rejects.toThrow('connection lost');
  });
});

describe('a scale', () => {
  const text = { full: (value: unknown) => `${value} ASU` };

  it('has few steps between round numbers', () => {
    expect(makeScale([0, 3.2, 29.5], text).legend.map(({ text: step }) => step)).toEqual([
      '0–5',
      '5–10',
      '10–15',
      '15–20',
      '20–25',
      '25–30',
    ]);
  });

  it('leaves its ends open for the few that are far away', () => {
    const values = Array.from({ length: 200 }, (_, n) => (n % 20) + 0.5);
    const scale = makeScale([...values, 500], text);
    expect(scale.legend.at(-1)?.text).toMatch(/and more$/);
    expect(scale.stepOf(500)).toBe(scale.legend.length - 1);
  });

  it('names whole numbers one by one where they are few, and the only value as it is', () => {
    expect(makeScale([1, 2, 4], text).legend.map(({ text: step }) => step)).toEqual([
      '1 ASU',
      '2 ASU',
      '3 ASU',
      '4 ASU',
    ]);
    expect(makeScale([7.5, 7.5], text).legend.map(({ text: step }) => step)).toEqual(['7.5 ASU']);
  });

  it('gives every value a step, larger ones never a lower one', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, (numbers) => {
        const scale = makeScale(numbers, text);
        expect(scale.legend.length).toBeLessThanOrEqual(6);
        const steps = [...numbers].sort((one, other) => one - other).map(scale.stepOf);
        expect(steps).toEqual([...steps].sort((one, other) => one - other));
        for (const step of steps) expect(scale.legend[step]).toBeDefined();
      }),
    );
  });
});

describe('the map', () => {
  const place = (longitude: number, latitude: number) => ({ longitude, latitude, text: '' });

  it('has a frame for each region, the largest first', () => {
    const regions = findRegions([place(98, 8), place(2.1, 41.4), place(2.2, 41.5), place(0.5, 40.9), place(-38, -9)]);
    expect(regions.map((region) => region.length)).toEqual([3, 1, 1]);
  });

  it('loses no place', () => {
    const places = fc.array(
      fc.record({
        longitude: fc.double({ min: -180, max: 180, noNaN: true }),
        latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(places, (found) => {
        const regions = findRegions(found.map((one) => ({ ...one, text: '' })));
        expect(regions.flat()).toHaveLength(found.length);
      }),
    );
  });

  it.each([
    ['the equator', [place(10, 0), place(12, 1)]],
    ['the north', [place(10, 69), place(12, 70)]],
    ['one place', [place(2, 41)]],
  ])('shows a kilometre as long across as up, at %s', (_, places) => {
    const frame = frameAround(places, 400, 300);
    const middle = ((frame.south + frame.north) / 2) * (Math.PI / 180);
    const across = ((frame.east - frame.west) * Math.cos(middle)) / 400;
    const up = (frame.north - frame.south) / 300;
    expect(across / up).toBeCloseTo(1, 6);
    for (const { longitude, latitude } of places) {
      expect(longitude).toBeGreaterThan(frame.west);
      expect(longitude).toBeLessThan(frame.east);
      expect(latitude).toBeGreaterThan(frame.south);
      expect(latitude).toBeLessThan(frame.north);
    }
  });

  it('tells of places in other regions, and of unknown values', async () => {
    const rows: Cell[][] = [[2, 41, null], ...Array.from({ length: 6 }, (_, n) => [n * 20, n * 10 - 30, n])];
    const chart = await chartOf(
      fixture('scatter-map x=longitude y=latitude value=s', ['longitude', 'latitude', 's'], rows),
    );
    expect(chart?.panels).toHaveLength(4);
    expect(chart?.notes).toEqual(['3 places in other regions are in the table only.']);
    expect(chart?.legend.at(-1)?.text).toBe('unknown');
  });
});

describe('a chart', () => {
  const wide = sizes[0] as Size;
  const hours: Cell[][] = Array.from({ length: 24 }, (_, hour) => [hour, hour % 3, hour * 1.5]);

  it.each([
    ['bar x=name y=v', ['name', 'v'], [['a', 1]], 'V by name'],
    ['bar x=hour y=v', ['hour', 's', 'v'], hours, 'V by hour'],
    ['line x=hour y=v', ['hour', 's', 'v'], hours, 'V by hour'],
    ['heat x=hour y=s value=v', ['hour', 's', 'v'], hours, 'V by s and hour'],
    ['heat x=hour value=v', ['hour', 's', 'v'], hours, 'V by hour'],
    ['histogram x=v', ['hour', 's', 'v'], hours, 'Rows by v'],
    ['histogram x=hour y=v', ['hour', 's', 'v'], hours, 'V by hour'],
    ['scatter-map x=hour y=s value=v', ['hour', 's', 'v'], hours, 'V by place'],
  ])('%s is drawn', async (hint, columns, rows, caption) => {
    const chart = await chartOf(fixture(hint, columns, rows as Cell[][]));
    expect(chart?.caption).toBe(caption);
    const drawing = chart?.panels[0]?.draw(wide);
    expect(drawing?.option).toBeDefined();
    expect(drawing?.hover?.(0, 0)).toEqual(expect.stringMatching(/: /));
  });

  it.each([
    'none',
    'pie x=name y=v',
    'bar x=name',
    'bar x=missing y=v',
    'bar x=name y=name',
    'line x=name y=missing',
    'heat x=name y=v',
    'histogram x=name',
    'scatter-map x=name y=v',
    '__proto__ x=name y=v',
    'constructor',
  ])('with the hint "%s" is none, and the table stands alone', async (hint) => {
    await expect(
      chartOf(
        fixture(
          hint,
          ['name', 'v'],
          [
            ['a', 1],
            ['b', 2],
          ],
        ),
      ),
    ).resolves.toBeUndefined();
  });

  it('has bars in place of a line of one point or two, and no line of one point a series', async () => {
    const days: Cell[][] = [
      ['2026-01-01', 'a', 1],
      ['2026-01-02', 'a', 2],
    ];
    for (const rows of [days.slice(0, 1), days]) {
      const chart = await chartOf(fixture('line x=day y=v', ['day', 's', 'v'], rows));
      const { option } = chart?.panels[0]?.draw(wide) ?? {};
      expect(option).toMatchObject({ yAxis: { data: rows.map(([day]) => day) }, series: [{ type: 'bar' }] });
    }
    const series = fixture('line x=day y=v series=s', ['day', 's', 'v'], days.slice(0, 1));
    await expect(chartOf(series)).resolves.toBeUndefined();
  });

  it('has long names above its bars where it is narrow', async () => {
    const rows: Cell[][] = [
      ['near 41.52° N, 2.10° E · north', 1],
      ['b', 2],
    ];
    const chart = await chartOf(fixture('bar x=name y=v', ['name', 'v'], rows));
    const [before, above] = sizes.map((size) => chart?.panels[0]?.draw(size));
    expect(above?.option).toMatchObject({ grid: { left: 0 }, yAxis: { axisLabel: { inside: true } } });
    expect(before?.option).not.toMatchObject({ grid: { left: 0 } });
    expect(above?.height).toBeGreaterThan(before?.height ?? 0);
  });

  it('breaks a line where a day has no rows', async () => {
    const chart = await chartOf(
      fixture(
        'line x=day y=v',
        ['day', 'v'],
        [
          ['2026-01-01', 1],
          ['2026-01-03', 2],
          ['2026-01-02', null],
        ],
      ),
    );
    const { option } = chart?.panels[0]?.draw(wide) ?? {};
    expect(option).toMatchObject({ xAxis: { data: ['1 Jan', '2 Jan', '3 Jan'] }, series: [{ data: [1, null, 2] }] });
  });

  it('gives each bar a line of its own where most groups would be empty', async () => {
    const rows: Cell[][] = Array.from({ length: 6 }, (_, n) => [`operator ${n}`, `network ${n % 5}`, n]);
    const chart = await chartOf(fixture('bar x=operator y=v series=network', ['operator', 'network', 'v'], rows));
    const { option } = chart?.panels[0]?.draw(wide) ?? {};
    expect(option).toMatchObject({ yAxis: { data: rows.map(([operator, network]) => `${operator} · ${network}`) } });
    expect(chart?.legend).toHaveLength(5);
  });

  it('groups bars where every place has its series', async () => {
    const rows: Cell[][] = ['a', 'b'].flatMap((operator) => ['2G', '3G'].map((network, n) => [operator, network, n]));
    const chart = await chartOf(fixture('bar x=operator y=v series=network', ['operator', 'network', 'v'], rows));
    expect(chart?.panels[0]?.draw(wide).option).toMatchObject({ yAxis: { data: ['a', 'b'] } });
  });

  it('says how much of a large report it shows, and that nothing is to be seen of zeros', async () => {
    const many = await chartOf(
      fixture(
        'bar x=name y=v',
        ['name', 'v'],
        Array.from({ length: 1_000 }, (_, n) => [`n${n}`, n]),
      ),
    );
    expect(many?.notes).toEqual(['The chart shows the first 24 of 1,000 rows.']);
    const zeros = await chartOf(fixture('bar x=name y=v', ['name', 'v'], [['a', 0]], 'v=%'));
    expect(zeros).toMatchObject({ panels: [], notes: ['No bars: every value is 0\u202f%.'] });
  });

  it('is the same each time, with ids that are its own', async () => {
    const run = fixture('line x=hour y=v', ['hour', 's', 'v'], hours);
    const [one, other] = [await pageOf([run, run]), await pageOf([run, run])];
    expect(one).toBe(other);
    const ids = [...one.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(4);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of one.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
  });
});

describe('the colours', () => {
  const channel = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
      channel(Number.parseInt(hex.slice(at, at + 2), 16) / 255),
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one: string, other: string) => {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  type Name = keyof typeof colours;
  const texts: [Name, Name][] = [
    ...(['ink', 'soft', 'link'] as const).flatMap((text): [Name, Name][] => [
      [text, 'surface'],
      [text, 'ground'],
    ]),
    ['ink', 'warn-ground'],
    ['link', 'warn-ground'],
    ['warn', 'surface'],
    ['warn', 'ground'],
    ...([1, 2, 3, 4, 5, 6] as const).map((step): [Name, Name] => [`on-step-${step}`, `step-${step}`]),
    ...meanings.map((meaning): [Name, Name] => [`on-${meaning}`, meaning]),
  ];
  const marks = [...([1, 2, 3, 4, 5, 6, 7] as const).map((series): Name => `series-${series}`)].map(
    (mark): [Name, Name] => [mark, 'surface'],
  );

  describe.each(['light', 'dark'] as const)('in %s', (theme) => {
    it.each(texts)('%s can be read on %s', (text, ground) => {
      expect(contrast(colours[text][theme], colours[ground][theme])).toBeGreaterThanOrEqual(4.5);
    });

    it.each(marks)('%s can be seen on %s', (mark, ground) => {
      expect(contrast(colours[mark][theme], colours[ground][theme])).toBeGreaterThanOrEqual(3);
    });

    it('tell the steps of a scale apart by lightness', () => {
      const steps = ([1, 2, 3, 4, 5, 6] as const).map((step) => luminance(colours[`step-${step}`][theme]));
      const rising = theme === 'dark' ? steps : steps.toReversed();
      expect(rising).toEqual([...rising].sort((one, other) => one - other));
    });
  });

  it('have each a light value of its own, by which the SVG writer knows them', () => {
    const lights = Object.values(colours).map(({ light }) => light);
    const shared = lights.filter((light, index) => lights.indexOf(light) !== index);
    expect(shared).toEqual([]);
  });
});

describe('the page', () => {
  it('needs nothing else: no script but its own, no inline style, no address but its links', async () => {
    const whole = await pageOf([fixture('bar x=a y=v', ['a', 'v'], [['x', 1]]), ...hostileReports(upload)]);
    expect(script).not.toBe('');
    expect(whole.split('<script').length).toBe(2);
    expect(whole).toContain(`<script>${script}</script>\n</body>`);
    const page = whole.replace(`<script>${script}</script>`, '');
    expect(page).not.toMatch(/<(?:script|img|iframe|object|embed|form|link(?! rel="icon" href="data:,"))/i);
    expect(page.replace(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\s(?:style|on\w+|src)=/i);
    expect(
      [...page.matchAll(/(?:href|src)="([^"]*)"/g)].filter(
        ([, to]) => !/^(?:#|https:\/\/x\.example\/|data:,)/.test(to ?? ''),
      ),
    ).toEqual([]);
    expect(page).not.toMatch(/url\((?!#)|@import|https?:\/\/(?!x\.example)/);
  });

  it('draws charts in the colours of its theme alone', async () => {
    const page = await pageOf([
      fixture(
        'bar x=a y=v',
        ['a', 'v'],
        [
          ['x', 1],
          ['y', 2],
        ],
      ),
      fixture(
        'heat x=hour y=a value=v',
        ['hour', 'a', 'v'],
        [
          [1, 'x', 1],
          [2, 'y', 20],
        ],
      ),
      fixture(
        'scatter-map x=a y=v',
        ['a', 'v'],
        [
          [1, 1],
          [2, 1],
        ],
      ),
      fixture(
        'line x=hour y=v',
        ['hour', 'v'],
        [
          [1, 1],
          [2, 2],
        ],
      ),
      fixture('histogram x=v', ['v'], [[1], [2]]),
    ]);
    const drawn = [...page.matchAll(/<svg class="chart[\s\S]*?<\/svg>/g)].map(([svg]) =>
      svg.replace(/<defs>.*?<\/defs>/g, ''),
    );
    expect(drawn.length).toBe(10);
    const used = drawn.flatMap((svg) => [...svg.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour));
    expect(used.filter((colour) => !/^(?:none|transparent|var\(--[a-z-]+\d?\))$/.test(colour ?? ''))).toEqual([]);
  });

  it('says what is empty and what failed', async () => {
    const page = await pageOf([fixture('bar x=a y=v', ['a', 'v'], []), failedReport(upload, 'Mine', 'no such column')]);
    expect(page).toContain('<h2 id="nothing-found-title">A report without rows</h2>');
    expect(page).toContain('1 saved report failed, the others are complete: <a href="#report-2">Mine</a>.');
    expect(page).toContain('<p class="reason">no such column</p>');
  });

  it('shows some rows of a large report and says how many more there are', async () => {
    const page = await pageOf([
      fixture(
        'none',
        ['a', 'v'],
        Array.from({ length: 5_000 }, (_, n) => [`name ${n}`, n]),
      ),
    ]);
    expect(page.match(/<tr><th scope="row"/g)).toHaveLength(1_000);
    expect(page).toContain('4,000 more rows in the CSV.');
  });

  it('counts operators where a report names all of them, the unknown one not', async () => {
    const rows: Cell[][] = [
      ['movistar', 1],
      ['orange', 2],
      ['unknown', 3],
      ['orange', 4],
    ];
    await expect(pageOf([fixture('none', ['operator', 'v'], rows)])).resolves.toContain(
      '<dt>Operators</dt><dd><strong>2</strong>',
    );
    await expect(pageOf([fixture('none', ['name', 'v'], rows)])).resolves.not.toContain('<dt>Operators</dt>');
  });

  describe('fits what a Lambda can answer', () => {
    const budget = tableBudget(500);
    const hostile = `"'`.repeat(9_000);

    const sectionsOf = async (maps: number, failures: number, reason: string) => {
      const names = Array.from({ length: 40 }, (_, column) => `column_${column}`);
      const rows = Array.from({ length: 800 }, (_, n) =>
        names.map((_, c) => (c < 3 ? (n % 80) + c / 3 : '日'.repeat(150))),
      );
      const run = fixture('scatter-map x=column_0 y=column_1 value=column_2', names, rows);
      const map = makeSection({ report: run.report, csv: 'https://x.example/', table: await tableOf(run) }, 0, budget);
      const failure = await sectionOf(failedReport(upload, reason, reason), 0, budget);
      return [...Array.from({ length: maps }, () => map), ...Array.from({ length: failures }, () => failure)];
    };

    it.each([
      [
        'many maps: some charts are left out',
        60,
        440,
        'no such column',
        'The chart is left out: it would make this page too large.',
      ],
      [
        '500 long failures: their reasons are left out',
        0,
        500,
        hostile,
        'Left out: with it, this page would be too large.',
      ],
    ])('%s', async (_, maps, failures, reason, note) => {
      const sections = await sectionsOf(maps, failures, reason);
      const page = await pageOf([], { sections });
      const bytes = sections.reduce((sum, { markups: [full] }) => sum + Buffer.byteLength(String(full)), 0);
      expect(bytes).toBeGreaterThan(mostBytes);
      expect(Buffer.byteLength(page)).toBeLessThan(mostBytes);
      expect(Buffer.byteLength(page)).toBeGreaterThan(0.5 * mostBytes);
      expect(page.includes(note)).toBe(true);
      expect(page.includes('<svg class="chart')).toBe(maps > 0);
      expect(page.match(/<section class="part report"/g)).toHaveLength(500);
    });
  });
});
