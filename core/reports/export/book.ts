import { once } from 'node:events';
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { type Cell as CellOfSheet, type Style, WorkbookWriter } from '@cj-tech-master/excelts';
import { placeIn } from './sheet-names';

/** A value of a cell: text is text, whatever it says. */
type Value = number | boolean | string | undefined;

/** A cell that leads to a sheet. */
interface SheetLink {
  text: string;
  sheet: string;
}

type Content = Value | SheetLink;

type Sheet = ReturnType<WorkbookWriter['addWorksheet']>;

/** A workbook that is being written, sheet after sheet and row after row. */
interface Book {
  writer: WorkbookWriter;
  /** Waits until what was written is taken: called now and then, it keeps memory small. */
  settle: () => Promise<void>;
  close: () => Promise<void>;
}

const bufferBytes = 1024 * 1024;

/**
 * Begins a workbook, by `@cj-tech-master/excelts` (MIT, kept: released in 2026): the one with types that writes many sheets as a
 * stream and waits for who takes it, 320 KB bundled and without dependencies; `exceljs` has had no release since 2023 and weighs
 * 1 MB, `write-excel-file` holds the whole in memory, `hucre` streams one sheet only.
 *
 * @param write - takes the bytes in order; the next wait for it
 */
const beginBook = (write: (bytes: Buffer) => Promise<void>): Book => {
  const sink = new Writable({
    highWaterMark: bufferBytes,
    write: (bytes: Buffer, _encoding, done) => {
      write(bytes).then(() => done(), done);
    },
  });
  const writer = new WorkbookWriter({
    stream: sink,
    useStyles: true,
    // A table of all texts would have to be kept until the end.
    useSharedStrings: false,
    creator: 'Cellflow',
    lastModifiedBy: 'Cellflow',
    // The fastest is a tenth larger.
    zip: { zlib: { level: 1 } },
  });
  const settle = async (): Promise<void> => {
    if (sink.errored) throw sink.errored;
    if (sink.writableNeedDrain) await once(sink, 'drain');
    else await setImmediate();
  };
  const close = async (): Promise<void> => {
    await writer.commit();
    if (sink.errored) throw sink.errored;
  };
  return { writer, settle, close };
};

const isLink = (content: Content): content is SheetLink => typeof content === 'object';

/** Text as a run of text: written into its cell, with its spaces, and never looked at for a formula. */
const cellValue = (content: Content): CellOfSheet['value'] => {
  if (isLink(content)) return { text: content.text, hyperlink: placeIn(content.sheet) };
  return typeof content === 'string' ? { richText: [{ text: content }] } : content;
};

/** Adds a row of cells, each in its style; cells of nothing are left out. */
const addRow = (
  sheet: Sheet,
  contents: readonly Content[],
  styleOf: (index: number) => Partial<Style>,
  height?: number,
): void => {
  const row = sheet.addRow([]);
  for (const [index, content] of contents.entries()) {
    if (content === undefined) continue;
    const cell = row.getCell(index + 1);
    cell.value = cellValue(content);
    cell.style = styleOf(index);
  }
  if (height !== undefined) row.height = height;
  row.commit();
};

export type { Book, Content, Sheet, Value };
export { addRow, beginBook };
