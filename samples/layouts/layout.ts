import type { Fault, Fields } from '../faults';
import type { Moment } from '../measurements';
import type { Random } from '../random';

/** How an exporter writes its files. */
interface Layout {
  /** Names of the header, in its order. */
  columns: readonly string[];
  delimiter: ',' | ';' | '|' | '\t';
  end: '\n' | '\r\n';
  /** Each row ends in a delimiter that the header has not. */
  trailing?: boolean;
  /** Columns that it puts in quotes, whatever they hold. */
  quoted?: readonly string[];
  /** Makes what makes the rows of one file, which may remember the row before. */
  rows: () => (moment: Moment, random: Random) => Fields;
  /** What is wrong with a dirty row; they take these in turn. */
  dirt: readonly Fault[];
}

/** Whether a value stands in quotes; what writes tabs writes none. */
const needsQuotes = (text: string, delimiter: string): boolean =>
  delimiter !== '\t' && (text.includes(delimiter) || /["\r\n]/.test(text));

/** Writes a row as the exporter would. */
const rowWriter = ({ columns, delimiter, end, trailing, quoted = [] }: Layout): ((fields: Fields) => string) => {
  const isQuoted = columns.map((name) => quoted.includes(name));
  return (fields) =>
    columns
      .map((name, index) => {
        const text = fields[name] ?? '';
        return isQuoted[index] || needsQuotes(text, delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
      })
      .join(delimiter) + (trailing ? delimiter + end : end);
};

/** Milliseconds since 1970 of a moment, for exporters that write instants. */
const instant = ({ date, second }: Moment, milliseconds: number): number =>
  Date.parse(`${date}T00:00:00Z`) + second * 1000 + milliseconds;

export type { Layout };
export { instant, rowWriter };
