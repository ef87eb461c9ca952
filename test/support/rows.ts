import { type Row, readBlock } from '../../core/rows/csv-fields';
import { type FramerOptions, type RowBlock, RowFramer } from '../../core/rows/csv-framing';
import type { Delimiter } from '../../core/rows/dialect';

interface ReadRow {
  row: Row;
  lines: number;
}

/** Bytes in pieces of a length, as a stream brings them. */
function* piecesOf(bytes: Buffer, length: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

interface ReadOptions extends FramerOptions {
  pieceBytes?: number;
  delimiter?: Delimiter;
}

/** All rows of some bytes, blank lines left out. */
const readRows = (
  bytes: Buffer,
  { pieceBytes = 64 * 1024, delimiter = ',', ...options }: ReadOptions = {},
): { rows: ReadRow[]; open: boolean; lines: number } => {
  const framer = new RowFramer({ ...options, delimiter });
  const rows: ReadRow[] = [];
  let lines = 0;
  const take = (blocks: RowBlock[]) => {
    for (const block of blocks) {
      readBlock(block, delimiter, (row, covered) => {
        lines += covered;
        if (row !== undefined) rows.push({ row, lines: covered });
      });
    }
  };
  for (const piece of piecesOf(bytes, pieceBytes)) take(framer.push(piece));
  take(framer.finish());
  return { rows, open: framer.open, lines };
};

export type { ReadOptions, ReadRow };
export { piecesOf, readRows };
