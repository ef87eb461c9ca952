/** The code under test, as the simulation calls it: the functions behind the state machine's stages, merges, sweeps, the withdrawal. */
import { readLanding } from '../../../core/lake/landing';
import { SealingUnfinished } from '../../../core/lake/sealing';
import { shards } from '../../../core/lake/visibility-log';
import { UnknownUpload, withdrawUpload } from '../../../core/lake/withdrawal';
import { glue, s3 } from '../../../core/platform/clients';
import { clock } from '../../../core/platform/clock';
import { readSettings } from '../../../core/platform/settings';
import { isTransient } from '../../../core/platform/transient';
import { ClaimContended, claimUpload, writeUploadEntry } from '../../../core/uploads/claiming';
import { Superseded } from '../../../core/uploads/upload-errors';
import { findNewPartitions } from '../../../functions/find-new-partitions';
import { makeUploadVisible } from '../../../functions/make-upload-visible';
import { merge } from '../../../functions/merge-days';
import { sealUpload } from '../../../functions/seal-upload';
import { sweep } from '../../../functions/sweep-lake';
import { viewsDatabase } from './catalogue';
import { type Landed, lake } from './landed';
import { type Actor, World } from './world';

/** Gives the code under test the clock of the function that runs, and a deployment's variables. */
const prepareProcess = (): void => {
  Object.assign(process.env, {
    LAKE_BUCKET: lake,
    DATABASE_NAME: viewsDatabase,
    FILES_DATABASE_NAME: 'cellflow_files',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'simulation',
    AWS_SECRET_ACCESS_KEY: 'simulation',
    SETTINGS: JSON.stringify({ mergeFrom: 2 }),
  });
  const running = (): Actor => {
    const actor = World.actor();
    if (actor === undefined) throw new Error('Time is asked for by no function.');
    return actor;
  };
  clock.now = () => running().clock();
  clock.sleep = (milliseconds) => {
    const actor = running();
    return actor.world.wait(actor, milliseconds);
  };
  const realTimeout = globalThis.setTimeout;
  // The SDK's pauses between its attempts.
  const virtualTimeout = (work: () => void, milliseconds = 0) => {
    const actor = World.actor();
    if (actor === undefined) return realTimeout(work, milliseconds);
    void actor.world.wait(actor, milliseconds).then(work);
    return { ref: () => undefined, unref: () => undefined };
  };
  Object.assign(globalThis, { setTimeout: virtualTimeout });
  AbortSignal.timeout = (milliseconds) => {
    const controller = new AbortController();
    void running()
      .world.sleep(milliseconds)
      .then(() => controller.abort());
    return controller.signal;
  };
};

/** Shards of the log that hold nothing would cost each sweep and each merge two calls that tell nothing. */
const useOnly = (claims: readonly string[]): void => {
  const used = [...new Set(claims.map((claim) => claim.replace('claims/', '')[0] as string))];
  shards.splice(0, shards.length, ...used);
};

const remaining = (actor: Actor) => ({ getRemainingTimeInMillis: () => actor.dies - actor.world.now });

/** The first part of *Plan upload*; what it reads of the file concerns nobody else. */
const claim = async ({ upload }: Landed, sequencer: string, execution: string) => {
  const { id, bucket, key, version, claim } = upload;
  const claimed = await claimUpload({ upload: id, claim, bucket, key, version, sequencer, execution });
  if (claimed.outcome === 'claimed') await writeUploadEntry({ id, bucket, key, version, claim });
  return claimed;
};

const noticeDelay = (): number => readSettings().visibilityNoticeMs;
const grace = (): number => readSettings().sweepGraceMinutes * 60_000;

const withdraw = (upload: string) => withdrawUpload(lake, upload, { delay: noticeDelay() });

export {
  ClaimContended,
  claim,
  findNewPartitions,
  glue,
  grace,
  isTransient,
  makeUploadVisible,
  merge,
  noticeDelay,
  prepareProcess,
  readLanding,
  remaining,
  SealingUnfinished,
  Superseded,
  s3,
  sealUpload,
  sweep,
  UnknownUpload,
  useOnly,
  withdraw,
};
