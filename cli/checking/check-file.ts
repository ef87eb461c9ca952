import { isUtf8 } from 'node:buffer';
import type { Format } from '../../core/formats/format-schema';
import { shippedFormats } from '../../core/formats/formats';
import type { Settings } from '../../core/platform/settings';
import { assertAcceptable } from '../../core/rows/acceptance';
import { type ChunkSink, validateBytes } from '../../core/rows/chunk-validation';
import { dayOfFile, describeFile, type FileDescription } from '../../core/rows/file-description';
import { type Sums, sumSummaries } from '../../core/rows/judgement';
import { moveLines } from '../../core/rows/rejections';
import { Zone } from '../../core/rows/zone';
import { assertReadName } from '../../core/uploads/file-kinds';
import { UploadError } from '../../core/uploads/upload-errors';
import { type LocalFile, openLocalFile } from './local-file';
import { type Cell, rowsOfPayload } from './table-rows';

/** What an upload of a file would come to. */
interface FileCheck {
  file: string;
  verdict: 'accepted' | 'refused';
  /** Why it would be refused. */
  error?: { name: string; message: string };
  /** Undefined where the file cannot be read at all. */
  description?: FileDescription;
  encoding: string;
  packed: boolean;
  timeZone: string;
  sums?: Sums;
  /** The first lines of the lists, as CSV: rejected rows, and values that were set aside. */
  firstRejected: string[];
  firstSetAside: string[];
  /** The first rows as the tables have them. */
  show: Record<string, Cell>[];
}

interface CheckOptions {
  settings: Settings;
  format?: Format;
  /** Rows to show. */
  show: number;
  /** Is told how many bytes have been read. */
  onProgress?: (read: number, total: number) => void;
}

const firstListed = 10;

/** Collects what a person looks at first. */
const collector = (show: number, headerLines: number) => {
  const found = { rejected: [] as string[], setAside: [] as string[], show: [] as Record<string, Cell>[] };
  const list = async (into: string[], lines: string) => {
    if (into.length >= firstListed) return;
    for await (const moved of moveLines(once(lines), headerLines)) into.push(...moved.split('\n').filter(Boolean));
    into.splice(firstListed);
  };
  const sink: ChunkSink = {
    stage: async (payload) => {
      if (found.show.length < show) found.show.push(...rowsOfPayload(payload).slice(0, show - found.show.length));
    },
    reject: (lines) => list(found.rejected, lines),
    setAside: (lines) => list(found.setAside, lines),
  };
  return { found, sink };
};

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

const lineFeed = 0x0a;

/** Passes bytes on, counts them, and looks whether all lines are UTF-8. */
const watch = (stream: AsyncIterable<Buffer>, onBytes: (bytes: number) => void) => {
  const seen = { utf8: true };
  let rest: Buffer = Buffer.alloc(0);
  const bytes = (async function* () {
    for await (const piece of stream) {
      onBytes(piece.length);
      const end = piece.lastIndexOf(lineFeed) + 1;
      if (seen.utf8 && end > 0) {
        seen.utf8 = isUtf8(Buffer.concat([rest, piece.subarray(0, end)]));
        rest = piece.subarray(end);
      }
      yield piece;
    }
    seen.utf8 &&= isUtf8(rest);
  })();
  return { seen, bytes };
};

/** The file's rows by the very code that validates an upload, as one chunk. */
const validate = async (file: LocalFile, description: FileDescription, options: CheckOptions) => {
  const { settings, show, onProgress } = options;
  const received = new Zone(settings.timeZone).localOf(Date.now()).day;
  const { found, sink } = collector(show, description.lines);
  let read = 0;
  const stream = await file.streamSpan({ start: description.end, end: file.size });
  const { seen, bytes } = watch(stream, (more) => {
    read += more;
    onProgress?.(read, file.size - description.end);
  });
  const upload = {
    id: '0'.repeat(16),
    columns: description.columns as Record<string, number[]>,
    names: [...description.names],
    width: description.width,
    dialect: description.dialect,
    day: dayOfFile(file.name, received, description),
    received,
  };
  const chunk = { index: 0, start: description.end, end: file.size };
  const summary = await validateBytes(bytes, sink, { upload, format: description.format, chunk, settings });
  return { sums: sumSummaries({ headerLines: description.lines }, [summary]), found, utf8: seen.utf8 };
};

const refusal = (error: unknown): FileCheck['error'] => {
  if (!(error instanceof UploadError)) throw error;
  return { name: error.name, message: error.message };
};

/**
 * Says what an upload of a file would come to, with nothing running: its format and dialect, its rows, whether it would be accepted.
 *
 * @throws what is no fault of the file
 */
const checkFile = async (path: string, options: CheckOptions): Promise<FileCheck> => {
  const checked: FileCheck = {
    file: path,
    verdict: 'refused',
    encoding: 'utf-8',
    packed: false,
    timeZone: options.settings.timeZone,
    firstRejected: [],
    firstSetAside: [],
    show: [],
  };
  let file: LocalFile | undefined;
  try {
    file = await openLocalFile(path);
    assertReadName(file.name, file.name);
    checked.packed = file.packed;
    if (file.utf16 !== undefined) checked.encoding = `utf-16${file.utf16}`;
    checked.description = await describeFile(file, { formats: shippedFormats(), chosen: options.format });
    const { sums, found, utf8 } = await validate(file, checked.description, options);
    Object.assign(checked, { sums, firstRejected: found.rejected, firstSetAside: found.setAside, show: found.show });
    if (!utf8) checked.encoding = 'windows-1252';
    assertAcceptable(file.name, sums, options.settings);
    return { ...checked, verdict: 'accepted' };
  } catch (error) {
    return { ...checked, error: refusal(error) };
  } finally {
    await file?.close();
  }
};

export type { FileCheck };
export { checkFile };
