import { columnOf, quadkeyOf, rowOf } from '../../core/reports/map/quadkeys';
import { cityColumns, makeCity } from '../../samples/city/city';
import { readFile } from '../support/read-file';

const generate = (seed = 3, rows = 4_000) => {
  const { truth, lines } = makeCity({ rows, days: 2, seed, firstDay: '2026-01-30' });
  return { truth, text: [...lines].join('') };
};

const recordsOf = (text: string): Record<string, string>[] => {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, place) => [names[place], cell])));
};

const tileOf = ({ lat, long }: Record<string, string>) =>
  quadkeyOf({ x: Math.floor(columnOf(Number(long), 16)), y: Math.floor(rowOf(Number(lat), 16)) }, 16);

describe('a synthetic city', () => {
  const { truth, text } = generate();
  const rows = recordsOf(text);

  it('is the same for the same seed and another for another', () => {
    expect(generate().text).toBe(text);
    expect(generate(4).text).not.toBe(text);
    expect(generate().truth).toEqual(truth);
  });

  it('has the rows asked for, in the columns of the layout', () => {
    expect(rows).toHaveLength(4_000);
    expect(Object.keys(rows[0] ?? {})).toEqual([...cityColumns]);
    expect(new Set(rows.map(({ date }) => date))).toEqual(new Set(['2026-01-30', '2026-01-31']));
    expect(new Set(rows.map(({ technology }) => technology))).toEqual(new Set(['2G', '3G', '4G', '5G', '']));
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['0', '1', '2', '3', '']));
  });

  it('has no row that is rejected, and no value that is set aside', async () => {
    const { lists, sums } = await readFile(Buffer.from(text));
    expect(sums).toMatchObject({ rows: 4_000, valid: 4_000, rejected: 0 });
    expect(lists).toEqual({ setAside: [], rejected: [] });
  });

  it('has holes of each operator, and tiles that nobody walks', () => {
    expect(Object.keys(truth.holes)).toEqual(['alpha', 'beta', 'gamma']);
    for (const holes of Object.values(truth.holes)) {
      expect(holes.length).toBeGreaterThan(100);
      expect(new Set(holes.map(({ lack }) => lack))).toEqual(
        new Set(['no service', 'emergency calls only', 'no signal']),
      );
    }
    const walked = new Set(truth.walked);
    expect(truth.unmeasured.length).toBeGreaterThan(20);
    expect(truth.unmeasured.some((tile) => walked.has(tile))).toBe(false);
    expect(
      Object.values(truth.holes)
        .flat()
        .every(({ tile }) => walked.has(tile)),
    ).toBe(true);
  });

  it('has phones that lose service in the holes of their operator, and not in those of others', () => {
    const holes = new Map(
      Object.entries(truth.holes).map(([name, list]) => [
        name,
        new Set(list.filter(({ lack }) => lack !== 'no signal').map(({ tile }) => tile)),
      ]),
    );
    const shareOf = (some: Record<string, string>[]) =>
      some.filter(({ status }) => status === '0').length / some.length;
    const told = rows.filter(({ status }) => status !== '' && status !== '3');
    const inside = told.filter((row) => holes.get(row.operator ?? '')?.has(tileOf(row)));
    const outside = told.filter((row) => !holes.get(row.operator ?? '')?.has(tileOf(row)));
    expect(inside.length).toBeGreaterThan(100);
    expect(shareOf(inside)).toBeLessThan(0.25);
    expect(shareOf(outside)).toBeGreaterThan(0.9);
  });
});
