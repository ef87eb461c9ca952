import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { bindColumns } from '../../core/formats/recognition';
import { isMeasurement, leftOut, measurementReader } from '../../core/rows/measurement';
import { Zone } from '../../core/rows/zone';
import { dateFaults, faults as plainFaults } from '../../samples/faults';
import { sampleLines } from '../../samples/measurements';
import { cellflow } from '../support/measurements';

/** How many rows of a file are taken and rejected, and how many values set aside, by the columns that are at fault. */
const judge = (text: string) => {
  const [header = [], ...rows] = parse(text, { relax_column_count: true }) as string[][];
  const read = measurementReader({
    format: cellflow,
    dialect: { delimiter: ',', decimal: '.' },
    columns: bindColumns('sample', cellflow, header),
    width: header.length,
    day: '2026-03-02',
    window: { first: '2016-01-01', last: '2026-12-31' },
    zone: new Zone('UTC'),
  });
  const outcomes = rows.map((row) => read(row)).filter((outcome) => outcome !== leftOut);
  const taken = outcomes.filter(isMeasurement);
  return {
    valid: taken.length,
    rejected: outcomes.flatMap((outcome) => (isMeasurement(outcome) ? [] : [outcome.column])),
    setAside: taken.flatMap(({ aside }) => aside.map(({ column }) => column)),
  };
};

/** The columns of the samples' faults: of rows that are rejected, and of values that are set aside; two faults are neither any more. */
const costly = { hour: 1, lat: 2, long: 1, row: 2, date: 2 };
const harmless = { signal: 1, speed: 2, satellites: 2, status: 1, provider: 1, precission: 1 };

const columnsOf = (faults: Record<string, number>): string[] => Object.keys(faults).sort();

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
    expect(judge(textOf(0).text)).toEqual({ valid: 3000, rejected: [], setAside: [] });
  });

  it('has the bad rows that it says: each breaks a rule, or leaves out what may be unknown', () => {
    const { text, broken } = textOf(0.05);

    const { valid, rejected, setAside } = judge(text);

    expect(broken).toBe(150);
    expect(valid + rejected.length).toBe(3000);
    expect([...new Set(rejected)].sort()).toEqual(columnsOf(costly));
    expect([...new Set(setAside)].sort()).toEqual(columnsOf(harmless));
    // Nine in ten: an empty activity, -1 for a signal or a status, and NaN for a speed are no faults.
    expect(rejected.length + setAside.length).toBeGreaterThan(0.85 * broken);
    expect(rejected.length + setAside.length).toBeLessThan(broken);
    expect(rejected.length).toBeGreaterThan(60);
  });

  it('has no more faults than ways to make one', () => {
    const ways = Object.values({ ...costly, ...harmless }).reduce((sum, count) => sum + count, 0);
    expect([...plainFaults, ...dateFaults]).toHaveLength(ways + 1);
  });

  it('committed sample: about two in a hundred rows are bad', () => {
    const { valid, rejected, setAside } = judge(readFileSync(join(__dirname, '../../samples/two-days.csv'), 'utf8'));

    expect(valid).toBe(1186);
    expect(rejected).toHaveLength(14);
    expect(setAside).toHaveLength(7);
  });
});
