import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { type SealResult, seal } from '../core/lake/sealing';
import { environment } from '../core/platform/environment';
import { lambda } from '../core/platform/lambda';
import { totalsSchema, uploadSchema } from '../core/uploads/upload';

const sealUploadEvent = z.strictObject({ upload: uploadSchema, totals: totalsSchema });

type SealUploadEvent = z.infer<typeof sealUploadEvent>;

/** Time that an attempt keeps for its end, in milliseconds: a portion of copies takes a few seconds. */
const reserve = 120_000;

/** Puts what has landed of an upload into the tables, where no query sees it yet. */
const sealUpload = (
  { upload, totals }: SealUploadEvent,
  { getRemainingTimeInMillis }: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<SealResult> => seal(environment('LAKE_BUCKET'), upload, totals, () => getRemainingTimeInMillis() > reserve);

const handler = lambda(sealUpload, { event: sealUploadEvent });

export { handler, sealUpload, sealUploadEvent };
