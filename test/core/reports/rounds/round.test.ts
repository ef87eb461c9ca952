import { mergeTotals, readRound, roundOf } from '../../../../core/reports/rounds/round';
import { MemoryS3 } from '../../../support/memory-s3';
import { idOf, lake, makeTotals, makeUpload } from '../../../support/uploads';

const merged = (...all: Parameters<typeof makeTotals>[0][]) =>
  mergeTotals(all.map((changes) => ({ totals: makeTotals(changes) })));

describe('the totals of a round', () => {
  it('are those of the upload, where it is one', () => {
    expect(merged({ rows: 7 })).toEqual(makeTotals({ rows: 7 }));
  });

  it('count what all of its uploads count', () => {
    const one = {
      rows: 30,
      valid: 28,
      rejected: 2,
      reasons: { 'lat range': 2 },
      columns: { lat: [28, 0, 0] as [number, number, number] },
    };
    const other = {
      rows: 10,
      valid: 9,
      rejected: 1,
      reasons: { 'lat range': 1, row: 3 },
      columns: { lat: [8, 1, 0] as [number, number, number] },
    };
    expect(merged(one, other)).toMatchObject({
      rows: 40,
      valid: 37,
      rejected: 3,
      chunks: 4,
      reasons: { 'lat range': 3, row: 3 },
      columns: { lat: [36, 1, 0] },
    });
  });

  it('have the days of all, each once', () => {
    const one = { firstDay: '2026-01-02', lastDay: '2026-01-03', days: ['2026-01-02', '2026-01-03'] };
    const other = { firstDay: '2026-01-01', lastDay: '2026-01-02', days: ['2026-01-01', '2026-01-02'] };
    expect(merged(one, other)).toMatchObject({
      firstDay: '2026-01-01',
      lastDay: '2026-01-03',
      days: ['2026-01-01', '2026-01-02', '2026-01-03'],
    });
  });

  it('call a day stray where each upload that has it does', () => {
    const stray = { days: ['1970-01-01', '2026-01-01'], strayDays: ['1970-01-01'], strayRows: 2 };
    expect(merged(stray, stray)).toMatchObject({ strayDays: ['1970-01-01'], strayRows: 4 });
    const meant = { firstDay: '1970-01-01', lastDay: '1970-01-01', days: ['1970-01-01'] };
    expect(merged(stray, meant)).toMatchObject({ strayDays: [], strayRows: 0, firstDay: '1970-01-01' });
  });
});

describe('a round', () => {
  it('of an execution that knows none is of its upload', () => {
    const upload = makeUpload();
    expect(roundOf(upload, makeTotals(), 'arn:x')).toMatchObject({ number: 0, id: idOf('a'), leader: 'arn:x' });
  });

  it('is read as it was written down, and missed where it has expired', async () => {
    const s3 = new MemoryS3();
    process.env.LAKE_BUCKET = lake;
    const round = { ...roundOf(makeUpload(), makeTotals(), 'arn:x'), number: 3 };
    s3.putJson(`${lake}/reporting/rounds/3.json`, round);
    await expect(readRound('reporting/rounds/3.json')).resolves.toEqual(round);
    await expect(readRound('reporting/rounds/4.json')).rejects.toThrow('is gone');
    s3.restore();
  });
});
