import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { dateFaults, faults } from '../../samples/faults';
import { columns, type SampleOptions, sampleLines } from '../../samples/measurements';

const generate = (options: Partial<SampleOptions> = {}) => {
  const lines = sampleLines({ rows: 500, days: 1, bad: 0, quoted: 0, seed: 3, firstDay: '2026-03-02', ...options });
  let text = '';
  for (;;) {
    const next = lines.next();
    if (next.done) return { text, summary: next.value };
    text += next.value;
  }
};

const rowsOf = (text: string): Record<string, string>[] =>
  parse(text, { columns: true, relax_column_count: true }) as Record<string, string>[];

describe('sample of measurements', () => {
  it('is the same for the same seed and another for another', () => {
    expect(generate().text).toBe(generate().text);
    expect(generate({ seed: 4 }).text).not.toBe(generate().text);
  });

  it('holds the rows asked for, in the order of the day, every field within the contract', () => {
    const rows = rowsOf(generate({ rows: 1000 }).text);
    expect(rows).toHaveLength(1000);
    expect(Object.keys(rows[0] ?? {})).toEqual([...columns]);
    const hours = rows.map((row) => row.hour as string);
    expect(hours).toEqual([...hours].sort());
    for (const row of rows) {
      expect(row.hour).toMatch(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/);
      expect(Math.abs(Number(row.lat))).toBeLessThanOrEqual(90);
      expect(Math.abs(Number(row.long))).toBeLessThanOrEqual(180);
      expect(Number(row.signal)).toBeGreaterThanOrEqual(0);
      expect(Number(row.signal)).toBeLessThanOrEqual(99);
      expect(['0', '1', '2', '3']).toContain(row.status);
      expect(['gps', 'network', 'fused']).toContain(row.provider);
      expect(Number(row.speed)).toBeGreaterThanOrEqual(0);
    }
  });

  it('keeps the shares of the capture it imitates', () => {
    const rows = rowsOf(generate({ rows: 10_000 }).text);
    const share = (holds: (row: Record<string, string>) => boolean) => rows.filter(holds).length / rows.length;
    expect(share((row) => row.network === 'movistar')).toBeCloseTo(0.29, 1);
    expect(share((row) => row.provider === 'gps')).toBeCloseTo(0.87, 1);
    expect(share((row) => row.postal_code === '')).toBeCloseTo(0.223, 1);
    expect(share((row) => row.status !== '0')).toBeCloseTo(0.045, 2);
    const signals = rows.map((row) => Number(row.signal)).filter((signal) => signal !== 99);
    expect(signals.reduce((sum, signal) => sum + signal, 0) / signals.length).toBeCloseTo(11.4, 0);
  });

  it('spreads over days with a date column', () => {
    const rows = rowsOf(generate({ rows: 301, days: 3 }).text);
    const days = new Map<string, number>();
    for (const { date } of rows) days.set(date as string, (days.get(date as string) ?? 0) + 1);
    expect([...days]).toEqual([
      ['2026-03-02', 100],
      ['2026-03-03', 100],
      ['2026-03-04', 101],
    ]);
  });

  it('breaks every rule in turn, for exactly the share asked for', () => {
    const { summary } = generate({ rows: 1000, days: 2, bad: 0.05 });
    expect(summary.bad).toBe(50);
    expect(Object.keys(summary.rules).sort()).toEqual([...faults, ...dateFaults].map(({ name }) => name).sort());
  });

  it('quotes a field that holds a comma', () => {
    const rows = rowsOf(generate({ rows: 100, quoted: 0.1 }).text);
    expect(rows.filter(({ description }) => description?.includes(', '))).toHaveLength(10);
  });
});
