import * as z from 'zod';
import { environment } from '../core/platform/environment';
import { lakeKeys, reportKeys } from '../core/platform/keys';
import { lambda } from '../core/platform/lambda';
import { putJson } from '../core/platform/objects';
import { readSettings } from '../core/platform/settings';
import { assertAcceptable } from '../core/rows/acceptance';
import { noDates, orderByAll, sumDates } from '../core/rows/date-order';
import { findCutInQuotes, readSummaries, type Sums, sumSummaries } from '../core/rows/judgement';
import { writeRejectedRows, writeSetAsideValues } from '../core/rows/rejected-rows';
import type { Summary } from '../core/rows/summaries';
import { assertCurrent } from '../core/uploads/claims';
import { type Totals, type Upload, uploadSchema } from '../core/uploads/upload';
import { CutInsideQuotes, DatesReadOtherwise } from '../core/uploads/upload-errors';

const judgeUploadEvent = z.strictObject({ upload: uploadSchema });

const assertCuts = (upload: Upload, summaries: readonly Summary[]): void => {
  const wrong = upload.exact ? undefined : findCutInQuotes(summaries);
  if (wrong === undefined) return;
  throw new CutInsideQuotes(
    `Chunk ${wrong.index} of ${upload.key} ends inside a quoted field (byte ${wrong.end}): the file has to be cut again, reading all of it.`,
  );
};

/** @throws `AmbiguousDates` as *Plan upload* does where it reads all rows */
const assertDates = ({ datesPresumed, dialect, bucket, key }: Upload, summaries: readonly Summary[]): void => {
  if (!datesPresumed) return;
  const order = orderByAll(`s3://${bucket}/${key}`, sumDates(summaries.map(({ dates = noDates() }) => dates)));
  if (order === dialect.dateOrder) return;
  throw new DatesReadOtherwise(
    `The dates of ${key} were read with ${dialect.dateOrder ?? 'no order'}, and all of its rows tell ${order ?? 'no order'}: they have to be read again.`,
  );
};

const writePlan = (upload: Upload, summaries: readonly Summary[], { days }: Sums) => {
  const chunks = summaries.map(({ index, records, valid }) => ({ chunk: index, records: records.length, rows: valid }));
  return putJson(environment('LAKE_BUCKET'), lakeKeys.plan(upload.id), { upload: upload.id, chunks, days });
};

/** Sums up what the chunks found, writes the rejected rows down, and lets the upload pass or not. */
const judgeUpload = async ({ upload }: z.infer<typeof judgeUploadEvent>): Promise<Totals> => {
  await assertCurrent(upload);
  const summaries = await readSummaries(upload);
  assertCuts(upload, summaries);
  assertDates(upload, summaries);
  const sums = sumSummaries(upload, summaries);
  const rejectedRows = await writeRejectedRows(upload, summaries);
  await writeSetAsideValues(upload, summaries);
  assertAcceptable(`s3://${upload.bucket}/${upload.key}`, sums, readSettings(), {
    rejectedRows: `s3://${rejectedRows.bucket}/${rejectedRows.key}`,
    setAsideValues: `s3://${rejectedRows.bucket}/${reportKeys.setAsideValues(upload.id)}`,
  });
  await writePlan(upload, summaries, sums);
  return { ...sums, days: Object.keys(sums.days) };
};

const handler = lambda(judgeUpload, { event: judgeUploadEvent });

export { handler, judgeUpload };
