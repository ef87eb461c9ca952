import { settingsSchema } from '../../core/platform/settings';
import { validateBytes } from '../../core/rows/chunk-validation';
import { cutByReading, cutByWindows } from '../../core/rows/cuts';
import { describeFile, firstNames, type TextFile } from '../../core/rows/file-description';
import { sumSummaries } from '../../core/rows/judgement';
import { asText } from '../../core/rows/plain-text';
import type { Span } from '../../core/rows/source';
import type { Summary } from '../../core/rows/summaries';
import type { Chunk } from '../../core/uploads/upload';
import { cellflow } from './measurements';
import { openRecord } from './opened-record';
import { plannedUpload } from './planned-upload';
import { piecesOf } from './rows';

interface Cuts {
  by: 'windows' | 'reading';
  chunkBytes: number;
}

/** What a file says, in the words of those who read it. */
interface ReadFile {
  /** Canonical rows. */
  rows: string;
  /** Values that were set aside and rows that were rejected, as their lists have them but for their lines and values. */
  lists: { setAside: string[]; rejected: string[] };
  sums: ReturnType<typeof sumSummaries>;
  /** Lines of the lists in the file. */
  lines: number[];
  chunks: number;
  /** A cut fell inside a quoted field: the file would be cut again. */
  wrong: boolean;
}

const settings = settingsSchema.parse({});

async function* streamOf(bytes: Buffer, pieceBytes = 1_000): AsyncGenerator<Buffer> {
  yield* piecesOf(bytes, pieceBytes);
}

const collect = async (stream: AsyncIterable<Buffer>): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
};

/** Takes a file's bytes through the stages that read its rows, without a store. */
const readFile = async (packed: Buffer, cuts?: Cuts): Promise<ReadFile> => {
  const bytes = await collect(asText('logs.csv', streamOf(packed)));
  const readSpan = async ({ start, end }: Span) => bytes.subarray(start, end);
  const streamSpan = async ({ start, end }: Span) => streamOf(bytes.subarray(start, end));
  const file: TextFile = { name: 'logs.csv', size: bytes.length, readSpan, streamSpan };
  const { columns, dialect, width, end, lines, names } = await describeFile(file, { formats: [cellflow] });
  const span = { start: end, end: bytes.length };
  const plan = { name: 'logs.csv', span, width, delimiter: dialect.delimiter, maxChunks: 10_000 };
  const cut = async ({ by, chunkBytes }: Cuts): Promise<Chunk[]> =>
    by === 'windows'
      ? cutByWindows(readSpan, { ...plan, chunkBytes })
      : cutByReading(streamOf(bytes.subarray(end)), { ...plan, chunkBytes });
  const chunks = cuts === undefined ? [{ index: 0, ...span }] : await cut(cuts);

  const upload = plannedUpload({
    columns: Object.fromEntries(Object.entries(columns).map(([name, indexes]) => [name, [...indexes]])),
    names: firstNames(names),
    dialect,
    width,
    headerLines: lines,
  });
  const payloads: Buffer[] = [];
  const listed = { setAside: [] as string[], rejected: [] as string[] };
  const at: number[] = [];
  const summaries: Summary[] = [];
  let linesBefore = lines;
  for (const chunk of chunks) {
    const note = (list: string[]) => async (text: string) => {
      for (const [, line, column, rule] of text.matchAll(/^(\d+),([^,]*),([^,]*),/gm)) {
        list.push(`${column} ${rule}`);
        at.push(Number(line) + linesBefore);
      }
    };
    const sink = {
      stage: async (payload: Buffer) => void payloads.push(payload),
      reject: note(listed.rejected),
      setAside: note(listed.setAside),
    };
    const stream = streamOf(bytes.subarray(chunk.start, chunk.end));
    const summary = await validateBytes(stream, sink, { upload, format: cellflow, chunk, settings });
    summaries.push(summary);
    linesBefore += summary.lines;
  }
  return {
    rows: payloads.map((payload) => openRecord(payload).text).join(''),
    lists: listed,
    sums: sumSummaries(upload, summaries),
    lines: at,
    chunks: chunks.length,
    wrong: summaries.slice(0, -1).some(({ open }) => open),
  };
};

export type { Cuts, ReadFile };
export { readFile };
