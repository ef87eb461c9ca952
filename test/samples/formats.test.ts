import { describe, expect, it, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { type FormatOptions, formatLines, generatedFormats } from '../../samples/formats';
import { formatFiles, recognised } from '../formats/shipped';

const generate = (name: string, options: Partial<FormatOptions> = {}) => {
  const lines = formatLines(name, { rows: 300, seed: 5, ...options });
  const written: string[] = [];
  for (;;) {
    const next = lines.next();
    if (next.done) return { lines: written, text: written.join(''), summary: next.value };
    written.push(next.value);
  }
};

const delimiterOf = (header: string): string => (header.includes('\t') ? '\t' : ',');

const rowsOf = (text: string): string[][] =>
  parse(text, { delimiter: delimiterOf(text.split('\n')[0] as string), relax_column_count: true }) as string[][];

test('there is a generator for each shipped format', () => {
  expect([...generatedFormats].sort()).toEqual(formatFiles);
});

test('a format that there is no generator for is named', () => {
  expect(() => formatLines('nothing', { rows: 1, seed: 1 })).toThrow('nothing: no format');
});

describe.each(generatedFormats)('sample in the format %s', (name) => {
  it('is the same for the same seed and another for another', () => {
    const options = { days: 2, dirty: 0.1 };
    expect(generate(name, options).text).toBe(generate(name, options).text);
    expect(generate(name, { ...options, seed: 6 }).text).not.toBe(generate(name, options).text);
  });

  it('is recognised by its header, as nothing else', () => {
    const header = generate(name).lines[0] as string;
    expect(recognised(header.split(delimiterOf(header)))).toEqual([name]);
  });

  it('has the rows asked for, each as wide as every other', () => {
    const [, ...rows] = rowsOf(generate(name).text);
    expect(rows).toHaveLength(300);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  });

  it('has the share of dirty rows asked for, each kind in turn', () => {
    const { summary } = generate(name, { rows: 1000, dirty: 0.05 });
    expect(summary.bad).toBe(50);
    const counts = Object.values(summary.rules);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });
});

const fieldsOf = (name: string, options: Partial<FormatOptions> = {}): Record<string, string>[] => {
  const [header = [], ...rows] = rowsOf(generate(name, options).text);
  return rows.map((row) => Object.fromEntries(header.map((column, index) => [column, row[index] as string])));
};

describe('what exporters do', () => {
  it('Tower Collector: CRLF, quoted instants, a row for each neighbour at the place of the cell that served', () => {
    const { text } = generate('tower-collector');
    expect(text.match(/\r\n/g)).toHaveLength(301);
    expect(text).toMatch(/,"2026-03-02T\d\d:\d\d:\d\d\.\d{3}Z",LTE,false,/);
    const rows = fieldsOf('tower-collector');
    rows.forEach((row, index) => {
      if (row.neighboring === 'true') expect(row.lat).toBe(rows[index - 1]?.lat);
    });
    expect(rows.some((row) => row.neighboring === 'true')).toBe(true);
  });

  it('G-NetTrack Pro: a tab behind each row, and rows without a network', () => {
    const { lines } = generate('gnettrack-pro');
    expect(lines[0]).not.toMatch(/\t\r\n$/);
    expect(lines.slice(1).every((line) => line.endsWith('\t\r\n'))).toBe(true);
    expect(fieldsOf('gnettrack-pro').filter((row) => row.Operatorname === 'NO_COVERAGE')).not.toEqual([]);
  });

  it('OpenCelliD: dBm in some rows, ASU in others, instants in milliseconds', () => {
    const signals = fieldsOf('opencellid').map((row) => Number(row.signal));
    expect(signals.some((signal) => signal < -20)).toBe(true);
    expect(signals.some((signal) => signal > 0)).toBe(true);
    expect(fieldsOf('opencellid')[0]?.measured_at).toMatch(/^177\d{10}$/);
  });

  it('the data set: codes of six digits, a town with a comma, speeds that are always empty', () => {
    const rows = fieldsOf('generalitat');
    expect(rows.every((row) => /^(\d{6})?$/.test(row.postal_code as string))).toBe(true);
    expect(rows.some((row) => row.town_name === 'Prat de Llobregat, el')).toBe(true);
    expect(rows.every((row) => row.downloadSpeed === '' && row.uploadSpeed === '')).toBe(true);
  });
});
