import type { Format } from '../../formats/format-schema';
import { describeDialect } from '../../rows/dialect';
import type { Totals, Upload } from '../../uploads/upload';
import { onlyFile } from '../reported-files';
import { formatNumber, plural } from './numbers';

/** How a file was read. */
interface ReadFile {
  upload: Pick<Upload, 'format' | 'dialect' | 'columns' | 'day'>;
  /** The file's format; missing where this deployment has it no more. */
  format?: Pick<Format, 'title' | 'time' | 'leaveOut'>;
}

/** How files were read that are reported together, one or several. */
interface Reading {
  files: readonly ReadFile[];
  /** Of all of them. */
  totals: Totals;
  timeZone: string;
}

/** Ways of reading that are named; more are counted. */
const mostWays = 5;

const capitalised = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;

const formatInWords = ({ upload, format }: ReadFile): string =>
  format === undefined ? upload.format : `${format.title} (${upload.format})`;

const dialectInWords = ({ upload }: ReadFile): string => capitalised(describeDialect(upload.dialect));

const timesInWords = ({ upload, format }: ReadFile, timeZone: string, isOne: boolean): string => {
  const day =
    'date' in upload.columns || 'moment' in upload.columns
      ? ''
      : `; ${isOne ? 'the file has no days, its rows' : 'there are no days in them, their rows'} are taken for those of ${upload.day}`;
  const clock =
    format?.time.means === 'moments'
      ? `Moments, turned into days and hours of ${timeZone}`
      : `Wall clock of ${timeZone}`;
  return `${clock}${day}`;
};

/** What is the same of all files as it is; else each way with its files, the most frequent first. */
const byFiles = (files: readonly ReadFile[], tell: (file: ReadFile) => string): string => {
  const counts = new Map<string, number>();
  for (const file of files) {
    const told = tell(file);
    counts.set(told, (counts.get(told) ?? 0) + 1);
  }
  const ways = [...counts].sort(([, one], [, other]) => other - one);
  if (ways.length < 2) return ways[0]?.[0] ?? '';
  const named = ways.slice(0, mostWays).map(([told, count]) => `${plural(count, 'file')}: ${told}`);
  const left = ways.length - named.length;
  return [...named, ...(left > 0 ? [`and ${formatNumber(left)} ways more`] : [])].join('. ');
};

/** How the files were understood, as terms and what they mean here. */
const readingInWords = ({ files, totals, timeZone }: Reading): [term: string, meaning: string][] => {
  const because = onlyFile(files)?.format?.leaveOut?.because;
  const passed = [
    totals.headers > 0 && `${plural(totals.headers, 'header')} that came again among the rows`,
    totals.leftOut > 0 &&
      `${plural(totals.leftOut, 'row')} that ${totals.leftOut === 1 ? 'is' : 'are'} no measurement${because === undefined ? '' : `: ${because}`}`,
  ].filter((one) => one !== false);
  return [
    ['Format', byFiles(files, formatInWords)],
    ['Written with', byFiles(files, dialectInWords)],
    ['Times', byFiles(files, (file) => timesInWords(file, timeZone, files.length === 1))],
    ...(passed.length > 0 ? [['Passed over', passed.join('; ')] as [string, string]] : []),
  ];
};

export type { ReadFile, Reading };
export { readingInWords };
