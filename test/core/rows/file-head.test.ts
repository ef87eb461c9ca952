import { readCsvHeader } from '../../../core/rows/csv-header';
import { requiredColumns } from '../../../core/rows/measurement';
import { header, indexOf, rowOf } from '../../support/measurements';

const read = (text: string | Buffer, whole = true) => readCsvHeader('logs.csv', Buffer.from(text), whole);

const failure = (text: string | Buffer): Error => {
  try {
    read(text);
  } catch (error) {
    return error as Error;
  }
  throw new Error('The header was taken.');
};

describe('a header', () => {
  test('is read with the byte and the line after it', () => {
    expect(read(`${header}\n${rowOf()}\n`)).toEqual({
      columns: indexOf(),
      width: requiredColumns.length,
      end: header.length + 1,
      lines: 1,
    });
  });

  test.each([
    ['a byte order mark', `\ufeff${header}\n`, header.length + 4, 1],
    ['CRLF', `${header}\r\n`, header.length + 2, 1],
    ['no line end', header, header.length, 0],
    ['blank lines before it', `\n\r\n${header}\n`, header.length + 4, 3],
    ['names in capitals, with spaces', `${header.toUpperCase().replaceAll(',', ' , ')}\n`, header.length + 27, 1],
    ['names in quotes', `"${header.replaceAll(',', '","')}"\n`, header.length + 29, 1],
    ['precision spelt so', `${header.replace('precission', 'Precision')}\n`, header.length, 1],
  ])('may have %s', (_, text, end, lines) => {
    expect(read(text)).toEqual({ columns: indexOf(), width: 14, end, lines });
  });

  test('may have a date and columns that nobody reads, those twice', () => {
    const columns = ['note', ...requiredColumns.toReversed(), 'date', 'note', ''];

    expect(read(`${columns.join(',')}\n`)).toMatchObject({
      columns: { hour: 14, postal_code: 1, date: 15 },
      width: 18,
    });
  });

  test('may span lines, in a column that nobody reads', () => {
    expect(read(`${header},"my\nown"\n${rowOf()},x\n`)).toMatchObject({ width: 15, lines: 2 });
  });

  test('that goes on beyond the bytes at hand is asked for again', () => {
    expect(read(header.slice(0, 40), false)).toBeUndefined();
    expect(read(`${header},"open\n`, false)).toBeUndefined();
    expect(read('\n\n', false)).toBeUndefined();
  });
});

describe('a file without a header that can be read', () => {
  const utf16 = Buffer.from(`${header}\n`, 'utf16le');
  const latin1 = Buffer.from(`${header},a\u00f1o\n`, 'latin1');

  test.each<[string, string | Buffer, string, RegExp]>([
    ['nothing but line ends', '\r\n\n', 'EmptyUpload', /logs.csv is empty/],
    ['a byte order mark alone', '\ufeff', 'EmptyUpload', /is empty/],
    ['semicolons', `${header.replaceAll(',', ';')}\n`, 'UnreadableUpload', /semicolons between its columns.*commas/],
    ['quoted names and semicolons', `"${header.replaceAll(',', '";"')}"\n`, 'UnreadableUpload', /semicolons/],
    ['tabs', `${header.replaceAll(',', '\t')}\n`, 'UnreadableUpload', /tabs/],
    ['vertical bars', `${header.replaceAll(',', '|')}\n`, 'UnreadableUpload', /vertical bars/],
    ['UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), 'UnreadableUpload', /UTF-16/],
    ['UTF-16 without', utf16, 'UnreadableUpload', /UTF-16/],
    ['Latin-1', latin1, 'UnreadableUpload', /not text in UTF-8/],
    ['binary noise', Buffer.from([1, 200, 3, 0xff, 10, 7]), 'UnreadableUpload', /not text in UTF-8/],
    ['zeros', Buffer.alloc(100), 'UnreadableUpload', /NUL bytes/],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'UnreadableUpload', /gzip: unpack it/],
    ['a workbook', Buffer.from('PK\x03\x04rest'), 'UnreadableUpload', /Excel workbook/],
    ['Parquet', Buffer.from('PAR1rest'), 'UnreadableUpload', /Parquet/],
    ['carriage returns alone', `${header}\r${rowOf()}\r`, 'UnreadableUpload', /carriage return alone/],
    ['quotes gone wrong', `${header.replace('lat', 'l"at')}\n`, 'UnreadableUpload', /header that is not CSV/],
    ['a column twice', `${header},LAT\n`, 'UnreadableUpload', /column lat twice \(columns 2 and 15\)/],
    ['both spellings of precission', `${header},precision\n`, 'UnreadableUpload', /precission twice/],
    [
      'a column missing',
      `${header.replace('signal,', '')}\n`,
      'MissingColumns',
      /lacks the column signal\. Its header has "hour", "lat"/,
    ],
    ['columns missing', `${header.replace('lat,long,', '')}\n`, 'MissingColumns', /lacks the columns lat, long\./],
    ['no header at all', `${rowOf()}\n`, 'MissingColumns', /first line has to name the columns/],
    ['a row for a header', `${rowOf()}\n`, 'MissingColumns', /looks like a row of 14 columns\./],
  ])('says so: %s', (_, text, name, message) => {
    const error = failure(text);

    expect(error.name).toBe(name);
    expect(error.message).toMatch(message);
  });

  test.each([
    ['a row', rowOf({ network: 'MARKER', postal_code: 'MARKER' })],
    ['a row whose value is the name of a column', rowOf({ provider: 'network', activity: 'MARKER' })],
    ['a row that begins with blanks', ` ${rowOf({ network: 'MARKER' })}`],
  ])('is told without its values where it has %s in place of a header', (_, row) => {
    expect(failure(`${row}\n`).message).not.toMatch(/MARKER|00:01:16|41\.67/);
  });

  test('says what it found without repeating all of it', () => {
    const { message } = failure(`${Array.from({ length: 5_000 }, (_, n) => `column ${n}`).join(',')}\n`);

    expect(message).toMatch(/and 4970 more/);
    expect(message.length).toBeLessThan(2_000);
  });

  test('is told by its zeros before its first line ends', () => {
    expect(() => read(Buffer.alloc(100), false)).toThrow(/NUL bytes/);
  });
});
