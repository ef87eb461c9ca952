import { isUtf8 } from 'node:buffer';
import { EmptyUpload, MissingColumns, UnreadableUpload } from '../uploads/upload-errors';
import { controls, isFault, parseRows } from './csv-fields';
import { countLineFeeds, RowSeeker } from './csv-row-ends';
import { columnAliases, knownColumns, requiredColumns } from './measurement';

/** The header of an upload, as far as later stages need it. */
interface Header {
  /** Index of each known column. */
  columns: Record<string, number>;
  width: number;
  /** Byte after the header line. */
  end: number;
  /** Physical lines up to there. */
  lines: number;
}

/** First bytes of files that are taken for CSVs now and then. */
const signatures: readonly { bytes: Buffer; what: string }[] = [
  { bytes: Buffer.from([0xff, 0xfe]), what: 'text in UTF-16: save it as UTF-8' },
  { bytes: Buffer.from([0xfe, 0xff]), what: 'text in UTF-16: save it as UTF-8' },
  {
    bytes: Buffer.from('PK\x03\x04', 'latin1'),
    what: 'a ZIP archive or an Excel workbook: save the sheet as CSV UTF-8',
  },
  { bytes: Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), what: 'an old Excel workbook: save the sheet as CSV UTF-8' },
  { bytes: Buffer.from([0x1f, 0x8b]), what: 'gzip: unpack it first' },
  { bytes: Buffer.from('PAR1'), what: 'a Parquet file' },
  { bytes: Buffer.from('%PDF'), what: 'a PDF' },
];

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

const otherDelimiters: readonly { delimiter: string; name: string }[] = [
  { delimiter: ';', name: 'semicolons' },
  { delimiter: '\t', name: 'tabs' },
  { delimiter: '|', name: 'vertical bars' },
];

const startsWith = (bytes: Buffer, start: Buffer): boolean => bytes.subarray(0, start.length).equals(start);

const assertText = (name: string, head: Buffer): void => {
  const other = signatures.find(({ bytes }) => startsWith(head, bytes));
  if (other !== undefined) throw new UnreadableUpload(`${name} is ${other.what}. Cellflow reads CSV in UTF-8.`);
};

const assertNoNul = (name: string, header: Buffer): void => {
  // Every other byte of Latin letters in UTF-16 is zero.
  if (!header.includes(0)) return;
  throw new UnreadableUpload(
    `${name} is binary, or text in UTF-16: its first line holds NUL bytes. Save it as CSV in UTF-8.`,
  );
};

const assertHeaderText = (name: string, header: Buffer): void => {
  assertNoNul(name, header);
  if (!isUtf8(header) || controls.test(header.toString())) {
    throw new UnreadableUpload(
      `${name} is not text in UTF-8: its first line holds other bytes. Save it as CSV in UTF-8.`,
    );
  }
};

const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, 30).map((name) => `"${name.slice(0, 40)}"`);
  return shown.join(', ') + (names.length > shown.length ? ` and ${names.length - shown.length} more` : '');
};

const normalise = (name: string): string => {
  const plain = name.trim().toLowerCase();
  return columnAliases[plain] ?? plain;
};

const indexColumns = (name: string, names: readonly string[]): Record<string, number> => {
  const columns: Record<string, number> = {};
  names.forEach((column, index) => {
    if (!knownColumns.includes(column)) return;
    const earlier = columns[column];
    if (earlier !== undefined) {
      throw new UnreadableUpload(
        `${name} has the column ${column} twice (columns ${earlier + 1} and ${index + 1}). Keep one of them.`,
      );
    }
    columns[column] = index;
  });
  return columns;
};

const assertCommas = (name: string, line: string): void => {
  const found = (delimiter: string) =>
    line.split(delimiter).filter((column) => knownColumns.includes(normalise(column.replaceAll('"', '')))).length;
  const commas = found(',');
  const other = otherDelimiters.find(({ delimiter }) => found(delimiter) > Math.max(1, commas));
  if (other === undefined) return;
  throw new UnreadableUpload(`${name} has ${other.name} between its columns. Save it with commas.`);
};

/** Names of columns do not begin like numbers. A row in their place is told of without its values. */
const isRow = (names: readonly string[]): boolean => names.some((name) => /^\s*[+-]?\.?\d/.test(name));

const assertRequired = (name: string, columns: Record<string, number>, found: readonly string[]): void => {
  const missing = requiredColumns.filter((column) => !(column in columns));
  if (missing.length === 0) return;
  const nothing = missing.length === requiredColumns.length ? ' The first line has to name the columns.' : '';
  const has = isRow(found)
    ? `Its first line looks like a row of ${found.length} columns`
    : `Its header has ${listed(found)}`;
  throw new MissingColumns(
    `${name} lacks the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')}. ${has}.${nothing}`,
  );
};

/** Whether bytes are nothing but spaces, tabs and line ends. */
const isBlank = (bytes: Buffer): boolean =>
  bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);

interface HeaderLine {
  bytes: Buffer;
  end: number;
  lines: number;
}

/** The first line that is not blank; undefined where it does not end among the bytes. */
const findHeader = (head: Buffer, whole: boolean): HeaderLine | undefined => {
  const seeker = new RowSeeker(head, whole);
  let start = startsWith(head, byteOrderMark) ? byteOrderMark.length : 0;
  while (start < head.length) {
    const row = seeker.next(start, start);
    if (row.end === -1 && !whole) return undefined;
    const end = row.end === -1 ? head.length : row.end;
    const bytes = head.subarray(start, end);
    if (!isBlank(bytes)) {
      const next = Math.min(end + 1, head.length);
      return { bytes, end: next, lines: countLineFeeds(head, 0, next) };
    }
    start = end + 1;
  }
  return whole ? { bytes: Buffer.alloc(0), end: head.length, lines: 0 } : undefined;
};

const parseHeader = (name: string, bytes: Buffer): string[] => {
  const line = bytes.toString().replace(/\r$/, '');
  // Macs of old ended lines so; the whole file is one line then.
  if (line.includes('\r') && !line.includes('"')) {
    throw new UnreadableUpload(
      `${name} has lines that end in a carriage return alone. Save it with LF or CRLF line ends.`,
    );
  }
  const row = parseRows([line])[0];
  if (row === undefined || isFault(row)) {
    throw new UnreadableUpload(`${name} has a header that is not CSV: ${row?.reason ?? 'it is empty'}.`);
  }
  return [...row];
};

/**
 * Reads and checks the header of a file from its first bytes.
 *
 * @param name what to call the file in messages
 * @param whole the bytes are the whole file
 * @returns undefined where the header goes on beyond the bytes
 */
const readCsvHeader = (name: string, head: Buffer, whole: boolean): Header | undefined => {
  assertText(name, head);
  const header = findHeader(head, whole);
  if (header === undefined) {
    assertNoNul(name, head);
    return undefined;
  }
  if (header.bytes.length === 0) throw new EmptyUpload(`${name} is empty: it has neither a header nor rows.`);
  assertHeaderText(name, header.bytes);
  assertCommas(name, header.bytes.toString());
  const found = parseHeader(name, header.bytes);
  const columns = indexColumns(name, found.map(normalise));
  assertRequired(name, columns, found);
  return { columns, width: found.length, end: header.end, lines: header.lines };
};

export type { Header };
export { isBlank, readCsvHeader };
