import fc from 'fast-check';
import { RecordPacker } from '../../../core/stream/records';
import { addDays, dayNumber } from '../../../core/uploads/days';
import { openRecord } from '../../support/opened-record';

const firstDay = '2026-01-01';

interface Limits {
  recordRows?: number;
  recordBytes?: number;
}

/** Packs rows, each given by its day counted from the first; each is a text of its own. */
const pack = (days: readonly number[], { recordRows = 10, recordBytes = 200_000 }: Limits = {}, filling = '') => {
  const packer = new RecordPacker({ upload: 'u', chunk: 3, recordRows, recordBytes });
  const payloads: Buffer[] = [];
  const counts: number[] = [];
  const drain = () => {
    for (const { payload, rows } of packer.take()) {
      payloads.push(payload);
      counts.push(rows);
    }
  };
  days.forEach((day, row) => {
    packer.add(addDays(firstDay, day), `${addDays(firstDay, day)},${row}${filling}`);
    drain();
  });
  packer.flush();
  drain();
  return { payloads, counts, records: payloads.map(openRecord) };
};

const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);

const dayOfLine = (line: string): string => line.slice(0, 10);

/** Length of the smallest block of days, a power of two, that holds both. */
const blockOf = ([first, last]: readonly [string, string]): number => {
  let length = 1;
  while (Math.floor(dayNumber(first) / length) !== Math.floor(dayNumber(last) / length)) length *= 2;
  return length;
};

const repeated = (days: number, times: number): number[] =>
  Array.from({ length: days * times }, (_, row) => (row * 7) % days);

test('rows in any order come out once each, with what their records say of them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 300 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 400 }),
      (days, recordRows, recordBytes) => {
        const { records, counts } = pack(days, { recordRows, recordBytes });

        const all = records.flatMap(({ text }) => linesOf(text));
        const sent = days.map((day, row) => `${addDays(firstDay, day)},${row}`);
        expect([...all].sort()).toEqual([...sent].sort());
        records.forEach(({ header, text }, n) => {
          const lines = linesOf(text);
          const found = lines.map(dayOfLine);
          expect(header).toMatchObject({ id: `u/3/${n}`, rows: lines.length, days: [found[0], found.at(-1)] });
          expect(counts[n]).toBe(lines.length);
          // Days in order, and within a day the rows in theirs.
          expect(found).toEqual([...found].sort());
          expect(lines.length).toBeLessThanOrEqual(recordRows);
          expect(text.length <= recordBytes || lines.length === 1).toBe(true);
        });
      },
    ),
  );
});

test('the same rows give the same bytes', () => {
  const days = repeated(30, 20);

  expect(Buffer.concat(pack(days).payloads).equals(Buffer.concat(pack(days).payloads))).toBe(true);
});

describe('days that fill records', () => {
  test.each([
    ['sorted', Array.from({ length: 100 }, (_, row) => Math.floor(row / 50))],
    ['not sorted', repeated(2, 50)],
  ])('have records of their own, rows %s', (_, days) => {
    const { records } = pack(days);

    expect(records).toHaveLength(10);
    for (const { header } of records) expect(header.days[0]).toBe(header.days[1]);
  });

  test('are packed before the rows end', () => {
    const packer = new RecordPacker({ upload: 'u', chunk: 0, recordRows: 10, recordBytes: 1_000 });

    for (let row = 0; row < 10; row += 1) packer.add(firstDay, 'row');

    expect(packer.take()).toHaveLength(1);
  });
});

describe('days that fill none', () => {
  test.each([
    [64, 4],
    [365, 2],
    [1_090, 1],
    [90, 9],
  ])('of %i days with %i rows each share records of one small block, and there are few more', (days, times) => {
    const { records } = pack(repeated(days, times));

    const needed = (days * times) / 10;
    expect(records.length).toBeLessThanOrEqual(1.25 * Math.ceil(needed));
    // A block has the rows of four records at most.
    for (const { header } of records) expect(blockOf(header.days) * times).toBeLessThanOrEqual(80);
  });

  test('are one record where there are few rows, whatever days they are of', () => {
    const { records } = pack([0, 4_000, 26, 27, 8]);

    expect(records.map(({ header: { rows, days } }) => ({ rows, days }))).toEqual([
      { rows: 5, days: [firstDay, addDays(firstDay, 4_000)] },
    ]);
  });

  test('do not widen the records of days that do', () => {
    const main = Array.from({ length: 400 }, (_, row) => row % 2);
    const stray = Array.from({ length: 20 }, (_, row) => 1_000 + 50 * row);

    const { records } = pack([...main, ...stray]);

    const narrow = records.filter(({ header: { days } }) => days[0] === days[1]);
    expect(narrow.reduce((rows, { header }) => rows + header.rows, 0)).toBeGreaterThanOrEqual(400);
    expect(records.length).toBeLessThanOrEqual(1.25 * 42);
  });
});

test('what is held back is bounded', () => {
  const filling = 'x'.repeat(10_000);
  const packer = new RecordPacker({ upload: 'u', chunk: 0, recordRows: 1_000_000, recordBytes: 900_000 });
  let [added, most] = [0, 0];

  // 10,000 days with a few rows each: none fills a record.
  for (let row = 0; row < 10_000; row += 1) {
    packer.add(addDays('2000-01-01', (row * 7_919) % 9_000), filling);
    added += 1;
    for (const { rows } of packer.take()) added -= rows;
    most = Math.max(most, added * filling.length);
  }

  expect(most).toBeLessThan(17 * 1024 * 1024);
});
