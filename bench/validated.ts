/** What *Validate chunk* does with the whole of a CSV in Cellflow's own layout, without S3. */
import { findFormat } from '../core/formats/formats';
import { bindColumns } from '../core/formats/recognition';
import { settingsSchema } from '../core/platform/settings';
import { validateBytes } from '../core/rows/chunk-validation';
import type { Summary } from '../core/rows/summaries';
import type { Upload } from '../core/uploads/upload';

const today = new Date().toISOString().slice(0, 10);
const pieceBytes = 64 * 1024;

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes);
}

const format = findFormat('cellflow');

const uploadOf = (names: string[], bytes: Buffer): Upload => {
  const bound = bindColumns('logs.csv', format, names);
  return {
    outcome: 'planned',
    id: '0123456789abcdef',
    bucket: 'uploads',
    key: 'logs.csv',
    version: 'v',
    claim: 'claims/x.json',
    format: format.name,
    dialect: { delimiter: ',', decimal: '.' },
    columns: Object.fromEntries(Object.entries(bound).map(([column, indexes]) => [column, [...indexes]])),
    names,
    width: names.length,
    headerEnd: 0,
    headerLines: 1,
    size: bytes.length,
    day: today,
    received: today,
    chunks: 1,
    exact: false,
    chunkList: { bucket: 'lake', key: 'chunks.json' },
  };
};

/**
 * Every rule, canonical rows, records ready to be published. Rows that break a rule are written down, and left.
 *
 * @param bytes - rows without their header
 * @param stage - takes the records, in order
 */
const validate = async (
  bytes: Buffer,
  names: string[],
  stage: (payload: Buffer) => void,
): Promise<{ upload: Upload; summary: Summary }> => {
  const upload = uploadOf(names, bytes);
  const sink = {
    stage: async (payload: Buffer) => stage(payload),
    reject: async () => undefined,
    setAside: async () => undefined,
  };
  const chunk = { index: 0, start: 0, end: bytes.length };
  const summary = await validateBytes(pieces(bytes), sink, {
    upload,
    format,
    chunk,
    settings: settingsSchema.parse({}),
  });
  return { upload, summary };
};

export { pieces, validate };
