import { guardCell } from '../platform/spreadsheets';
import type { Violation } from './measurement';

/** A row that is not taken, at the line where it begins. */
interface Rejection extends Violation {
  line: number;
}

const longestValue = 120;
const needsQuotes = /[",]/;
const unseen = /[\p{Cc}\u2028\u2029]/gu;

const escapes: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const visible = (text: string): string =>
  text.replace(unseen, (control) => escapes[control] ?? `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A value as it is shown to people: on one line, not too long. */
const shownValue = (value: string): string => {
  const cut = value.length > longestValue ? `${value.slice(0, longestValue).replace(/[\ud800-\udbff]$/, '')}…` : value;
  return visible(cut);
};

const csvCell = (cell: string): string => {
  const safe = guardCell(cell);
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const rejectionColumns = 'line,column,rule,reason,value';

/** One physical line of CSV, line feed included; the line number comes first, so that it can be moved without parsing the rest. */
const rejectionLine = ({ line, column, rule, reason, value }: Rejection): string =>
  `${line},${[column, rule, reason, shownValue(value)].map(csvCell).join(',')}\n`;

/** Moves the line numbers of a chunk's rejected rows to where the chunk lies in the file. */
async function* moveLines(stream: AsyncIterable<Buffer>, by: number): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    const text = rest + decoder.decode(bytes, { stream: true });
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    if (end > 0) yield text.slice(0, end).replace(/^\d+/gm, (line) => String(Number(line) + by));
  }
}

export type { Rejection };
export { moveLines, rejectionColumns, rejectionLine, shownValue };
