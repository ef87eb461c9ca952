import type { Columns } from '../../../core/formats/recognition';
import { dayOfFile, describeFile, firstNames, type TextFile } from '../../../core/rows/file-description';
import type { Span } from '../../../core/rows/source';
import { cellflow, csvOf, header, rowOf } from '../../support/measurements';
import { piecesOf } from '../../support/rows';

const fileOf = (content: string | Buffer) => {
  const bytes = Buffer.from(content);
  const reads: Span[] = [];
  const streams: Span[] = [];
  async function* pieces(span: Span): AsyncGenerator<Buffer> {
    yield* piecesOf(bytes.subarray(span.start, span.end), 64 * 1024);
  }
  const file: TextFile = {
    name: 'logs.csv',
    size: bytes.length,
    readSpan: async (span) => {
      reads.push(span);
      return bytes.subarray(span.start, span.end);
    },
    streamSpan: async (span) => {
      streams.push(span);
      return pieces(span);
    },
  };
  return { file, reads, streams };
};

const described = (content: string | Buffer) => describeFile(fileOf(content).file, { formats: [cellflow] });

const dated = (...dates: string[]): string => `${header},date\n${dates.map((date) => `${rowOf()},${date}\n`).join('')}`;

describe('a file is described', () => {
  test('by its head alone, where no date has slashes', async () => {
    const { file, reads, streams } = fileOf(csvOf(5_000));

    const description = await describeFile(file, { formats: [cellflow] });

    expect(description).toMatchObject({
      format: { name: 'cellflow' },
      dialect: { delimiter: ',', decimal: '.' },
      width: 14,
      end: header.length + 1,
      lines: 1,
    });
    expect(description.dialect).not.toHaveProperty('dateOrder');
    expect(reads).toEqual([{ start: 0, end: 64 * 1024 }]);
    expect(streams).toEqual([]);
  });

  test('by all of its rows, where dates have slashes: the last of them decides', async () => {
    const dates = [...Array.from({ length: 3_000 }, (_, n) => `${1 + (n % 12)}/10/2026`), '13/10/2026'];
    const { file, streams } = fileOf(dated(...dates));

    const { dialect, end } = await describeFile(file, { formats: [cellflow] });

    expect(dialect.dateOrder).toBe('day first');
    expect(streams).toEqual([{ start: end, end: file.size }]);
  });

  describe('by a sample of the rows of a long file, where dates have slashes', () => {
    const early = Array.from({ length: 40_000 }, (_, n) => `${1 + (n % 12)}/10/2026`);
    const late = (date: string) => early.map((one, n) => (n < 35_000 ? one : date));

    test.each<[string, string[], string | undefined]>([
      ['late rows tell', late('10/13/2026'), 'month first'],
      ['none tells', early, 'day first'],
      ['they contradict each other', ['31/10/2026', ...late('10/13/2026')], undefined],
    ])('and presumed: %s', async (_, dates, expected) => {
      const { file, reads, streams } = fileOf(dated(...dates));

      const description = await describeFile(file, { formats: [cellflow], presumeBeyond: 1_000_000 });

      expect(description).toMatchObject({ datesPresumed: true });
      expect(description.dialect.dateOrder).toBe(expected);
      expect(streams).toEqual([]);
      expect(reads).toHaveLength(33);
      for (const { start, end } of reads) expect(end - start).toBeLessThanOrEqual(64 * 1024);
    });

    test('and is not presumed where a short file can be read whole', async () => {
      const { file, streams } = fileOf(dated('1/10/2026', '31/10/2026'));

      const description = await describeFile(file, { formats: [cellflow], presumeBeyond: 1_000_000 });

      expect(description).not.toHaveProperty('datesPresumed');
      expect(streams).toHaveLength(1);
    });
  });

  test('by more of it, where the header is longer than a first look', async () => {
    const { file, reads } = fileOf(`${header},${'x'.repeat(100_000)}\n${rowOf()},\n`);

    expect(await describeFile(file, { formats: [cellflow] })).toMatchObject({ width: 15 });
    expect(reads[1]).toEqual({ start: 0, end: file.size });
  });

  test.each<[string, string | Buffer, string, RegExp]>([
    ['nothing', '', 'EmptyUpload', /is empty: it has 0 bytes/],
    ['a header', `${header}\n`, 'EmptyUpload', /has a header and no rows/],
    ['a header and blanks', `\ufeffsep=,\r\n${header}\r\n \r\n\t\n`, 'EmptyUpload', /has a header and no rows/],
    ['an endless line', Buffer.alloc(1_200_000, 'x'), 'UnreadableUpload', /no line end in its first 1048576 bytes/],
    ['dates of two ways', dated('1/2/2026', '3/4/2026'), 'AmbiguousDates', /two ways.*spreadsheet/],
    ['dates of both ways', dated('31/1/2026', '1/31/2026'), 'AmbiguousDates', /some have the day first/],
  ])('or refused, where it holds %s', async (_, content, name, message) => {
    await expect(described(content)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });

  test('though its first rows say nothing', async () => {
    expect(await described(`${header}\n${'\n'.repeat(70_000)}`)).toMatchObject({ width: 14 });
  });
});

describe('the day of rows that carry none', () => {
  const without = { columns: { hour: [0] } };

  test.each<[string, string, string]>([
    ['the one in the name', 'north/logs_2026-11-01.csv', '2026-11-01'],
    ['the one in the path', '2026-11-01/logs.csv', '2026-11-01'],
    ['the one in the name before that in the path', '2026-10-01/logs_2026-11-01.csv', '2026-11-01'],
    ['the one that comes twice', '2026-11-01_2026-11-01.csv', '2026-11-01'],
    ['the one that is a day', '2026-11-01_2026-11-31.csv', '2026-11-01'],
    ['that of the upload where there is none', 'logs.csv', '2026-12-24'],
  ])('is %s', (_, key, day) => {
    expect(dayOfFile(key, '2026-12-24', without)).toBe(day);
  });

  test('is none where the name is of a range', () => {
    const day = () => dayOfFile('drive_2026-11-01_2026-11-07.csv', '2026-12-24', without);

    expect(day).toThrow(/no column of dates and 2 dates in its name \(2026-11-01, 2026-11-07\)/);
    expect(day).toThrow(expect.objectContaining({ name: 'AmbiguousDates' }));
  });

  test.each<Columns>([{ date: [3] }, { moment: [0] }])(
    'does not matter to a range where rows carry their own: %j',
    (columns) => {
      expect(dayOfFile('drive_2026-11-01_2026-11-07.csv', '2026-12-24', { columns })).toBe('2026-11-07');
    },
  );

  test('names no more of many days than a few', () => {
    const key = Array.from({ length: 9 }, (_, n) => `2026-11-0${n + 1}`).join('_');

    expect(() => dayOfFile(key, '2026-12-24', without)).toThrow(
      /9 dates in its name \(2026-11-01, 2026-11-02, 2026-11-03\)/,
    );
  });
});

describe('the first names of a header', () => {
  test.each<[string, string[], number]>([
    ['all of a few', ['a', 'b', ''], 3],
    ['64 of many', Array(100).fill('name'), 64],
    ['as many as have room', ['x'.repeat(3_000), 'y'.repeat(1_000), 'z'.repeat(200), 'w'], 2],
    ['by their bytes', ['日'.repeat(1_500), 'b'], 0],
  ])('are %s', (_, names, count) => {
    expect(firstNames(names)).toEqual(names.slice(0, count));
  });
});
