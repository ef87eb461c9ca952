import { findCutInQuotes, readSummaries, sumSummaries } from '../../../core/rows/judgement';
import type { Summary } from '../../../core/rows/summaries';
import { MemoryS3 } from '../../support/memory-s3';
import { lake, makeUpload } from '../../support/uploads';

const summaryOf = (changes: Partial<Summary> = {}): Summary => ({
  index: 0,
  start: 5,
  end: 50,
  rows: 10,
  valid: 9,
  rejected: 1,
  lines: 12,
  open: false,
  records: [5, 4],
  days: { '2026-01-02': 9 },
  reasons: { 'lat range': 1 },
  columns: { lat: [9, 0, 0], signal: [5, 3, 1] },
  setAside: { 'signal range': 1 },
  rowsWithSetAside: 1,
  headers: 0,
  leftOut: 0,
  ...changes,
});

describe('summaries of chunks', () => {
  test('add up', () => {
    const second = summaryOf({
      rows: 4,
      valid: 4,
      rejected: 0,
      lines: 6,
      records: [4],
      days: { '2026-01-01': 3, '2026-01-02': 1 },
      reasons: { 'lat range': 2, 'row columns': 1 },
      columns: { lat: [4, 0, 0], signal: [1, 1, 2], town: [0, 4, 0] },
      setAside: { 'signal range': 1, 'signal number': 1 },
      rowsWithSetAside: 2,
      headers: 1,
      leftOut: 3,
    });

    expect(sumSummaries({ headerLines: 2 }, [summaryOf(), second])).toEqual({
      lines: 20,
      rows: 14,
      valid: 13,
      rejected: 1,
      records: 3,
      chunks: 2,
      firstDay: '2026-01-01',
      lastDay: '2026-01-02',
      days: { '2026-01-01': 3, '2026-01-02': 10 },
      strayDays: [],
      strayRows: 0,
      reasons: { 'lat range': 3, 'row columns': 1 },
      setAside: { 'signal range': 2, 'signal number': 1 },
      rowsWithSetAside: 3,
      columns: { lat: [13, 0, 0], signal: [6, 4, 3], town: [0, 4, 0] },
      headers: 1,
      leftOut: 3,
    });
  });

  test('have their days in order', () => {
    const { days } = sumSummaries({ headerLines: 1 }, [
      summaryOf({ days: { '2026-01-03': 1, '2026-01-01': 1 } }),
      summaryOf({ days: { '2026-01-02': 1 } }),
    ]);

    expect(Object.keys(days)).toEqual(['2026-01-01', '2026-01-02', '2026-01-03']);
  });

  test('reach from the first day to the last, but for those that stray; which land, too', () => {
    const sums = sumSummaries({ headerLines: 1 }, [
      summaryOf({ days: { '2000-01-01': 1, '2026-01-01': 50 } }),
      summaryOf({ days: { '2026-01-02': 50, '2036-02-07': 1 } }),
    ]);

    expect(sums).toMatchObject({
      firstDay: '2026-01-01',
      lastDay: '2026-01-02',
      strayDays: ['2000-01-01', '2036-02-07'],
    });
    expect(Object.keys(sums.days)).toHaveLength(4);
  });

  test('of version 0.1 count nothing that it did not', () => {
    const { columns, setAside, rowsWithSetAside, headers, leftOut, ...before } = summaryOf();

    expect(sumSummaries({ headerLines: 1 }, [before])).toMatchObject({
      rows: 10,
      columns: {},
      setAside: {},
      rowsWithSetAside: 0,
      headers: 0,
      leftOut: 0,
    });
  });

  test('of no rows have no days', () => {
    expect(sumSummaries({ headerLines: 1 }, [summaryOf({ days: {} })])).toMatchObject({
      firstDay: '',
      lastDay: '',
      days: {},
    });
  });

  test('tell of the chunk that ends inside quotes, unless it is the last', () => {
    const [open, closed] = [summaryOf({ open: true, index: 1 }), summaryOf()];

    expect(findCutInQuotes([closed, open, closed])).toBe(open);
    expect(findCutInQuotes([closed, open])).toBeUndefined();
    expect(findCutInQuotes([])).toBeUndefined();
  });
});

describe('summaries', () => {
  let s3: MemoryS3;
  const upload = makeUpload({ chunks: 1 });

  beforeEach(() => {
    process.env.LAKE_BUCKET = lake;
    s3 = new MemoryS3();
    s3.putJson(`${lake}/${upload.chunkList.key}`, [{ index: 0, start: 5, end: 50 }]);
  });

  afterEach(() => s3.restore());

  const nameOf = (chunk: number) => `${lake}/runs/${upload.id}/summaries/${chunk}.json`;

  test('are read by the list of chunks', async () => {
    s3.putJson(nameOf(0), summaryOf());

    expect(await readSummaries(upload)).toEqual([summaryOf()]);
  });

  test('of version 0.1 are read under their new names', async () => {
    const { index, columns, setAside, rowsWithSetAside, headers, leftOut, ...before } = summaryOf();
    s3.putJson(nameOf(0), { chunk: index, ...before });

    expect(await readSummaries(upload)).toEqual([{ index, ...before }]);
  });

  test.each<[string, Partial<Summary> | undefined]>([
    ['that are missing', undefined],
    ['of another plan, cut elsewhere', { end: 49 }],
    ['of another plan, begun elsewhere', { start: 4 }],
  ])('%s are told', async (_, changes) => {
    if (changes) s3.putJson(nameOf(0), summaryOf(changes));

    await expect(readSummaries(upload)).rejects.toMatchObject({
      name: 'SummaryMissing',
      message: `Chunk 0 of ${upload.id} has no summary of bytes 5 to 50.`,
    });
  });

  test('without their plan are told', async () => {
    s3.objects.clear();

    await expect(readSummaries(upload)).rejects.toMatchObject({
      name: 'PlanGone',
      remedy: 'upload',
      message: expect.stringMatching(/^The plan .* is gone/),
    });
  });
});
