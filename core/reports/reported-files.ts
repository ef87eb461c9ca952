import { oneLine } from '../platform/mail';
import type { Totals, Upload } from '../uploads/upload';
import { formatNumber, plural } from './page/numbers';

/** A file that reports are about. */
interface ReportedFile {
  upload: Pick<Upload, 'id' | 'key'>;
  totals: Pick<Totals, 'rows' | 'valid' | 'rejected' | 'firstDay' | 'lastDay'>;
}

type Named = Pick<ReportedFile, 'upload'>;

const fileName = (key: string): string => key.split('/').at(-1) || key;

/** The file, where there is just one: then everything speaks of "the file". */
const onlyFile = <File>(files: readonly File[]): File | undefined => (files.length === 1 ? files[0] : undefined);

/** What the reports are about, in a title: one file by its name, several by their count. */
const nameFiles = (files: readonly Named[]): string => {
  const one = onlyFile(files);
  return one === undefined ? plural(files.length, 'file') : fileName(one.upload.key);
};

/** The first and the last of a file's days, in figures. */
const daysInFigures = ({ firstDay, lastDay }: Pick<Totals, 'firstDay' | 'lastDay'>): string =>
  firstDay === lastDay ? firstDay : `${firstDay} – ${lastDay}`;

const collator = new Intl.Collator('en', { numeric: true });

/** Files in the order in which a person looks at them: those with most rejected rows first, then by their names. */
const inReadingOrder = <File extends ReportedFile>(files: readonly File[]): File[] =>
  files.toSorted(
    (one, other) => other.totals.rejected - one.totals.rejected || collator.compare(one.upload.key, other.upload.key),
  );

const longestName = 300;

/** As many lines as there is room for, in bytes, and how many are left. */
const fillLines = (lines: readonly string[], most: number, where: string): string => {
  const taken: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > most) break;
    taken.push(line);
  }
  const left = lines.length - taken.length;
  return [...taken, ...(left > 0 ? [`and ${formatNumber(left)} more${where}`] : [])].join('\n');
};

/** Each file with its rows, a line a file of a mail. */
const listFiles = (files: readonly ReportedFile[], most: number, where = ''): string => {
  const lines = inReadingOrder(files).map(({ upload, totals: { rows, rejected } }) => {
    const faulty = rejected > 0 ? `, ${formatNumber(rejected)} rejected` : '';
    return `- ${oneLine(upload.key, longestName)}: ${plural(rows, 'row')}${faulty}`;
  });
  return fillLines(lines, most, where);
};

export type { ReportedFile };
export { daysInFigures, fileName, fillLines, inReadingOrder, listFiles, nameFiles, onlyFile };
