import type { Style } from '@cj-tech-master/excelts';

type CellStyle = Partial<Style>;

const grey = { argb: 'FF52606D' };

const title: CellStyle = { font: { name: 'Calibri', size: 14, bold: true } };
const remark: CellStyle = { font: { name: 'Calibri', size: 11, color: grey } };
const label: CellStyle = { font: { name: 'Calibri', size: 11, bold: true } };
const link: CellStyle = { font: { name: 'Calibri', size: 11, underline: true, color: { argb: 'FF0B5394' } } };
const wrapped: CellStyle = { numFmt: '@', alignment: { wrapText: true, vertical: 'top' } };

/** The row of headings; those of numbers stand over them. */
const heading = (horizontal: 'left' | 'right'): CellStyle => ({
  font: { name: 'Calibri', size: 11, bold: true },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFE8EEF4' } },
  border: { bottom: { style: 'thin', color: grey } },
  alignment: { wrapText: true, vertical: 'top', horizontal },
});

/** Cells of a column; in a text that a person edits, no formula comes to life. */
const cells = (format: string): CellStyle => ({ numFmt: format });

export type { CellStyle };
export { cells, heading, label, link, remark, title, wrapped };
