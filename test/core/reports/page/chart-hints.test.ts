import { chooseChart } from '../../../../core/reports/page/charts';
import { type Size, sizes } from '../../../../core/reports/page/charts/chart';
import { reportColumns } from '../../../../core/reports/page/columns';
import type { Value } from '../../../../core/reports/page/numbers';
import { colour, seriesColour } from '../../../../core/reports/page/palette';
import { readReportHeader } from '../../../../core/reports/report-header';

const table = (types: Record<string, string>, rows: Value[][], units: Record<string, string> = {}) => ({
  columns: reportColumns(
    Object.entries(types).map(([name, type]) => ({ name, type })),
    units,
  ),
  rows,
  total: rows.length,
});

const wide = sizes[0] as Size;

const draw = (hint: string, rows: ReturnType<typeof table>) => {
  const chart = chooseChart(rows, readReportHeader('a', `-- chart: ${hint}`).chart);
  const drawing = chart?.panels[0]?.draw(wide);
  return { chart, said: (series: number, item: number) => drawing?.hover?.(series, item)?.replace(/\s/g, ' ') };
};

const networks = {
  operator: 'varchar',
  technology: 'varchar',
  median_signal_dbm: 'integer',
  median_signal_asu: 'integer',
};
const units = { median_signal_dbm: 'dBm', median_signal_asu: 'ASU' };

describe('alternatives in a hint', () => {
  const hint = 'bar x=operator y=median_signal_dbm,median_signal_asu series=technology';

  it('are tried in their order: the first that has a value is drawn', () => {
    const known = [
      ['north', '4g', null, 20],
      ['south', '4g', -95, 14],
    ];
    expect(draw(hint, table(networks, known, units)).chart?.caption).toBe(
      'Median signal (dBm) by operator and technology',
    );
    const unknown = known.map(([operator = null, technology = null, , asu = null]) => [
      operator,
      technology,
      null,
      asu,
    ]);
    const { chart, said } = draw(hint, table(networks, unknown, units));
    expect(chart?.caption).toBe('Median signal (ASU) by operator and technology');
    expect(said(0, 0)).toBe('north · 4g: 20 ASU');
  });

  it('may name columns that the report does not have', () => {
    const rows = table(networks, [['north', '4g', -95, null]], units);
    expect(draw('bar x=operator y=median_speed,median_signal_dbm', rows).chart?.caption).toBe(
      'Median signal (dBm) by operator',
    );
    expect(draw('bar x=operator y=median_speed', rows).chart).toBeUndefined();
  });
});

describe('bars of a strength below zero', () => {
  it('begin below the weakest, so that longer is stronger, and say where', () => {
    const rows = table(
      networks,
      [
        ['north', '4g', -95, null],
        ['south', '4g', -71, null],
      ],
      units,
    );
    const { chart } = draw('bar x=operator y=median_signal_dbm', rows);
    expect(chart?.notes.map((note) => note.replace(/\s/g, ' '))).toEqual([
      'The bars begin at −110 dBm: the longer, the stronger.',
    ]);
    const option = chart?.panels[0]?.draw(wide).option as Record<string, unknown> | undefined;
    expect(option?.xAxis).toMatchObject({ min: -110, startValue: -110 });
  });

  it('begin at zero where a value is above it', () => {
    const rows = table(
      networks,
      [
        ['north', '4g', 3, null],
        ['south', '4g', -4, null],
      ],
      { median_signal_dbm: 'dB' },
    );
    expect(draw('bar x=operator y=median_signal_dbm', rows).chart?.notes).toEqual([]);
  });
});

describe('series of several columns', () => {
  it('are a line for each combination, week after week', () => {
    const weeks = ['2026-01-05', '2026-01-12', '2026-01-26'];
    const rows = weeks.flatMap((week, at) => [
      [week, 'north', '4g', -90 - at],
      [week, 'north', '5g', -100 - at],
    ]);
    const { chart, said } = draw(
      'line x=week y=median_signal_dbm series=operator,technology',
      table({ week: 'varchar', operator: 'varchar', technology: 'varchar', median_signal_dbm: 'integer' }, rows, units),
    );
    expect(chart?.caption).toBe('Median signal (dBm) by week, operator and technology');
    expect(chart?.legend.map(({ text }) => text)).toEqual(['north · 4g', 'north · 5g']);
    // A place for the week that has no rows, and none for the days between.
    expect([0, 1, 2, 3].map((place) => said(1, place))).toEqual([
      '2026-01-05 · north · 5g: −100 dBm',
      '2026-01-12 · north · 5g: −101 dBm',
      undefined,
      '2026-01-26 · north · 5g: −102 dBm',
    ]);
  });

  it('are not told apart by what is unknown everywhere', () => {
    const rows = [
      ['north', 'unknown', -95, null],
      ['south', 'unknown', -71, null],
    ];
    const { chart, said } = draw('bar x=operator y=median_signal_dbm series=technology', table(networks, rows, units));
    expect(chart?.caption).toBe('Median signal (dBm) by operator');
    expect(said(0, 0)).toBe('north: −95 dBm');
  });

  it('of days have a place for each day', () => {
    const { said } = draw(
      'line x=day y=value',
      table({ day: 'varchar', value: 'integer' }, [
        ['2026-01-05', 1],
        ['2026-01-12', 2],
      ]),
    );
    expect([said(0, 0), said(0, 1), said(0, 7)]).toEqual(['2026-01-05: 1', undefined, '2026-01-12: 2']);
  });
});

describe('stacked bars', () => {
  const counts = { operator: 'varchar', count_very_good: 'bigint', count_weak: 'bigint', count_none: 'bigint' };

  it('are shares of what is counted, in the colours of what they mean', () => {
    const rows = table(counts, [
      ['north', 60, 30, 10],
      ['south', null, 1, 0],
      ['nobody', 0, 0, 0],
    ]);
    const { chart, said } = draw('bar x=operator stack=count_very_good,count_weak,count_none', rows);
    expect(chart?.caption).toBe('Shares (%) by operator');
    expect(chart?.legend).toEqual([
      { colour: colour('coverage-very-good'), text: 'Very good' },
      { colour: colour('coverage-weak'), text: 'Weak' },
      { colour: colour('coverage-none'), text: 'None' },
    ]);
    expect([said(0, 0), said(1, 0), said(2, 0)]).toEqual([
      'north · Very good: 60 % (60)',
      'north · Weak: 30 % (30)',
      'north · None: 10 % (10)',
    ]);
    expect(said(1, 1)).toBe('south · Weak: 100 % (1)');
    expect(said(0, 1)).toBeUndefined();
    expect(said(0, 2)).toBeUndefined();
  });

  it('of shares are drawn as they are, and other columns in the colours of series', () => {
    const types = { place: 'varchar', share_in_service: 'double', share_of_something: 'double' };
    const rows = table(types, [['120222330123', 80.25, 10]], { share_in_service: '%', share_of_something: '%' });
    const { chart, said } = draw('bar x=place stack=share_in_service,share_of_something', rows);
    expect(chart?.legend).toEqual([
      { colour: colour('status-in-service'), text: 'In service' },
      { colour: seriesColour(1), text: 'Something' },
    ]);
    expect(said(0, 0)).toMatch(/^near 4\d\.\d\d° N, \d\.\d\d° E · In service: 80\.3 %$/);
  });

  it('are left out where there is nothing to stack', () => {
    const rows = table(counts, [['north', 1, 2, 3]]);
    expect(draw('bar x=operator stack=operator,missing', rows).chart).toBeUndefined();
    expect(draw('bar x=missing stack=count_weak', rows).chart).toBeUndefined();
    expect(draw('bar x=operator stack=count_weak', table(counts, [['north', null, null, null]])).chart).toBeUndefined();
  });
});

describe('a histogram by series', () => {
  it('stands on each other, and says which rows have no place in it', () => {
    const { chart, said } = draw(
      'histogram x=signal_dbm,signal_asu y=count_rows series=technology',
      table(
        { technology: 'varchar', signal_dbm: 'integer', signal_asu: 'integer', count_rows: 'bigint' },
        [
          ['4g', -100, null, 5],
          ['4g', -98, null, 7],
          ['5g', -98, null, 9],
          ['2g', null, 12, 4],
        ],
        { signal_dbm: 'dBm', signal_asu: 'ASU' },
      ),
    );
    expect(chart?.caption).toBe('Rows by signal and technology');
    expect(chart?.legend.map(({ text }) => text)).toEqual(['4g', '5g']);
    expect([said(0, 0), said(0, 2), said(1, 2)]).toEqual(['−100 dBm · 4g: 5', '−98 dBm · 4g: 7', '−98 dBm · 5g: 9']);
    expect(chart?.notes).toEqual(['1 row without signal (dBm) is in the table only.']);
  });
});
