import * as z from 'zod';
import type { Execution } from '../platform/execution';
import type { Settings } from '../platform/settings';
import type { Heartbeat } from '../stream/heartbeat';

/** `$.landing`: what *Await landing* knows from look to look. The state machine sets its first value. */
const landingStateSchema = z.object({
  status: z.enum(['waiting', 'landed']),
  rows: z.number().int(),
  records: z.number().int(),
  /** Seconds until the next look. */
  wait: z.number().int().min(1),
  /** When the stage began, or began again. */
  startedAt: z.string(),
  /** When something last moved: a landing, a publication, a batch of the job, the redrive. */
  progressAt: z.string(),
  /** When records were last published. */
  publishedAt: z.string().optional(),
  /** Times that missing records were published again. */
  republished: z.number().int().min(0),
  /** Chunk at which an unfinished publication goes on. */
  resume: z.number().int().optional(),
  polls: z.number().int().min(0),
  /** The redrive that was last taken account of. */
  redriven: z.string().optional(),
  /** The job's last known batch. */
  batch: z.object({ query: z.string(), batch: z.number().int() }).optional(),
});

type LandingState = z.infer<typeof landingStateSchema>;

const seconds = 1_000;

const later = (a: string, b: string): string => (Date.parse(a) >= Date.parse(b) ? a : b);

/** The state as this look begins with it: a redrive starts the clock and the count of publications anew. */
const beginLook = (state: LandingState, { RedriveTime: redriven }: Execution): LandingState => {
  const publishedAt = state.publishedAt ?? state.startedAt;
  if (redriven === undefined || redriven === state.redriven) return { ...state, publishedAt };
  return {
    ...state,
    startedAt: later(state.startedAt, redriven),
    progressAt: later(state.progressAt, redriven),
    publishedAt,
    republished: 0,
    resume: undefined,
    polls: 0,
    redriven,
  };
};

interface Look {
  now: Date;
  rows: number;
  records: number;
  heartbeat: Heartbeat | undefined;
}

/** A job that goes from batch to batch is busy, with other uploads maybe; one that starts over and over is not. */
const hasMoved = ({ batch }: LandingState, heartbeat: Heartbeat | undefined): boolean => {
  const now = batchOf(heartbeat);
  return now !== undefined && batch !== undefined && batch.query === now.query && now.batch > batch.batch;
};

const batchOf = (heartbeat: Heartbeat | undefined): LandingState['batch'] =>
  heartbeat && heartbeat.query !== null && heartbeat.batch !== null
    ? { query: heartbeat.query, batch: heartbeat.batch }
    : undefined;

/** Notes what a look found. */
const noteLook = (state: LandingState, { now, rows, records, heartbeat }: Look): LandingState => ({
  ...state,
  rows,
  records,
  polls: state.polls + 1,
  progressAt: records > state.records || hasMoved(state, heartbeat) ? now.toISOString() : state.progressAt,
  batch: batchOf(heartbeat),
});

/** Whether the job read all there was, well after the last publication: what is missing now does not come by itself. */
const isLost = (state: LandingState, heartbeat: Heartbeat | undefined, { landingGraceSeconds }: Settings): boolean =>
  Boolean(heartbeat?.caughtUpAt) &&
  Date.parse(heartbeat?.caughtUpAt ?? '') >
    Date.parse(state.publishedAt ?? state.startedAt) + landingGraceSeconds * seconds;

const isStalled = ({ progressAt }: LandingState, now: Date, { stallSeconds }: Settings): boolean =>
  now.getTime() - Date.parse(progressAt) > stallSeconds * seconds;

/** A job that has nothing to do says so every five seconds. */
const idleBeat = 8 * seconds;

/**
 * Whether the job stood idle when the records came, so that they may land within a second or two. Where many uploads come at once
 * it does not, and whoever waits for them within a function would keep others from running.
 */
const isAlone = ({ polls }: LandingState, now: Date, heartbeat: Heartbeat | undefined): boolean =>
  polls === 1 && Boolean(heartbeat?.caughtUpAt) && now.getTime() - Date.parse(heartbeat?.caughtUpAt ?? '') < idleBeat;

/** Waits a tenth of the time waited so far: quick for a small file, and few looks at a large one. */
const nextWait = ({ startedAt }: LandingState, now: Date, { maxPollSeconds }: Settings): number =>
  Math.min(maxPollSeconds, Math.max(1, Math.floor((now.getTime() - Date.parse(startedAt)) / (10 * seconds))));

export type { LandingState };
export { beginLook, isAlone, isLost, isStalled, landingStateSchema, nextWait, noteLook };
