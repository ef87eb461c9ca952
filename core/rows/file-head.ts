import { isUtf8 } from 'node:buffer';
import type { Format } from '../formats/format-schema';
import { normaliseName } from '../formats/names';
import { bindColumns, type Columns, recogniseFormat } from '../formats/recognition';
import { EmptyUpload, UnreadableUpload } from '../uploads/upload-errors';
import { controls, decodeRow, isFault, parseRows } from './csv-fields';
import { countLineFeeds, RowSeeker } from './csv-row-ends';
import { type Delimiter, delimiters } from './dialect';
import type { DecimalSign } from './numbers';

/** What the beginning of a file says of the rest. */
interface FileHead {
  format: Format;
  columns: Columns;
  /** Columns that a row has at least: those of the header but empty ones at its end. */
  width: number;
  delimiter: Delimiter;
  decimal: DecimalSign;
  /** Names in the header, as formats write them. */
  names: readonly string[];
  /** Byte after the header line. */
  end: number;
  /** Physical lines up to there. */
  lines: number;
}

/** First bytes of files that are taken for CSVs now and then. */
const signatures: readonly { bytes: Buffer; what: string }[] = [
  {
    bytes: Buffer.from('PK\x03\x04', 'latin1'),
    what: 'a ZIP archive or an Excel workbook: unpack it, or save the sheet as CSV UTF-8',
  },
  { bytes: Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), what: 'an old Excel workbook: save the sheet as CSV UTF-8' },
  { bytes: Buffer.from('PAR1'), what: 'a Parquet file: write it as CSV' },
  { bytes: Buffer.from('%PDF'), what: 'a PDF: get the table as CSV from where it was made' },
  { bytes: Buffer.from('SQLite format 3'), what: 'an SQLite database: export the table as CSV' },
  { bytes: Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), what: 'a 7z archive: unpack it' },
  { bytes: Buffer.from('Rar!\x1a\x07', 'latin1'), what: 'a RAR archive: unpack it' },
  { bytes: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), what: 'packed by xz: unpack it, or pack it with gzip' },
  { bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), what: 'packed by zstd: unpack it, or pack it with gzip' },
];

/** A first character that begins a document of JSON or XML, and no header. */
const documents: Readonly<Record<string, string>> = { '{': 'JSON', '[': 'JSON', '<': 'XML or HTML' };

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

const startsWith = (bytes: Buffer, start: Buffer): boolean => bytes.subarray(0, start.length).equals(start);

const assertText = (name: string, head: Buffer): void => {
  const other = signatures.find(({ bytes }) => startsWith(head, bytes));
  if (other !== undefined) throw new UnreadableUpload(`${name} is ${other.what}. Cellflow reads tables in text.`);
};

const assertNoNul = (name: string, header: Buffer): void => {
  if (!header.includes(0)) return;
  throw new UnreadableUpload(
    `${name} is binary, or text in UTF-16 without its mark: its first line holds NUL bytes. Save it as CSV in UTF-8.`,
  );
};

const assertHeaderText = (name: string, header: Buffer, text: string): void => {
  assertNoNul(name, header);
  if (controls.test(text)) {
    throw new UnreadableUpload(`${name} is no text: its first line holds other bytes. Save it as CSV in UTF-8.`);
  }
  const document = documents[text.trimStart()[0] ?? ''];
  if (document !== undefined) throw new UnreadableUpload(`${name} is ${document}: write it as CSV.`);
};

/** Whether bytes are nothing but spaces, tabs and line ends. */
const isBlank = (bytes: Buffer): boolean =>
  bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);

const commentStart = /^\s*(?:#|\/\/)/;
const separatorLine = /^\s*"?sep=(.)"?\s*$/i;

interface HeaderLine {
  bytes: Buffer;
  end: number;
  lines: number;
  /** What a line before it says that stands between the columns. */
  separator?: string;
}

/** The first line that is neither blank, nor a comment, nor says what stands between columns; undefined where it does not end. */
const findHeader = (head: Buffer, whole: boolean): HeaderLine | undefined => {
  const seeker = new RowSeeker(head, whole, { anyDelimiter: true });
  let start = startsWith(head, byteOrderMark) ? byteOrderMark.length : 0;
  let separator: string | undefined;
  while (start < head.length) {
    const row = seeker.next(start, start);
    if (row.end === -1 && !whole) return undefined;
    const end = row.end === -1 ? head.length : row.end;
    const bytes = head.subarray(start, end);
    const text = bytes.toString('latin1', 0, 200);
    const said = separatorLine.exec(text)?.[1];
    separator = said ?? separator;
    if (said === undefined && !isBlank(bytes) && !commentStart.test(text)) {
      const next = Math.min(end + 1, head.length);
      return { bytes, end: next, lines: countLineFeeds(head, 0, next), separator };
    }
    start = end + 1;
  }
  return whole ? { bytes: Buffer.alloc(0), end: head.length, lines: 0 } : undefined;
};

const splitHeader = (line: string, delimiter: Delimiter): readonly string[] | undefined => {
  const row = parseRows([line], delimiter)[0];
  return row === undefined || isFault(row) ? undefined : row;
};

/** How many names that formats know a header has, by a delimiter. */
const knownNames = (line: string, delimiter: Delimiter, formats: readonly Format[]): number => {
  const known = new Set(formats.flatMap(({ recognise }) => recognise));
  return (splitHeader(line, delimiter) ?? []).filter((name) => known.has(normaliseName(name))).length;
};

const chooseDelimiter = (line: string, said: string | undefined, formats: readonly Format[]): Delimiter => {
  const named = delimiters.find((delimiter) => delimiter === said);
  if (named !== undefined) return named;
  const counted = delimiters.map((delimiter) => ({
    delimiter,
    known: knownNames(line, delimiter, formats),
    columns: line.split(delimiter).length,
  }));
  const [best] = counted.toSorted((a, b) => b.known - a.known || b.columns - a.columns);
  return best?.delimiter ?? ',';
};

const parseHeader = (name: string, text: string, delimiter: Delimiter): readonly string[] => {
  const line = text.replace(/\r$/, '');
  // Macs of old ended lines so; the whole file is one line then.
  if (line.includes('\r') && !line.includes('"')) {
    throw new UnreadableUpload(
      `${name} has lines that end in a carriage return alone. Save it with LF or CRLF line ends.`,
    );
  }
  const row = parseRows([line], delimiter)[0];
  if (row === undefined || isFault(row)) {
    throw new UnreadableUpload(`${name} has a header that is not CSV: ${row?.reason ?? 'it is empty'}.`);
  }
  return row;
};

const sampledRows = 200;
const decimalComma = /^\s*"?-?\d{1,3},\d+"?\s*$/;

/** Where commas do not part columns they may part whole and fraction: the coordinates of the first rows tell. */
const findDecimal = (rest: Buffer, delimiter: Delimiter, { lat = [], long = [] }: Columns): DecimalSign => {
  if (delimiter === ',') return '.';
  const rows = rest.toString('latin1').split('\n', sampledRows);
  const places = rows.flatMap((row) => {
    const fields = row.split(delimiter);
    return [...lat, ...long].map((index) => fields[index] ?? '');
  });
  return places.some((place) => decimalComma.test(place)) ? ',' : '.';
};

interface HeadOptions {
  /** What to call the file in messages. */
  name: string;
  /** The bytes are the whole file. */
  whole: boolean;
  formats: readonly Format[];
  /** The format that somebody chose. @default - the one that the header is recognised by */
  chosen?: Format;
}

/**
 * Reads and checks the beginning of a file: its dialect, its header, its format.
 *
 * @returns undefined where the header goes on beyond the bytes
 * @throws `EmptyUpload`, `UnreadableUpload`, `MissingColumns`, `AmbiguousFormat`
 */
const readFileHead = (head: Buffer, { name, whole, formats, chosen }: HeadOptions): FileHead | undefined => {
  assertText(name, head);
  const header = findHeader(head, whole);
  if (header === undefined) {
    assertNoNul(name, head);
    return undefined;
  }
  if (header.bytes.length === 0) throw new EmptyUpload(`${name} is empty: it has neither a header nor rows.`);
  const text = isUtf8(header.bytes) ? header.bytes.toString() : decodeRow(header.bytes);
  if (text === undefined) {
    assertNoNul(name, header.bytes);
    throw new UnreadableUpload(`${name} is no text: its first line holds other bytes. Save it as CSV in UTF-8.`);
  }
  assertHeaderText(name, header.bytes, text);
  const delimiter = chooseDelimiter(text, header.separator, chosen ? [chosen] : formats);
  const names = parseHeader(name, text, delimiter);
  const format = chosen ?? recogniseFormat(name, names, formats);
  const columns = bindColumns(name, format, names);
  const decimal = findDecimal(head.subarray(header.end), delimiter, columns);
  const width = names.findLastIndex((one) => one.trim() !== '') + 1;
  return {
    format,
    columns,
    width,
    delimiter,
    decimal,
    names: names.map(normaliseName),
    end: header.end,
    lines: header.lines,
  };
};

export type { FileHead };
export { isBlank, readFileHead };
