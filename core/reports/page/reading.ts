import type { Format } from '../../formats/format-schema';
import { describeDialect } from '../../rows/dialect';
import type { Totals, Upload } from '../../uploads/upload';
import { plural } from './numbers';

/** How a file was read. */
interface Reading {
  upload: Pick<Upload, 'format' | 'dialect' | 'columns' | 'day'>;
  totals: Totals;
  /** The file's format; missing where this deployment has it no more. */
  format?: Pick<Format, 'title' | 'time' | 'leaveOut'>;
  timeZone: string;
}

const capitalised = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;

const timesInWords = ({ upload, format, timeZone }: Reading): string => {
  const day =
    'date' in upload.columns || 'moment' in upload.columns
      ? ''
      : `; the file has no days, its rows are taken for those of ${upload.day}`;
  const clock =
    format?.time.means === 'moments'
      ? `Moments, turned into days and hours of ${timeZone}`
      : `Wall clock of ${timeZone}`;
  return `${clock}${day}`;
};

/** How the file was understood, as terms and what they mean here. */
const readingInWords = (reading: Reading): [term: string, meaning: string][] => {
  const { upload, totals, format } = reading;
  const passed = [
    totals.headers > 0 && `${plural(totals.headers, 'header')} that came again among the rows`,
    totals.leftOut > 0 &&
      `${plural(totals.leftOut, 'row')} that ${totals.leftOut === 1 ? 'is' : 'are'} no measurement${format?.leaveOut ? `: ${format.leaveOut.because}` : ''}`,
  ].filter((one) => one !== false);
  return [
    ['Format', format === undefined ? upload.format : `${format.title} (${upload.format})`],
    ['Written with', capitalised(describeDialect(upload.dialect))],
    ['Times', timesInWords(reading)],
    ...(passed.length > 0 ? [['Passed over', passed.join('; ')] as [string, string]] : []),
  ];
};

export type { Reading };
export { readingInWords };
