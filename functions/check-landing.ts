import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { findPoison, type Landing, readLanding } from '../core/lake/landing';
import {
  beginLook,
  isAlone,
  isLost,
  isStalled,
  type LandingState,
  landingStateSchema,
  nextWait,
  noteLook,
} from '../core/lake/landing-clock';
import { republish } from '../core/lake/republishing';
import { clock } from '../core/platform/clock';
import { environment } from '../core/platform/environment';
import { CellflowError } from '../core/platform/errors';
import { executionSchema } from '../core/platform/execution';
import { lambda } from '../core/platform/lambda';
import { readSettings } from '../core/platform/settings';
import { readHeartbeat } from '../core/stream/heartbeat';
import { ensureJob, type JobStatus } from '../core/stream/streaming-job';
import { assertCurrent } from '../core/uploads/claims';
import { type Plan, readPlan } from '../core/uploads/plan';
import { countOf, describeRanges } from '../core/uploads/ranges';
import { totalsSchema, type Upload, uploadSchema } from '../core/uploads/upload';

const checkLandingEvent = z.strictObject({
  upload: uploadSchema,
  totals: totalsSchema,
  execution: executionSchema,
  landing: landingStateSchema,
});

type CheckLandingEvent = z.infer<typeof checkLandingEvent>;

/** Records did not land, and waiting does not help. */
class LandingStalled extends CellflowError {}

/** A record of the upload cannot be decoded, however often it is published. */
class PoisonRecord extends CellflowError {}

/** Time kept of a look, in milliseconds: to begin with another chunk, and to give up in good order. */
const reserve = { chunk: 60_000, end: 15_000 };

const describeMissing = ({ missing, planned }: Landing): string => {
  const chunks = missing.slice(0, 3).map(({ chunk, records }) => `chunk ${chunk}: ${describeRanges(records)}`);
  const more = missing.length > 3 ? ` and ${missing.length - 3} chunks more` : '';
  const count = missing.reduce((sum, { records }) => sum + countOf(records), 0);
  return `${count} of ${planned} records (${chunks.join('; ')}${more})`;
};

const describeJob = ({ running, state, error }: JobStatus): string =>
  `The streaming job is ${running ? 'up' : 'not up'} (${state}).${error ? ` Its last bad end: ${error}.` : ''}`;

/** The error of an upload whose records do not come. */
const stalled = (upload: Upload, landing: Landing, { republished }: LandingState, job: JobStatus): CellflowError => {
  const poison = findPoison(landing);
  if (poison) {
    const { chunk, record, reason } = poison;
    return new PoisonRecord(
      `Record ${record} of chunk ${chunk} of ${upload.key} cannot be decoded (${reason}), also when published again. ` +
        `Missing: ${describeMissing(landing)}. A retry publishes what is missing once more; if it stays, upload the file again.`,
    );
  }
  const again = republished > 0 ? `, published again ${republished} times` : '';
  return new LandingStalled(
    `Of ${upload.key} ${describeMissing(landing)} have not landed${again}. ${describeJob(job)} ` +
      'A retry starts the job and waits again, and publishes what is missing.',
  );
};

/**
 * Pauses between the looks of one call, in milliseconds, at a file that has the job to itself. The state machine waits whole
 * seconds, and each of its looks costs more than these together.
 */
const quickLooks = { first: [400, 150, 150, 150, 200], later: 250, patience: 1_300, longest: 8_000 };

/** Looks as long as more lands, and a second and a bit after it; gives the last look. */
const lookQuickly = async (bucket: string, plan: Plan, first: Landing): Promise<Landing> => {
  let found = first;
  for (let look = 0, all = 0, still = 0; still < quickLooks.patience && all < quickLooks.longest; look += 1) {
    const pause = quickLooks.first[look] ?? quickLooks.later;
    await clock.sleep(pause);
    const next = await readLanding(bucket, plan);
    all += pause;
    still = next.records > found.records ? 0 : still + pause;
    found = next;
    if (found.missing.length === 0) break;
  }
  return found;
};

/** One look at what has landed, with the care that is due: the job is kept running, lost records are published again. */
const checkLanding = async (
  { upload, execution, landing }: CheckLandingEvent,
  { getRemainingTimeInMillis }: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<LandingState> => {
  await assertCurrent(upload);
  const bucket = environment('LAKE_BUCKET');
  const settings = readSettings();
  const plan = await readPlan(bucket, upload.id);

  // The heartbeat before the ledger: what the job committed until it had caught up is in the ledger that is read after.
  const heartbeat = await readHeartbeat(bucket);
  let found = await readLanding(bucket, plan);
  let now = new Date();
  const begun = beginLook(landing, execution);
  const note = () => noteLook(begun, { now, rows: found.rows, records: found.records, heartbeat });
  let state = note();
  if (found.missing.length === 0) return { ...state, status: 'landed' };

  const job = await ensureJob();
  if (job.running && isAlone(state, now, heartbeat)) {
    found = await lookQuickly(bucket, plan, found);
    now = new Date();
    state = note();
    if (found.missing.length === 0) return { ...state, status: 'landed' };
  }
  const wait = nextWait(state, now, settings);
  const lost = state.resume !== undefined || isLost(state, heartbeat, settings);
  if (lost && state.republished < settings.maxRepublications) {
    const resume = await republish(upload, found.missing, {
      from: state.resume ?? 0,
      goOn: () => getRemainingTimeInMillis() > reserve.chunk,
      deadline: Date.now() + getRemainingTimeInMillis() - reserve.end,
    });
    const published = new Date().toISOString();
    const republished = resume === undefined ? state.republished + 1 : state.republished;
    return { ...state, resume, republished, publishedAt: published, progressAt: published, wait: 1 };
  }
  if (lost || isStalled(state, now, settings)) throw stalled(upload, found, state, job);
  return { ...state, status: 'waiting', wait };
};

const handler = lambda(checkLanding, { event: checkLandingEvent });

export { checkLanding, checkLandingEvent, handler, LandingStalled, PoisonRecord };
