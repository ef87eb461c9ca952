import { gzipSync } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import type { Delimiter } from '../../core/rows/dialect';
import type { DecimalSign } from '../../core/rows/numbers';

/** A table as its owner means it: what its cells say, in columns of Cellflow's own layout. */
interface Table {
  header: readonly string[];
  /** Numbers have decimal points here; a row of fewer cells than the header is one at fault, an empty one a blank line. */
  rows: readonly (readonly string[])[];
}

/** A way of writing one down. */
interface Writing {
  delimiter: Delimiter;
  decimal: DecimalSign;
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  mark: boolean;
  gzip: boolean;
  lineEnd: '\n' | '\r\n';
  lastLineEnd: boolean;
  /** Which cells are in quotes though they need none. */
  quotes: number;
  /** Names in capitals, with units, between spaces. */
  names: 'plain' | 'upper' | 'units' | 'spaces';
  /** Lines before the header. */
  before: readonly string[];
  /** A line that says what stands between columns. */
  separator: boolean;
  /** An index without a name before the first column. */
  index: boolean;
  /** Empty fields behind the last column. */
  trailing: number;
}

const plainly: Writing = {
  delimiter: ',',
  decimal: '.',
  encoding: 'utf-8',
  mark: false,
  gzip: false,
  lineEnd: '\n',
  lastLineEnd: true,
  quotes: 0,
  names: 'plain',
  before: [],
  separator: false,
  index: false,
  trailing: 0,
};

const header = [
  'date',
  'hour',
  'lat',
  'long',
  'signal',
  'network',
  'status',
  'description',
  'speed',
  'provider',
  'postal_code',
];

const number = /^-?\d+\.\d+$/;

/** Texts that Windows-1252 has, and whose bytes there are no UTF-8. */
const western = ['Telefónica Móviles', 'año', '5 €', 'Ö', 'naïve “so”'];
const others = ['日本', 'Ελλάδα', '😀'];
const ascii = [
  'vodafone',
  'a,b',
  'a;b',
  'a|b',
  'a\tb',
  'say "so"',
  'two\nlines',
  'two\r\nlines',
  '"',
  'x,y\n1;2\n',
  'NULL',
  '',
  '-',
];

const cells = (texts: readonly string[]): fc.Arbitrary<string[]> => {
  const text = fc.constantFrom(...texts);
  return fc
    .tuple(
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom('', '2026-01-01', '2026-01-02', '2015-06-28', 'NULL') },
        fc.constantFrom('1999-12-31', '2026-02-30'),
      ),
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('00:01:16', '8:38:08', '23:59:59.250') },
        fc.constantFrom('', '24:00:00', 'noon'),
      ),
      fc.oneof(
        {
          weight: 8,
          arbitrary: fc.integer({ min: -90_000, max: 90_000 }).map((n) => (n / 1_000).toFixed(3 + (n & 3))),
        },
        fc.constantFrom('90.001', 'x', '', '0.0'),
      ),
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom('2.1', '-179.99999', '0.0', '12') },
        fc.constantFrom('181.5', 'nan'),
      ),
      fc.constantFrom('12', '99', '99.0', '-5', '255', '400', '12.5', 'x', ''),
      text,
      fc.constantFrom('0', '2.0', 'STATE_IN_SERVICE', '7', '-1', ''),
      text,
      fc.constantFrom('0.0', '12.5', '1234.567', '-3.5', 'fast', ''),
      fc.constantFrom('gps', 'GPS', 'network', 'local_database', ''),
      fc.constantFrom('080193', '80193.0', '80193', 'EC1A 1BB', ''),
    )
    .map((row) => [...row]);
};

/** The first row has coordinates that show how the file writes decimals. */
const first = ['2026-01-01', '00:00:01', '41.5', '2.25', '12', 'orange', '0', 'x', '1.5', 'gps', '080193'];

const tableOf = (texts: readonly string[], most: number): fc.Arbitrary<Table> => {
  const row = fc.oneof(
    { weight: 12, arbitrary: cells(texts) },
    fc.tuple(cells(texts), fc.integer({ min: 2, max: 8 })).map(([all, count]) => ['x', ...all.slice(1, count)]),
    fc.constant([...header]),
    fc.constant([]),
  );
  return fc.array(row, { maxLength: most }).map((rows) => ({ header, rows: [first, ...rows] }));
};

const writing = (encodings: readonly Writing['encoding'][]): fc.Arbitrary<Writing> =>
  fc
    .record({
      delimiter: fc.constantFrom<Delimiter>(',', ';', '\t', '|'),
      decimal: fc.constantFrom<DecimalSign>('.', ','),
      encoding: fc.constantFrom(...encodings),
      mark: fc.boolean(),
      gzip: fc.boolean(),
      lineEnd: fc.constantFrom('\n' as const, '\r\n' as const),
      lastLineEnd: fc.boolean(),
      quotes: fc.nat(6),
      names: fc.constantFrom('plain' as const, 'upper' as const, 'units' as const, 'spaces' as const),
      before: fc.subarray(['', '# made by hand', '// 2026-01-01, 41.5', ' ', '#"quoted"']),
      separator: fc.boolean(),
      index: fc.boolean(),
      trailing: fc.nat(2),
    })
    // A comma cannot part columns and be a decimal sign.
    .map((way) => (way.delimiter === ',' ? { ...way, decimal: '.' as const } : way))
    // A mark is no part of Windows-1252.
    .map((way) => (way.encoding === 'windows-1252' ? { ...way, mark: false } : way));

/** A table and a way of writing it. */
const writtenTable = (most = 8): fc.Arbitrary<{ table: Table; way: Writing }> =>
  fc.oneof(
    fc.record({
      table: tableOf([...ascii, ...western, ...others], most),
      way: writing(['utf-8', 'utf-16le', 'utf-16be']),
    }),
    fc.record({ table: tableOf([...ascii, ...western], most), way: writing(['windows-1252']) }),
  );

const nameIn: Readonly<Record<Writing['names'], (name: string) => string>> = {
  plain: (name) => name,
  upper: (name) => name.toUpperCase(),
  units: (name) => `${name} (in some unit)`,
  spaces: (name) => `\u00a0${name} `,
};

const fromHex80: Readonly<Record<string, string>> = { '€': '\x80', '“': '\x93', '”': '\x94' };

const encode = (text: string, { encoding, mark }: Writing): Buffer => {
  const marked = mark ? `\ufeff${text}` : text;
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(marked);
    case 'utf-16le':
      return Buffer.from(marked, 'utf16le');
    case 'utf-16be':
      return Buffer.from(marked, 'utf16le').swap16();
    case 'windows-1252':
      return Buffer.from(
        marked.replace(/[€“”]/g, (letter) => fromHex80[letter] as string),
        'latin1',
      );
  }
};

/** The bytes of a table in some way of writing it. */
const write = (table: Table, way: Writing): Buffer => {
  const { delimiter, decimal, lineEnd, quotes, index, trailing } = way;
  const names = table.header.map(
    nameIn[way.encoding === 'windows-1252' && way.names === 'spaces' ? 'plain' : way.names],
  );
  const lineOf = (row: readonly string[], n: number): string => {
    if (row.length === 0) return '';
    const isHeader = row[0] === table.header[0];
    const said = isHeader
      ? names
      : row.map((cell) => (decimal === ',' && number.test(cell) ? cell.replace('.', ',') : cell));
    const cells = [...(index ? [isHeader ? '' : String(n)] : []), ...said, ...Array<string>(trailing).fill('')];
    let turn = n;
    return stringify([cells], {
      delimiter,
      eof: false,
      record_delimiter: lineEnd,
      quoted_match: /[\r\n]/,
      cast: {
        string: (value) => {
          turn += 1;
          return quotes > 0 && turn % 7 < quotes ? { value, quoted: true } : value;
        },
      },
    });
  };
  const lines = [
    ...(way.separator ? [`sep=${delimiter}`] : []),
    ...way.before,
    ...[table.header, ...table.rows].map(lineOf),
  ];
  const bytes = encode(lines.join(lineEnd) + (way.lastLineEnd ? lineEnd : ''), way);
  return way.gzip ? gzipSync(bytes, { level: 1 }) : bytes;
};

export type { Table, Writing };
export { plainly, write, writtenTable };
