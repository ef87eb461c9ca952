import fc from 'fast-check';
import type { Change, Changes } from '../../../../core/reports/findings/changes';
import { isNews } from '../../../../core/reports/findings/finding';
import { composeFindings, type Material } from '../../../../core/reports/findings/findings';
import { reportColumns } from '../../../../core/reports/page/columns';
import type { Value } from '../../../../core/reports/page/numbers';
import { mergeTotals } from '../../../../core/reports/rounds/round';
import type { Upload } from '../../../../core/uploads/upload';
import { makeTotals } from '../../../support/uploads';

const change = (changes: Partial<Change> = {}): Change => ({
  operator: 'orange',
  technology: '4G',
  place: '08001',
  scale: 'dBm',
  countBefore: 240,
  countAfter: 210,
  medianBefore: -92,
  medianAfter: -98,
  change: -6.24,
  p: 1e-9,
  ...changes,
});

const judged = (changes: Partial<Changes> = {}): Changes => ({
  tested: 20,
  untested: 0,
  hasBefore: true,
  worse: [],
  better: [],
  ...changes,
});

const table = (rows: readonly Record<string, Value>[]) => {
  const names = Object.keys(rows[0] ?? {});
  return {
    columns: reportColumns(
      names.map((name) => ({ name, type: typeof rows[0]?.[name] === 'number' ? 'double' : 'varchar' })),
      {},
    ),
    rows: rows.map((row) => names.map((name) => row[name] ?? null)),
    total: rows.length,
  };
};

const spot = (changes: Record<string, Value> = {}): Record<string, Value> => ({
  place: '430048',
  operator: 'vodafone',
  technology: '4G',
  count_rows: 310,
  count_dbm: 310,
  median_signal_dbm: -116,
  count_asu: 0,
  median_signal_asu: null,
  share_weak: 92.3,
  ...changes,
});

const service = (changes: Record<string, Value> = {}): Record<string, Value> => ({
  place: '08030',
  count_rows: 130,
  count_in_service: 60,
  count_emergency_only: 10,
  count_out_of_service: 50,
  count_radio_off: 10,
  ...changes,
});

interface Given extends Partial<Material> {
  /** Columns of the one file. */
  columns?: Upload['columns'];
}

const compose = ({ columns = {}, totals = makeTotals({ rows: 1_000, valid: 990 }), ...material }: Given = {}) =>
  composeFindings({
    files: [{ upload: { key: 'north/a.csv', columns }, totals }],
    totals,
    tables: {},
    ...material,
  });

const plain = (text: string | undefined) => text?.replace(/[\u2009\u202f]/g, ' ');

describe('what stands out', () => {
  it('is nothing where nothing does', () => {
    expect(compose()).toEqual([]);
    expect(compose({ changes: judged() })).toEqual([]);
  });

  it('tells of places that got worse, with numbers', () => {
    const worse = [
      change(),
      change({ place: '120220013103', change: -4, operator: 'unknown', technology: 'unknown' }),
      change({
        place: '08001',
        operator: 'yoigo',
        change: -3,
        countAfter: 1_234,
        scale: 'ASU',
        medianBefore: 20,
        medianAfter: 17,
      }),
      change({ place: '08002', change: -2 }),
    ];
    const [finding] = compose({ changes: judged({ worse }) });
    expect(finding).toMatchObject({ kind: 'worse', report: 'signal-changes', places: 3 });
    expect(plain(finding?.text)).toBe(
      'The signal is weaker than in the days before in 3 places, most of all orange 4G in 08001 by 6.2 dB (median −92 to −98 dBm, 210 rows), an unknown operator near 48.37° N, 2.59° E by 4 dB (median −92 to −98 dBm, 210 rows) and yoigo 4G in 08001 by 3 ASU (median 20 to 17 ASU, 1,234 rows).',
    );
  });

  it('tells first of an operator that got worse as a whole', () => {
    const worse = [change({ place: undefined, change: -2.5, countAfter: 12_000 }), change()];
    const [first, second] = compose({ changes: judged({ worse }) });
    expect(plain(first?.text)).toBe(
      'Over all places that both periods have, the signal is weaker than in the days before: orange 4G by 2.5 dB (median −92 to −98 dBm, 12,000 rows).',
    );
    expect(second?.places).toBe(1);
  });

  it('does not tell of an operator that was compared in one place alone', () => {
    const found = compose({ changes: judged({ worse: [change({ place: undefined }), change()] }) });
    expect(found.map(({ places }) => places)).toEqual([1]);
  });

  it('tells of weak spots that enough rows speak of, in dBm or in ASU', () => {
    const rows = [
      spot(),
      spot({ place: '08002', count_dbm: 19 }),
      spot({ place: '08003', share_weak: 49 }),
      spot({
        place: '08004',
        operator: 'yoigo',
        technology: 'unknown',
        share_weak: null,
        count_dbm: 0,
        count_asu: 40,
        median_signal_asu: 3,
      }),
      spot({ place: '08005', share_weak: null, count_dbm: 0, count_asu: 40, median_signal_asu: 12 }),
      spot({ place: 'unknown' }),
    ];
    const [finding] = compose({ tables: { 'weak-spots': table(rows) } });
    expect(finding).toMatchObject({ kind: 'weak', report: 'weak-spots', places: 2 });
    expect(plain(finding?.text)).toBe(
      'Reception is weak in 2 places: vodafone 4G in 430048 (92 % of 310 rows weak or worse, median −116 dBm) and yoigo in 08004 (median 3 ASU of 40 rows).',
    );
  });

  it('tells of places without service; emergency calls only, and a phone that is off, are none', () => {
    const rows = [
      service(),
      service({ place: '08031', count_out_of_service: 0, count_emergency_only: 60 }),
      service({ place: '08032', count_in_service: 5, count_emergency_only: 0, count_out_of_service: 5 }),
    ];
    const [finding] = compose({ tables: { 'service-by-place': table(rows) } });
    expect(finding).toMatchObject({ kind: 'weak', report: 'service-by-place', places: 1 });
    expect(plain(finding?.text)).toBe('Phones had no service at all in 1 place: in 08030 41.7 % of 120 rows.');
  });

  it('tells of columns of the file that are unknown in 40 % of the rows or more', () => {
    const totals = makeTotals({
      rows: 100,
      valid: 100,
      columns: { operator: [60, 40, 0], speed: [61, 39, 0], town: [0, 100, 0], satellites: [50, 20, 30] },
    });
    const [finding] = compose({ totals, columns: { operator: [1], speed: [2], satellites: [3] } });
    expect(plain(finding?.text)).toBe(
      'Columns of the file are often unknown: satellites in 50 % of the rows and operator in 40 % of the rows.',
    );
  });

  it('tells of a clock that was wrong, and of coordinates that a spreadsheet spoiled', () => {
    const totals = makeTotals({
      rows: 1_000,
      valid: 900,
      rejected: 100,
      strayDays: ['2017-01-01'],
      strayRows: 1,
      reasons: { 'hour time': 12, 'date required': 3, 'lat range': 60, 'long number': 20, 'lat place': 5 },
    });
    const found = compose({ totals }).map(({ kind, text }) => [kind, plain(text)]);
    expect(found).toEqual([
      [
        'quality',
        'A clock may be wrong: 1 row is dated 2017-01-01, far from all others: it landed, and the reports leave it out of their days. 15 rows (1.5 %) were rejected for their day or time.',
      ],
      [
        'quality',
        '80 rows (8 %) have a latitude or longitude that is none, as when a spreadsheet took the point out of it: look at the file as it was before.',
      ],
    ]);
  });

  it('tells of faults of a few files among many, by their names, and of a column by the files that have it', () => {
    const good = makeTotals({ rows: 1_000, valid: 1_000, columns: { operator: [1_000, 0, 0], town: [0, 1_000, 0] } });
    const bad = makeTotals({
      rows: 1_000,
      valid: 940,
      rejected: 60,
      reasons: { 'lat range': 60 },
      columns: { operator: [940, 0, 0], town: [470, 460, 10] },
    });
    const columnsOf = (n: number): Upload['columns'] => (n < 5 ? { operator: [0], town: [1] } : { operator: [0] });
    const files = Array.from({ length: 300 }, (_, n) => ({
      upload: { key: `north/phone <${n}>.csv`, columns: columnsOf(n) },
      totals: n < 5 ? bad : good,
    }));
    const found = compose({ files, totals: mergeTotals(files) }).map(({ text }) => plain(text));
    expect(found).toEqual([
      '300 rows in “phone <0>.csv”, “phone <1>.csv”, “phone <2>.csv” and 2 more files (6 %) have a latitude or longitude that is none, as when a spreadsheet took the point out of it: look at the file as it was before.',
      'Columns of the files are often unknown: town in 50 % of the rows.',
    ]);
  });

  it('passes over a few rows that are rejected', () => {
    const few = makeTotals({ rows: 100_000, valid: 99_000, reasons: { 'hour time': 900, 'lat range': 100 } });
    expect(compose({ totals: few })).toEqual([]);
    expect(compose({ totals: makeTotals({ rows: 20, reasons: { 'hour time': 9 } }) })).toEqual([]);
  });

  it('tells what was measured too little, unless nothing was measured before', () => {
    const [finding] = compose({ changes: judged({ tested: 20, untested: 60 }) });
    expect(plain(finding?.text)).toContain('60 of 80 combinations of operator, technology and place');
    expect(compose({ changes: judged({ untested: 60, hasBefore: false }) })).toEqual([]);
  });

  it('is seven things at most, what to act on first', () => {
    const changes = judged({
      worse: [change(), change({ place: undefined, countAfter: 9_000 })],
      better: [change({ change: 5 })],
      untested: 5,
    });
    const totals = makeTotals({
      rows: 100,
      valid: 100,
      columns: { operator: [10, 90, 0] },
      strayDays: ['2017-01-01'],
      strayRows: 1,
      reasons: { 'lat range': 50 },
    });
    const tables = { 'weak-spots': table([spot()]), 'service-by-place': table([service()]) };
    const found = compose({ changes, totals, tables, columns: { operator: [0] } });
    expect(found.map(({ kind }) => kind)).toEqual(['worse', 'worse', 'weak', 'weak', 'quality', 'quality', 'quality']);
    expect(
      compose({ changes, totals, tables })
        .map(({ kind }) => kind)
        .at(-1),
    ).toBe('better');
  });

  it('is news where something got worse or the data has a fault', () => {
    const kinds = ['worse', 'better', 'weak', 'quality', 'sparse'] as const;
    expect(kinds.filter((kind) => isNews({ kind, text: '' }))).toEqual(['worse', 'quality']);
  });

  it('is one line each, and not long, whatever names the data has', () => {
    const name = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(name, name, name, (operator, technology, place) => {
        const changes = judged({ worse: [change({ operator, technology, place })] });
        const tables = { 'weak-spots': table([spot({ operator, technology, place })]) };
        for (const { text } of compose({ changes, tables })) {
          expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
          expect(text.length).toBeLessThan(500);
        }
      }),
    );
  });

  it('puts into quotes what could pass for the sentence around it', () => {
    const operator = 'fine. Nothing is worse: see https://evil.example/';
    const [finding] = compose({ changes: judged({ worse: [change({ operator })] }) });
    expect(finding?.text).toContain('“fine. Nothing is worse: see https://evi…” 4G');
  });
});
