import fc from 'fast-check';
import {
  countDates,
  findDateOrder,
  hasSlashes,
  orderByAll,
  orderBySome,
  sumDates,
} from '../../../core/rows/date-order';
import type { Delimiter } from '../../../core/rows/dialect';
import { piecesOf } from '../../support/rows';

const columns = { date: [1] };

async function* streamOf(text: string, pieceBytes = 16): AsyncGenerator<Buffer> {
  yield* piecesOf(Buffer.from(text), pieceBytes);
}

const rowsOf = (dates: readonly string[], delimiter: Delimiter = ','): string =>
  dates.map((date, n) => `${n}${delimiter}${date}${delimiter}x\n`).join('');

const orderOf = (dates: readonly string[], delimiter: Delimiter = ',') =>
  findDateOrder(streamOf(rowsOf(dates, delimiter)), { name: 'logs.csv', columns, delimiter });

describe('the order of dates with slashes', () => {
  test.each<[string, string[], string | undefined]>([
    ['one date decides', ['1/10/2026', '2/10/2026', '13/10/2026', '3/10/2026'], 'day first'],
    ['the last date decides', ['1/10/2026', '10/13/2026'], 'month first'],
    ['dates with a time that says nothing', ['1/10/2026 0:00', '31/10/2026 0:00'], 'day first'],
    ['dates with hyphens', ['01-10-2026', '31-10-2026'], 'day first'],
    ['dates among rows without one', ['', 'NULL', '1/31/2026', 'x'], 'month first'],
    ['a date that is none in either order says nothing', ['13/13/2026', '31/12/2026'], 'day first'],
    ['ISO dates have none', ['2026-10-01', '2026-10-13'], undefined],
    ['dates with dots have none', ['1.10.2026', '13.10.2026'], undefined],
    ['ISO dates leave the others their order', ['2026-10-01', '31/10/2026'], 'day first'],
    ['nothing has none', [], undefined],
  ])('%s', async (_, dates, expected) => {
    expect(await orderOf(dates)).toBe(expected);
  });

  test.each<Delimiter>([',', ';', '\t', '|'])('is found between %j', async (delimiter) => {
    expect(await orderOf(['1/10/2026', '31/10/2026'], delimiter)).toBe('day first');
  });

  test('is found in rows with quotes, without the last line end, past rows at fault', async () => {
    const text = '0,"1/10/2026","a\nb"\n1,"broken\n2,"31/10/2026",x"y\n3,x\n4, "30/10/2026",z';

    expect(await findDateOrder(streamOf(text, 7), { name: 'logs.csv', columns, delimiter: ',' })).toBe('day first');
  });

  test.each<[string, string[], RegExp]>([
    ['in all of a file', ['1/10/2026', '10/1/2026', '12/12/2026'], /^logs.csv has dates that can be read in two ways/],
    ['that contradict each other', ['31/1/2026', '1/31/2026'], /^logs.csv has dates of which some have the day first/],
  ])('that cannot be told %s names the spreadsheet and the way out', async (_, dates, message) => {
    const error = await orderOf(dates).catch((thrown: Error) => thrown);

    expect(error).toMatchObject({ name: 'AmbiguousDates', message: expect.stringMatching(message) });
    expect((error as Error).message).toMatch(/spreadsheet.*Format the column as YYYY-MM-DD/);
    expect((error as Error).message).not.toContain('/1/2026');
  });

  const iso = Array.from({ length: 18 }, (_, n) => `2026-10-${10 + n}`);

  test.each<[string, string[]]>([
    ['that can be read in two ways', ['1/10/2026', '10/1/2026']],
    ['that contradict each other', ['31/1/2026', '1/31/2026']],
  ])('is none where a tenth of the dates are such, %s: they cost their rows', async (_, dates) => {
    expect(await orderOf([...dates, ...iso])).toBeUndefined();
    await expect(orderOf([...dates, ...iso.slice(1)])).rejects.toThrow('spreadsheet');
  });

  test('is not told by rows without a date', async () => {
    await expect(orderOf(['1/10/2026', ...Array(50).fill('')])).rejects.toThrow('two ways');
  });
});

const countsOf = (dates: readonly string[]) => countDates(Buffer.from(rowsOf(dates)), { columns, delimiter: ',' });

test('parts of a file that are counted apart tell what the whole of it tells', async () => {
  const date = fc.constantFrom('2026-10-01', '1/10/2026', '31/10/2026', '10/31/2026', '13/13/2026', '', 'x');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(date, { maxLength: 12 }), { maxLength: 4 }), async (parts) => {
      const whole = await orderOf(parts.flat()).catch((error: Error) => error.message);
      const told = (): string | undefined => {
        try {
          return orderByAll('logs.csv', sumDates(parts.map(countsOf)));
        } catch (error) {
          return (error as Error).message;
        }
      };
      expect(told()).toBe(whole);
    }),
  );
});

describe('some rows', () => {
  const iso = Array.from({ length: 18 }, (_, n) => `2026-10-${10 + n}`);

  test.each<[string, string[], string | undefined]>([
    ['of which one tells the day first', ['1/10/2026', '31/10/2026', ...iso], 'day first'],
    ['of which one tells the month first', ['1/10/2026', '10/31/2026', ...iso], 'month first'],
    ['that can be read in two ways', ['1/10/2026', '2/10/2026'], 'day first'],
    ['of which a few can be read in two ways', ['1/10/2026', ...iso], undefined],
    ['that contradict each other', ['31/1/2026', '1/31/2026'], undefined],
    ['without slashes', iso, undefined],
  ])('%s make a presumption', (_, dates, expected) => {
    expect(orderBySome(countsOf(dates))).toBe(expected);
  });
});

describe('the first rows', () => {
  test.each<[string, string, boolean]>([
    ['dates with slashes', rowsOf(['1/10/2026']), true],
    ['one such date among others', rowsOf(['2026-10-01', '31/10/2026']), true],
    ['ISO dates', rowsOf(['2026-10-01', '2026-10-02']), false],
    ['dates that are none', rowsOf(['32/32/2026', 'x']), false],
    ['slashes elsewhere', '1/10/2026,2026-10-01\n', false],
    ['no rows', '', false],
  ])('with %s make a look at the whole file worth while or not', (_, text, expected) => {
    expect(hasSlashes(countDates(Buffer.from(text), { columns, delimiter: ',' }))).toBe(expected);
  });

  test('of a file without a column of dates do not', () => {
    expect(hasSlashes(countDates(Buffer.from(rowsOf(['1/10/2026'])), { columns: {}, delimiter: ',' }))).toBe(false);
  });
});
