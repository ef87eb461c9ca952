import { lakeKeys, reportKeys } from '../../core/platform/keys';
import type { Summary } from '../../core/rows/summaries';
import { readStaged } from '../../core/stream/staging';
import type { Chunk, Upload } from '../../core/uploads/upload';
import { planUpload } from '../../functions/plan-upload';
import { validateChunk } from '../../functions/validate-chunk';
import { buckets } from './emulator';
import { readJson, readText, uploadFile } from './objects';
import { openRecord } from './opened-record';

/** Uploads a file and plans it. */
const plan = async (key: string, text: string | Buffer): Promise<Upload> => {
  const event = await uploadFile(key, text);
  const upload = await planUpload({ event, execution: `arn:${key}`, dates: 'presume' });
  if (upload.outcome !== 'planned') throw new Error('It is a duplicate.');
  return upload;
};

const chunksOf = ({ chunkList }: Upload): Promise<Chunk[]> => readJson(chunkList.bucket, chunkList.key);

const validateAll = async (upload: Upload): Promise<void> => {
  for (const chunk of await chunksOf(upload)) await validateChunk({ upload, chunk });
};

const summaryOf = ({ id: upload }: Upload, chunk: number): Promise<Summary> =>
  readJson(buckets.LAKE_BUCKET, lakeKeys.summary(upload, chunk));

const stagedRows = async (upload: Upload): Promise<string> => {
  let rows = '';
  for (const { index: chunk } of await chunksOf(upload)) {
    for await (const { payload } of readStaged(upload.id, chunk)) {
      rows += openRecord(payload).text;
    }
  }
  return rows;
};

const rejectedRows = ({ id: upload }: Upload): Promise<string> =>
  readText(buckets.REPORTS_BUCKET, reportKeys.rejectedRows(upload));

const setAsideValues = ({ id: upload }: Upload): Promise<string> =>
  readText(buckets.REPORTS_BUCKET, reportKeys.setAsideValues(upload));

/** Uploads a file, plans it and validates all of it. */
const validated = async (key: string, text: string | Buffer): Promise<Upload> => {
  const upload = await plan(key, text);
  await validateAll(upload);
  return upload;
};

/** Plans an upload again, as the state machine does where its cuts were wrong. */
const planAgain = async ({ bucket, key, version }: Upload, exact: boolean): Promise<Upload> => {
  const detail = { bucket: { name: bucket }, object: { key, 'version-id': version, sequencer: '' } };
  const upload = await planUpload({
    event: { time: '2026-02-01T10:00:00Z', detail },
    execution: `arn:${key}`,
    exact,
  });
  if (upload.outcome !== 'planned') throw new Error('It is a duplicate.');
  return upload;
};

/** The error that some work ends with. */
const failure = async (work: Promise<unknown>): Promise<Error> => {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It passed.');
};

export {
  chunksOf,
  failure,
  plan,
  planAgain,
  rejectedRows,
  setAsideValues,
  stagedRows,
  summaryOf,
  validateAll,
  validated,
};
