import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { isMeasurement, measurementReader } from '../../core/rows/measurement';
import { sampleLines } from '../../samples/measurements';

/** How many rows of a file the contract accepts and rejects, by the column that is at fault. */
const judge = (text: string) => {
  const [header = [], ...rows] = parse(text, { relax_column_count: true }) as string[][];
  const read = measurementReader({
    columns: Object.fromEntries(header.map((name, index) => [name, index])),
    width: header.length,
    day: '2026-03-02',
    window: { first: '2016-01-01', last: '2026-12-31' },
  });
  const outcomes = rows.map((row) => read(row));
  return {
    valid: outcomes.filter(isMeasurement).length,
    faults: outcomes.flatMap((outcome) => (isMeasurement(outcome) ? [] : [outcome.column])),
  };
};

const textOf = (bad: number): { text: string; broken: number } => {
  const lines = sampleLines({ rows: 3000, days: 2, bad, quoted: 0.02, seed: 11, firstDay: '2026-03-02' });
  let text = '';
  for (;;) {
    const next = lines.next();
    if (next.done) return { text, broken: next.value.bad };
    text += next.value;
  }
};

describe('samples against the upload contract', () => {
  it('holds valid rows alone where none is to be bad', () => {
    expect(judge(textOf(0).text)).toEqual({ valid: 3000, faults: [] });
  });

  it('has exactly the bad rows that it says, in every column that has a rule', () => {
    const { text, broken } = textOf(0.05);

    const { valid, faults } = judge(text);

    expect(broken).toBe(150);
    expect(faults).toHaveLength(150);
    expect(valid).toBe(2850);
    expect([...new Set(faults)].sort()).toEqual(
      [
        'activity',
        'date',
        'hour',
        'lat',
        'long',
        'precission',
        'provider',
        'row',
        'satellites',
        'signal',
        'speed',
        'status',
      ].sort(),
    );
  });

  it('committed sample: about two in a hundred rows are bad', () => {
    const { valid, faults } = judge(readFileSync(join(__dirname, '../../samples/two-days.csv'), 'utf8'));

    expect(valid).toBe(1176);
    expect(faults).toHaveLength(24);
  });
});
