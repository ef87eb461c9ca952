import { z } from 'zod';
import { environment } from '../core/platform/environment';
import { lakeKeys } from '../core/platform/keys';
import { lambda } from '../core/platform/lambda';
import { putJson } from '../core/platform/objects';
import { readSettings } from '../core/platform/settings';
import { findCutInQuotes, readSummaries, type Sums, sumSummaries } from '../core/rows/judgement';
import { type RejectedRowsPlace, writeRejectedRows } from '../core/rows/rejected-rows';
import type { Summary } from '../core/rows/summaries';
import { assertCurrent } from '../core/uploads/claims';
import { type Totals, type Upload, uploadSchema } from '../core/uploads/upload';
import {
  CutInsideQuotes,
  EmptyUpload,
  NoValidRows,
  TooManyDays,
  TooManyInvalidRows,
} from '../core/uploads/upload-errors';

const judgeUploadEvent = z.strictObject({ upload: uploadSchema });

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.001 ? 3 : 1)} %`;

const mostReasons = 10;

/** By which rules most rows are rejected, and where all of them are: rows themselves have no place in an error, which is logged. */
const describeRejected = ({ reasons }: Sums, { bucket, key }: RejectedRowsPlace): string => {
  const ordered = Object.entries(reasons).sort(([, one], [, other]) => other - one);
  const told = ordered.slice(0, mostReasons).map(([reason, rows]) => `${reason} (${rows})`);
  const more = ordered.length > mostReasons ? ` and ${ordered.length - mostReasons} more` : '';
  return `By column and rule: ${told.join(', ')}${more}.\nAll of them, with line and value: s3://${bucket}/${key}`;
};

const assertCuts = (upload: Upload, summaries: readonly Summary[]): void => {
  const wrong = upload.exact ? undefined : findCutInQuotes(summaries);
  if (wrong === undefined) return;
  throw new CutInsideQuotes(
    `Chunk ${wrong.index} of ${upload.key} ends inside a quoted field (byte ${wrong.end}): the file has to be cut again, reading all of it.`,
  );
};

const assertAcceptable = ({ bucket, key }: Upload, sums: Sums, rejectedRows: RejectedRowsPlace): void => {
  const { maxRejectedShare, maxDays } = readSettings();
  const file = `s3://${bucket}/${key}`;
  const { rows, valid, rejected, days } = sums;
  if (rows === 0) throw new EmptyUpload(`${file} has a header and no rows.`);
  const share = rejected / rows;
  if (valid === 0) {
    throw new NoValidRows(`None of the ${rows} rows of ${file} is valid. ${describeRejected(sums, rejectedRows)}`);
  }
  if (share > maxRejectedShare) {
    throw new TooManyInvalidRows(
      `${rejected} of ${rows} rows of ${file} are rejected: ${percent(share)}, and ${percent(maxRejectedShare)} are allowed. ${describeRejected(sums, rejectedRows)}`,
    );
  }
  const touched = Object.keys(days).length;
  if (touched > maxDays) {
    throw new TooManyDays(
      `The rows of ${file} spread over ${touched} days, ${sums.firstDay} to ${sums.lastDay}; ${maxDays} are allowed. Split the file.`,
    );
  }
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
  const sums = sumSummaries(upload, summaries);
  const rejectedRows = await writeRejectedRows(upload, summaries);
  assertAcceptable(upload, sums, rejectedRows);
  await writePlan(upload, summaries, sums);
  return { ...sums, days: Object.keys(sums.days) };
};

const handler = lambda(judgeUpload, { event: judgeUploadEvent });

export { handler, judgeUpload };
