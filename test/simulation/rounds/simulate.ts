import type { Scheduler } from 'fast-check';
import { claimKey, type Totals, type Upload, uploadId } from '../../../core/uploads/upload';
import { makeTotals, makeUpload } from '../../support/uploads';
import { Adversary } from '../core/adversary';
import { minute } from '../core/chances';
import { attach } from '../core/client';
import { Random } from '../core/random';
import type { Violation } from '../core/report';
import { World } from '../core/world';
import { Checks } from './checks';
import { Execution, type Simulation } from './execution';
import * as protocol from './protocol';
import type { Scenario } from './scenario';
import { Services } from './services';

interface Outcome {
  violations: Violation[];
  /** The readable schedule: each call in its order. */
  log: string[];
  steps: number;
}

const lake = 'lake';
const bucket = 'uploads';
/** A call takes so long at most: less than is kept in reserve for one that is on its way. */
const longestCall = 10_000;

const describeFile = (name: string): { upload: Upload; totals: Totals } => {
  const key = `north/${name}.csv`;
  const id = uploadId(bucket, key, 'v1');
  return { upload: makeUpload({ id, bucket, key, version: 'v1', claim: claimKey(bucket, key) }), totals: makeTotals() };
};

/** Somebody withdraws an upload: as far as the reports go, that is its claim. */
const writeClaim = ({ services }: Simulation, { id, claim, key }: Upload, execution: string, withdrawn: boolean) => {
  const value = { bucket, key, upload: id, version: 'v1', sequencer: '1', generation: 1, execution };
  services.put(lake, claim, JSON.stringify({ ...value, ...(withdrawn && { withdrawn }) }));
};

/** An upload that queries see. */
const begin = (simulation: Simulation, name: string, redrives: number[]) => {
  const file = describeFile(name);
  const execution = new Execution(simulation, file, name, { redrives });
  simulation.checks.know(file.upload.id);
  writeClaim(simulation, file.upload, execution.arn, false);
  return { ...file, execution, ended: execution.run() };
};

const uploadAll = async (simulation: Simulation): Promise<void> => {
  const { world, checks, scenario } = simulation;
  for (const [index, { after, stopped, withdrawn, redrives }] of scenario.uploads.entries()) {
    await world.sleep(after);
    const { upload, execution } = begin(simulation, `u${index + 1}`, redrives);
    if (stopped !== undefined) void world.sleep(stopped).then(() => execution.stopNow());
    if (withdrawn === undefined) continue;
    void world.sleep(withdrawn).then(() => {
      world.tell(undefined, `u${index + 1} is withdrawn`);
      checks.withdrawn(upload.id);
      writeClaim(simulation, upload, execution.arn, true);
    });
  }
};

/** When all is quiet, an upload that nothing disturbs. */
const finish = async (simulation: Simulation): Promise<void> => {
  const { world, checks, services } = simulation;
  services.rest();
  await world.sleep(minute);
  const { upload, ended } = begin(simulation, 'last', []);
  await ended;
  if (!services.mails.some(({ uploads }) => uploads.includes(upload.id))) {
    checks.violate('ReportedFinally', 'the last upload');
  }
};

/** Plays a scenario, in the order that the scheduler has it, and says which invariants broke. */
const simulate = async (scenario: Scenario, scheduler: Scheduler, tracing: boolean): Promise<Outcome> => {
  const random = new Random(scenario.adversary);
  const world = new World(scheduler, random, { pace: scenario.pace, call: longestCall }, tracing);
  const services = new Services(world, scenario.pageSize, scenario.stale, scenario.refusals);
  const checks = new Checks(world, services, scenario.stale);
  const simulation = { world, services, checks, scenario };
  const { faults, kills, killRate } = scenario;
  const adversary = new Adversary(random, { rate: faults / 1_000, killRate: killRate / 1_000, kills });
  Math.random = () => random.next();
  attach(protocol.s3(), adversary, services);
  services.watch = (change) => checks.note(change);
  services.attach(protocol.sfn(), protocol.sns(), adversary);

  void uploadAll(simulation);
  await world.run();
  checks.checkQuiet();
  if (checks.violations.length === 0) {
    adversary.rest();
    const calm = { ...scenario, pauses: 0, doubles: 0, failures: 0, reports: 0 };
    void finish({ ...simulation, scenario: calm });
    await world.run();
    checks.finish();
  }
  return { violations: checks.violations, log: world.log, steps: world.steps };
};

export { simulate };
