import fc from 'fast-check';
import { type CutPlan, cutByReading, cutByWindows } from '../../../core/rows/cuts';
import type { Span } from '../../../core/rows/source';
import type { Chunk } from '../../../core/uploads/upload';
import { quoteSoup, writtenCsv } from '../../support/csv';
import { csvOf, header, rowOf } from '../../support/measurements';
import { piecesOf, type ReadRow, readRows } from '../../support/rows';

async function* streamOf(bytes: Buffer, pieceBytes = 64 * 1024): AsyncGenerator<Buffer> {
  yield* piecesOf(bytes, pieceBytes);
}

const planFor = (bytes: Buffer, plan: Partial<CutPlan> = {}): CutPlan => ({
  name: 'logs.csv',
  span: { start: 0, end: bytes.length },
  width: 14,
  delimiter: ',',
  chunkBytes: 100,
  maxChunks: 10_000,
  ...plan,
});

const cutInWindows = (bytes: Buffer, plan: CutPlan) => {
  const reads: Span[] = [];
  const read = async (span: Span) => {
    reads.push(span);
    return bytes.subarray(span.start, span.end);
  };
  return cutByWindows(read, plan).then((chunks) => ({ chunks, reads }));
};

const cutExactly = (bytes: Buffer, plan: CutPlan, pieceBytes?: number) =>
  cutByReading(streamOf(bytes.subarray(plan.span.start, plan.span.end), pieceBytes), plan);

/** The rows of each chunk, read as if the others were not there, and whether one but the last ends inside quotes. */
const readChunks = (bytes: Buffer, chunks: readonly Chunk[]): { rows: ReadRow[]; wrong: boolean } => {
  const parts = chunks.map(({ start, end }) => readRows(bytes.subarray(start, end)));
  return { rows: parts.flatMap(({ rows }) => rows), wrong: parts.slice(0, -1).some(({ open }) => open) };
};

const assertCover = (chunks: readonly Chunk[], { start, end }: Span) => {
  expect(chunks.map((chunk) => chunk.index)).toEqual(chunks.map((_, index) => index));
  expect(chunks[0]?.start).toBe(start);
  expect(chunks.at(-1)?.end).toBe(end);
  chunks.slice(1).forEach((chunk, index) => {
    expect(chunk.start).toBe(chunks[index]?.end);
    expect(chunk.end).toBeGreaterThan(chunk.start);
  });
};

describe('cutting a file', () => {
  test('at any chunk size gives the rows of the whole file, or says that a cut is wrong', async () => {
    let wrongCuts = 0;
    await fc.assert(
      fc.asyncProperty(writtenCsv, fc.integer({ min: 2, max: 200 }), async ({ text, width }, chunkBytes) => {
        const bytes = Buffer.from(text);
        const plan = planFor(bytes, { width, chunkBytes });
        const whole = readRows(bytes).rows;

        const { chunks } = await cutInWindows(bytes, plan);
        const inWindows = readChunks(bytes, chunks);
        const exactly = await cutExactly(bytes, plan);

        assertCover(chunks, plan.span);
        if (inWindows.wrong) wrongCuts += 1;
        else expect(inWindows.rows).toEqual(whole);
        assertCover(exactly, plan.span);
        expect(readChunks(bytes, exactly).rows).toEqual(whole);
      }),
      { numRuns: 200 },
    );
    // Most are cut rightly at once, though the cells are made to look like rows.
    expect(wrongCuts).toBeLessThan(60);
  });

  test('holds for quotes that no writer would make', async () => {
    await fc.assert(
      fc.asyncProperty(quoteSoup, fc.integer({ min: 2, max: 60 }), async (text, chunkBytes) => {
        const bytes = Buffer.from(text);
        const plan = planFor(bytes, { width: 2, chunkBytes });
        const whole = readRows(bytes).rows;

        const inWindows = readChunks(bytes, (await cutInWindows(bytes, plan)).chunks);
        const exactly = readChunks(bytes, await cutExactly(bytes, plan, 7));

        if (!inWindows.wrong) expect(inWindows.rows).toEqual(whole);
        expect(exactly.rows).toEqual(whole);
      }),
      { numRuns: 800 },
    );
  });

  test('both ways cuts a file of measurements at the same rows', async () => {
    const bytes = Buffer.from(csvOf(5_000, (n) => rowOf({ description: n % 3 ? `"a, ${n}\nb"` : 'plain' })));
    const plan = planFor(bytes, { span: { start: header.length + 1, end: bytes.length }, chunkBytes: 20_000 });

    const { chunks, reads } = await cutInWindows(bytes, plan);

    expect(chunks.length).toBeGreaterThan(10);
    expect(await cutExactly(bytes, plan)).toEqual(chunks);
    expect(Math.max(...reads.map(({ start, end }) => end - start))).toBeLessThanOrEqual(16 * 1024 + 1);
  });

  test('gives larger chunks where there would be too many', async () => {
    const bytes = Buffer.from(csvOf(1_000));

    const { chunks } = await cutInWindows(bytes, planFor(bytes, { chunkBytes: 1_024, maxChunks: 7 }));

    expect(chunks.length).toBeLessThanOrEqual(7);
    expect(chunks.length).toBeGreaterThan(5);
  });

  test('leaves a small file whole', async () => {
    const bytes = Buffer.from('a,b\nc,d');

    expect((await cutInWindows(bytes, planFor(bytes))).chunks).toEqual([{ index: 0, start: 0, end: 7 }]);
    expect(await cutExactly(bytes, planFor(bytes))).toEqual([{ index: 0, start: 0, end: 7 }]);
  });

  test('finds the rows around a field that is longer than a window', async () => {
    const long = `"${'1,2,3\n'.repeat(10_000)}"`;
    const bytes = Buffer.from(csvOf(3_000, (n) => rowOf({ description: n === 1_500 ? long : 'plain' })));
    const plan = planFor(bytes, { chunkBytes: 30_000 });

    const { chunks } = await cutInWindows(bytes, plan);

    const { rows, wrong } = readChunks(bytes, chunks);
    expect(wrong).toBe(false);
    expect(rows).toEqual(readRows(bytes).rows);
  });

  test('does not read ever more of a file whose rows have too many columns', async () => {
    const bytes = Buffer.from(csvOf(20_000, (n) => `${rowOf()},${n}`));

    const { reads } = await cutInWindows(bytes, planFor(bytes, { chunkBytes: 500_000 }));

    expect(Math.max(...reads.map(({ start, end }) => end - start))).toBeLessThanOrEqual(128 * 1024 + 1);
  });

  test('says where no row ends', async () => {
    const bytes = Buffer.alloc(6 * 1024 * 1024, 'x');

    await expect(cutInWindows(bytes, planFor(bytes, { chunkBytes: 1024 * 1024 }))).rejects.toThrow(
      /logs.csv has no end of a row in 2097152 bytes from byte 1048576/,
    );
  });
});
