import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type Cuts, type ReadFile, readFile } from '../../support/read-file';
import { plainly, write, writtenTable } from '../../support/written-tables';

jest.setTimeout(120_000);

/** What does not depend on how a file is written: lines and records do. */
const meaningOf = ({ rows, lists, sums: { lines, records, chunks, ...sums } }: ReadFile) => ({ rows, lists, sums });

/** Rows by their days: a chunk gives its rows so. */
const byDay = (rows: string): string[][] =>
  (parse(rows) as string[][]).sort(([one = ''], [other = '']) => Number(one > other) - Number(one < other));

/** What does not depend on where a file is cut. */
const contentOf = ({ rows, lists, lines, sums: { records, chunks, ...sums } }: ReadFile) => ({
  rows: byDay(rows),
  lists,
  lines: lines.toSorted((one, other) => one - other),
  sums,
});

test('a file says the same in whatever dialect it is written', async () => {
  await fc.assert(
    fc.asyncProperty(writtenTable(), async ({ table, way }) => {
      const plain = await readFile(write(table, plainly));
      const written = await readFile(write(table, way));

      expect(meaningOf(written)).toEqual(meaningOf(plain));
    }),
    { numRuns: 1_000 },
  );
});

test('a file says the same wherever it is cut, in whatever dialect', async () => {
  let wrongCuts = 0;
  let chunks = 0;
  const cuts = fc.record<Cuts>({
    by: fc.constantFrom('windows', 'reading'),
    chunkBytes: fc.integer({ min: 40, max: 500 }),
  });
  await fc.assert(
    fc.asyncProperty(writtenTable(12), cuts, async ({ table, way }, { by, chunkBytes }) => {
      const bytes = write(table, way);
      const whole = await readFile(bytes);

      const inChunks = await readFile(bytes, { by, chunkBytes });

      chunks += inChunks.chunks;
      if (inChunks.wrong) wrongCuts += 1;
      if (by === 'reading') expect(inChunks.wrong).toBe(false);
      if (!inChunks.wrong) expect(contentOf(inChunks)).toEqual(contentOf(whole));
    }),
    { numRuns: 1_000 },
  );
  expect(chunks).toBeGreaterThan(2_000);
  // A cut that is taken wrongly is found out, and hardly ever made.
  expect(wrongCuts).toBeLessThan(50);
});
