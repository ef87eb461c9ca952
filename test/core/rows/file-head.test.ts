import { bindColumns } from '../../../core/formats/recognition';
import type { Delimiter } from '../../../core/rows/dialect';
import { isBlank, readFileHead } from '../../../core/rows/file-head';
import { cellflow, header, indexOf, rowOf, sampleColumns } from '../../support/measurements';

const read = (text: string | Buffer, whole = true) =>
  readFileHead(Buffer.from(text), { name: 'logs.csv', whole, formats: [cellflow] });

const failure = (text: string | Buffer): Error => {
  try {
    read(text);
  } catch (error) {
    return error as Error;
  }
  throw new Error('The header was taken.');
};

const plain = {
  format: cellflow,
  columns: indexOf(),
  width: sampleColumns.length,
  delimiter: ',',
  decimal: '.',
  names: [...sampleColumns],
};

describe('a header', () => {
  test('is read with the byte and the line after it', () => {
    expect(read(`${header}\n${rowOf()}\n`)).toEqual({ ...plain, end: header.length + 1, lines: 1 });
  });

  test.each([
    ['a byte order mark', `\ufeff${header}\n`, header.length + 4, 1],
    ['CRLF', `${header}\r\n`, header.length + 2, 1],
    ['no line end', header, header.length, 0],
    ['blank lines before it', `\n\r\n${header}\n`, header.length + 4, 3],
    ['names in capitals, with spaces', `${header.toUpperCase().replaceAll(',', ' , ')}\n`, header.length + 27, 1],
    ['names in quotes', `"${header.replaceAll(',', '","')}"\n`, header.length + 29, 1],
    ['a byte order mark and quotes', `\ufeff"${header.replaceAll(',', '","')}"\n`, header.length + 32, 1],
    ['no-break spaces', `\u00a0${header.replaceAll(',', '\u00a0,\u00a0')}\n`, header.length + 55, 1],
    ['units', `${header.replace('signal', 'signal (ASU)').replace('speed', 'Speed [km/h]')}\n`, header.length + 14, 1],
    ['a line that says what stands between columns', `sep=,\r\n${header}\n`, header.length + 8, 2],
    ['the same in quotes, after a mark', `\ufeff"SEP=,"\n${header}\n`, header.length + 12, 2],
    ['comments before it', `# made by hand\n  // and so on\n#\n${header}\n`, header.length + 33, 4],
    ['a comment with quotes in it', `# "5 rows"\n\n${header}\n`, header.length + 13, 3],
  ])('may have %s', (_, text, end, lines) => {
    expect(read(text)).toEqual({ ...plain, end, lines });
  });

  test('may spell precision so', () => {
    const text = header.replace('precission', 'Precision');

    expect(read(`${text}\n`)).toMatchObject({ columns: indexOf(), end: header.length });
  });

  test('may have a date and columns that nobody reads, those twice', () => {
    const columns = ['note', ...sampleColumns.toReversed(), 'date', 'note', ''];

    expect(read(`${columns.join(',')}\n`)).toMatchObject({
      columns: { hour: [14], postal_code: [1], date: [15] },
      width: 17,
      names: columns,
    });
  });

  test('may have names of nothing: an index before it, empty columns behind it', () => {
    expect(read(`,${header},, \n0,${rowOf()},,\n`)).toMatchObject({
      columns: bindColumns('logs.csv', cellflow, ['', ...sampleColumns]),
      width: 15,
    });
  });

  test('may lack what a measurement can do without', () => {
    expect(read('hour,lat,long,status\n')).toMatchObject({
      columns: { hour: [0], lat: [1], long: [2], status: [3] },
      width: 4,
    });
  });

  test('may span lines, in a column that nobody reads', () => {
    expect(read(`${header},"my\nown"\n${rowOf()},x\n`)).toMatchObject({ width: 15, lines: 2 });
  });

  test('may be in Windows-1252', () => {
    const text = Buffer.from(`${header},a\u00f1o\n`, 'latin1');

    expect(read(text)).toMatchObject({ columns: indexOf(), width: 15, names: [...sampleColumns, 'año'] });
  });

  test('that goes on beyond the bytes at hand is asked for again', () => {
    expect(read(header.slice(0, 40), false)).toBeUndefined();
    expect(read(`${header},"open\n`, false)).toBeUndefined();
    expect(read('\n\n', false)).toBeUndefined();
    expect(read('# only comments\nsep=;\n', false)).toBeUndefined();
  });
});

describe('what stands between columns', () => {
  const written = (delimiter: Delimiter) => `${header.replaceAll(',', delimiter)}\n`;

  test.each<Delimiter>([';', '\t', '|', ','])('is found by the names: %j', (delimiter) => {
    expect(read(written(delimiter))).toEqual({ ...plain, delimiter, end: header.length + 1, lines: 1 });
    expect(read(`"${header.replaceAll(',', `"${delimiter}"`)}"\n`)).toMatchObject({ delimiter, columns: indexOf() });
  });

  test.each<Delimiter>([';', '\t', '|', ','])('is believed where a line says so: sep=%s', (delimiter) => {
    expect(read(`sep=${delimiter}\n${written(delimiter)}`)).toMatchObject({ delimiter, columns: indexOf(), lines: 2 });
  });

  test('is not told by names that hold others', () => {
    const text = `${header.replaceAll(',', ';')};"a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r";x|y\n`;

    expect(read(text)).toMatchObject({ delimiter: ';', width: 16 });
  });

  test('may part a quoted name that spans lines', () => {
    expect(read(`${header.replaceAll(',', ';')};"my\nown"\n`)).toMatchObject({ delimiter: ';', width: 15, lines: 2 });
  });
});

describe('the decimal sign', () => {
  const semicolons = (row: string) => row.replaceAll(',', ';');
  const fileOf = (...rows: string[]) => [semicolons(header), ...rows].join('\r\n');
  const comma = semicolons(rowOf()).replaceAll('.', ',');

  test.each<[string, string, string]>([
    ['is a comma where coordinates have one', fileOf(comma), ','],
    ['is a comma where some have one', fileOf(semicolons(rowOf({ lat: '41', long: '2' })), comma), ','],
    ['is a comma in quotes, too', fileOf(`"${comma.replaceAll(';', '";"')}"`), ','],
    ['is a point where they have that', fileOf(semicolons(rowOf())), '.'],
    ['is a point where other columns have a comma', fileOf(semicolons(rowOf({ network: '1,5' }))), '.'],
    ['is a point where there are no rows', fileOf(), '.'],
    ['is a point where commas part columns', `${header}\n${rowOf()}\n`, '.'],
  ])('%s', (_, text, decimal) => {
    expect(read(text)).toMatchObject({ decimal });
  });
});

describe('a format that somebody chose', () => {
  const chosen = { ...cellflow, name: 'mine', recognise: ['no', 'such'] };

  test('is the one, whatever the header is recognised by', () => {
    const options = { name: 'logs.csv', whole: true, formats: [cellflow], chosen };

    expect(readFileHead(Buffer.from(`${header}\n`), options)).toMatchObject({ format: chosen, columns: indexOf() });
  });

  test('has to find what a measurement needs', () => {
    const options = { name: 'logs.csv', whole: true, formats: [cellflow], chosen };

    expect(() => readFileHead(Buffer.from('hour,x,y\n'), options)).toThrow(
      /logs.csv lacks the columns lat, long, signal or status/,
    );
  });
});

describe('a file without a header that can be read', () => {
  const utf16 = Buffer.from(`${header}\n`, 'utf16le');

  test.each<[string, string | Buffer, string, RegExp]>([
    ['nothing but line ends', '\r\n\n', 'EmptyUpload', /logs.csv is empty/],
    ['a byte order mark alone', '\ufeff', 'EmptyUpload', /is empty/],
    ['comments alone', '# a\n# b\n', 'EmptyUpload', /neither a header nor rows/],
    ['UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), 'UnreadableUpload', /UTF-16|no text/],
    ['UTF-16 without', utf16, 'UnreadableUpload', /UTF-16/],
    [
      'UTF-8 and other bytes',
      Buffer.concat([Buffer.from('año,'), Buffer.from([0xf1, 10])]),
      'UnreadableUpload',
      /no text/,
    ],
    ['binary noise', Buffer.from([1, 200, 3, 0xff, 10, 7]), 'UnreadableUpload', /Save it as CSV in UTF-8/],
    ['control characters', `a\u0001${header}\n`, 'UnreadableUpload', /no text/],
    ['zeros', Buffer.alloc(100), 'UnreadableUpload', /NUL bytes/],
    ['a workbook', Buffer.from('PK\x03\x04rest'), 'UnreadableUpload', /Excel workbook/],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), 'UnreadableUpload', /old Excel workbook/],
    ['Parquet', Buffer.from('PAR1rest'), 'UnreadableUpload', /Parquet/],
    ['a PDF', Buffer.from('%PDF-1.7'), 'UnreadableUpload', /a PDF/],
    ['a database', Buffer.from('SQLite format 3\0'), 'UnreadableUpload', /SQLite database/],
    ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0]), 'UnreadableUpload', /7z archive/],
    ['RAR', Buffer.from('Rar!\x1a\x07\x01\0', 'latin1'), 'UnreadableUpload', /RAR archive/],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]), 'UnreadableUpload', /packed by xz/],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), 'UnreadableUpload', /packed by zstd/],
    ['JSON', '{"hour": "00:00:00"}\n', 'UnreadableUpload', /logs.csv is JSON: write it as CSV/],
    ['a list in JSON', ' [1,2]\n', 'UnreadableUpload', /is JSON/],
    ['XML', '<?xml version="1.0"?>\n', 'UnreadableUpload', /XML or HTML/],
    ['carriage returns alone', `${header}\r${rowOf()}\r`, 'UnreadableUpload', /carriage return alone/],
    ['quotes gone wrong', `${header.replace('lat', 'l"at')}\n`, 'UnreadableUpload', /header that is not CSV/],
    ['a column twice', `${header},LAT\n`, 'UnreadableUpload', /column lat twice \(columns 2 and 15\)/],
    [
      'a column missing',
      `${header.replace('lat,', '')}\n`,
      'MissingColumns',
      /lacks the column lat of the nearest layout, cellflow \(.*\)\. Its header has "hour", "long"/,
    ],
    ['columns missing', `${header.replace('lat,long,', '')}\n`, 'MissingColumns', /lacks the columns lat, long of/],
    ['neither signal nor status', 'hour,lat,long,speed\n', 'MissingColumns', /lacks the column signal or status/],
    ['no header at all', `${rowOf()}\n`, 'MissingColumns', /first line has to name the columns/],
  ])('says so: %s', (_, text, name, message) => {
    const error = failure(text);

    expect(error.name).toBe(name);
    expect(error.message).toMatch(message);
  });

  test.each([
    ['a row', rowOf({ network: 'MARKER', postal_code: 'MARKER' })],
    ['a row whose value is the name of a column', rowOf({ provider: 'network', activity: 'MARKER' })],
    ['a row that begins with blanks', ` ${rowOf({ network: 'MARKER' })}`],
    ['a row with semicolons', rowOf({ network: 'MARKER' }).replaceAll(',', ';')],
    ['a row with a name that is needed', rowOf({ network: 'MARKER', activity: 'lat' })],
    ['a row of moments', '"2026-10-01T08:00:00Z";MARKER'],
    ['a row of times of day', 'MARKER,8:00:00 p.m.'],
    ['a row of decimal commas', 'MARKER;41,5'],
  ])('is told without its values where it has %s in place of a header', (_, row) => {
    const { name, message } = failure(`${row}\n`);

    expect(name).toBe('MissingColumns');
    expect(message).toMatch(/Its first line looks like a row of \d+ columns\./);
    expect(message).not.toMatch(/MARKER|00:01:16|41[.,]|08:00/);
  });

  test('is told without its values also where a format was chosen', () => {
    const options = { name: 'logs.csv', whole: true, formats: [], chosen: cellflow };

    expect(() => readFileHead(Buffer.from(`${rowOf()}\n`), options)).toThrow(/looks like a row of 14 columns\.$/);
  });

  test('is told by its names where one of them only begins like a number', () => {
    expect(failure('5G_rsrp,4th,2026 figures\n').message).toContain('Its header has "5G_rsrp", "4th", "2026 figures".');
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

test.each([
  ['', true],
  [' \t\r\n\n', true],
  ['\n,\n', false],
  ['\ufeff', false],
])('%j is blank: %j', (text, expected) => {
  expect(isBlank(Buffer.from(text))).toBe(expected);
});
