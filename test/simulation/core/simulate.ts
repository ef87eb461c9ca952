import type { Scheduler } from 'fast-check';
import { Adversary } from './adversary';
import { Catalogue } from './catalogue';
import { hour, minute, second } from './chances';
import { Checks, type Violation } from './checks';
import { attach } from './client';
import { Execution, isPassing, lifeOf, type Simulation } from './execution';
import { type Landed, lake, land, uploads } from './landed';
import * as protocol from './protocol';
import { Random } from './random';
import { ObjectGone, query } from './reader';
import type { FilePlan, Scenario } from './scenario';
import { Store } from './store';
import { parseLines } from './truth';
import { attachToWire } from './wire';
import { World } from './world';

interface Outcome {
  violations: Violation[];
  /** The readable schedule: each call in its order. */
  log: string[];
  steps: number;
}

/** Of the files; what each version is called begins with its file's letter. */
const keys = ['north/phone.csv', 'south/phone.csv', 'west/phone.csv'];
const letters = 'vwx';
const firstDay = Date.UTC(2026, 0, 1);
/** The longest query with its time in the queue. */
const longestQuery = 30 * minute;
const mostReaders = 4;
/** Queries more where rows are merged. */
const moreReaders = 2;
/** A call takes so long at most: with the clients' patience it stays under the notice that visibility is given. */
const longestCall = () => protocol.noticeDelay() * 0.35;

const dayOf = (number: number): string => new Date(firstDay + number * 24 * hour).toISOString().slice(0, 10);

/** Queries: some at moments of their own, some when something changes, most just before or after a change of visibility. */
class Readers {
  private started = 0;
  private readonly most: number;

  constructor(private readonly simulation: Simulation) {
    this.most = mostReaders + (simulation.scenario.merges.length > 0 ? moreReaders : 0);
  }

  start(name: string): void {
    const { world, store, catalogue, checks } = this.simulation;
    const life = lifeOf(this.simulation, name, longestQuery);
    // A query waits in a queue, and reads for long.
    const patient = { ...life, pauses: Math.min(0.3, 4 * life.pauses) };
    const { ended } = world.spawn(patient, (actor) => query(actor, store, catalogue, lake));
    void ended.then((end) => {
      if (end.how === 'returned') checks.read(end.value);
      else if (end.how === 'failed' && end.error instanceof ObjectGone) {
        checks.broke(end.error);
        world.tell({ life: { name } }, `${end.error.message}; it is asked again`);
        this.start(`${name}'`);
      } else if (end.how === 'failed') checks.violate('NoDefect', `${name}: ${end.error.message}`);
    });
  }

  /** A query that begins later. */
  async startAfter(milliseconds: number): Promise<void> {
    this.started += 1;
    const name = `query ${this.started}`;
    await this.simulation.world.sleep(milliseconds);
    this.start(name);
  }

  /** A query that begins now, by chance. */
  maybe(chance: number): void {
    if (this.started < this.most && this.simulation.world.random.chance(chance)) void this.startAfter(0);
  }

  /** Begins queries at moments that a change makes interesting. */
  note({ bucket, key: changed, body }: { bucket: string; key: string; body?: string }): void {
    const { world } = this.simulation;
    if (bucket !== lake) return;
    if (/^(measurements|hourly_quality)\//.test(changed)) this.maybe(0.08);
    if (this.started >= this.most) return;
    if (!changed.startsWith('visibility/') || body === undefined) return;
    for (const { visible_from, visible_until } of parseLines(body)) {
      const moment = visible_from ?? visible_until;
      if (moment == null || !world.random.chance(0.4) || moment < world.now) continue;
      void this.startAfter(moment - world.now + world.random.pick([-100, -1, 0, 1, 100]));
    }
  }
}

/** A file with its versions, as they landed. */
interface LandedFile extends FilePlan {
  key: string;
  all: Landed[];
}

/** Each version touches the first day, and mostly one more that is the same for those of its number. */
const landAll = ({ store, scenario, checks }: Simulation): LandedFile[] =>
  scenario.files.map((file, number) => {
    const key = keys[number] as string;
    const all = file.versions.map(({ days }, index) => {
      const version = `${letters[number]}${index + 1}`;
      const landed = land(store, key, version, [dayOf(0), dayOf(index + 1)].slice(0, days), scenario.oldJob);
      checks.know(landed, version);
      return landed;
    });
    return { ...file, key, all };
  });

/** An event of a version comes, and starts an execution. */
const deliver = async (
  simulation: Simulation,
  { all, versions }: LandedFile,
  index: number,
  delay: number,
  name: string,
) => {
  await simulation.world.sleep(delay);
  const landed = all[index] as Landed;
  const sequencer = simulation.scenario.sequencers ? `0055AED6DCD9028${index}` : '';
  const bad = versions[index]?.bad ?? false;
  await new Execution(simulation, landed, { name, sequencer, bad }).run();
};

/** Uploads the versions of a file one after the other; their events come late, doubled, in any order. */
const uploadAll = async (simulation: Simulation, file: LandedFile): Promise<void> => {
  const { world, store, checks } = simulation;
  const { key, all, versions, withdrawal } = file;
  for (const [index, landed] of all.entries()) {
    const { after = 0, late = 0, doubled } = versions[index] ?? {};
    const { version } = landed.upload;
    await world.sleep(after);
    store.put(uploads, key, version);
    checks.uploaded(landed.upload.id);
    world.tell(undefined, `${version} is uploaded`);
    void deliver(simulation, file, index, late, version);
    if (doubled !== undefined) void deliver(simulation, file, index, doubled, `${version}'`);
    if (withdrawal !== undefined && withdrawal.version % all.length === index) {
      void world.sleep(withdrawal.after).then(() => withdraw(simulation, landed));
    }
  }
};

/** Somebody withdraws an upload, from a laptop that may sleep for hours; mostly again where it did not work. */
const withdraw = async (simulation: Simulation, { upload }: Landed): Promise<void> => {
  const { world, checks } = simulation;
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    checks.withdrawing(upload.id);
    const life = lifeOf(simulation, 'withdrawal', 12 * hour);
    const ended = await world.spawn(life, () => protocol.withdraw(upload.id)).ended;
    if (ended.how === 'returned') return checks.withdrawn(upload.id);
    if (ended.how === 'failed' && !isPassing(ended.error) && !(ended.error instanceof protocol.UnknownUpload)) {
      checks.violate('NoDefect', `the withdrawal failed: ${ended.error.name}: ${ended.error.message}`);
    }
    if (world.random.chance(0.2)) return;
    await world.sleep(world.random.anyScale(second, hour));
  }
};

const sweepOnce = (simulation: Simulation, name: string) =>
  simulation.world.spawn(lifeOf(simulation, name), (actor) => protocol.sweep({}, protocol.remaining(actor))).ended;

const sweepAll = async (simulation: Simulation, readers: Readers): Promise<void> => {
  const { world, scenario } = simulation;
  for (const [index, after] of scenario.sweeps.entries()) {
    await world.sleep(after);
    readers.maybe(0.25);
    void sweepOnce(simulation, `sweep ${index + 1}`);
    if (world.random.chance(scenario.doubles / 100)) void sweepOnce(simulation, `sweep ${index + 1}'`);
  }
};

const mergeOnce = async (simulation: Simulation, name: string) => {
  const { world, checks } = simulation;
  const { ended } = world.spawn(lifeOf(simulation, name), (actor) => protocol.merge({}, protocol.remaining(actor)));
  const end = await ended;
  if (end.how !== 'failed') return end;
  if (!isPassing(end.error)) checks.violate('NoDefect', `${name} failed: ${end.error.name}: ${end.error.message}`);
  world.tell({ life: { name } }, `fails: ${end.error.message}`);
  return end;
};

const mergeAll = async (simulation: Simulation): Promise<void> => {
  const { world, scenario } = simulation;
  for (const [index, after] of scenario.merges.entries()) {
    await world.sleep(after);
    void mergeOnce(simulation, `merge ${index + 1}`);
    if (world.random.chance(scenario.doubles / 100)) void mergeOnce(simulation, `merge ${index + 1}'`);
  }
};

/**
 * When all is quiet: sweeps that nothing disturbs, and a query. Where rows were merged, the living are moved away from the dead
 * before them.
 */
const finish = async (simulation: Simulation): Promise<void> => {
  const { world, checks, scenario } = simulation;
  for (let number = 1; number <= 2; number += 1) {
    await world.sleep(protocol.grace() + 2 * minute);
    if (scenario.merges.length > 0) {
      const merged = await mergeOnce(simulation, `last merge ${number}`);
      if (merged.how === 'failed') checks.violate('NoDefect', `the last merge failed: ${merged.error.message}`);
    }
    const ended = await sweepOnce(simulation, `last sweep ${number}`);
    if (ended.how === 'failed') checks.violate('NoDefect', `the last sweep failed: ${ended.error.message}`);
  }
  new Readers(simulation).start('last query');
};

/** Plays a scenario, in the order that the scheduler has it, and says which invariants broke. */
const simulate = async (scenario: Scenario, scheduler: Scheduler, tracing: boolean): Promise<Outcome> => {
  const random = new Random(scenario.adversary);
  const world = new World(scheduler, random, { pace: scenario.pace, call: longestCall() }, tracing);
  const store = new Store(scenario.pageSize, () => world.now);
  const catalogue = new Catalogue();
  const checks = new Checks(world, store, catalogue, scenario.skew, scenario.sequencers);
  const simulation = { world, store, catalogue, checks, scenario };
  const faults = { rate: scenario.faults / 1_000, killRate: scenario.kills > 0 ? 0.02 : 0, kills: scenario.kills };
  const adversary = new Adversary(random, faults);
  const readers = new Readers(simulation);
  Math.random = () => random.next();
  (scenario.wire ? attachToWire : attach)(protocol.s3(), adversary, store);
  catalogue.attach(protocol.glue());
  store.watch = (change) => {
    checks.note(change);
    readers.note(change);
  };
  world.afterStep = () => checks.step();

  const files = landAll(simulation);
  protocol.useOnly(files.flatMap(({ all }) => all.map(({ upload }) => upload.claim)));
  for (const file of files) void uploadAll(simulation, file);
  void sweepAll(simulation, readers);
  void mergeAll(simulation);
  for (const after of scenario.readers) void readers.startAfter(after);
  await world.run();
  if (checks.violations.length === 0) {
    adversary.rest();
    const calm = { ...simulation, scenario: { ...scenario, pauses: 0 } };
    void finish(calm);
    await world.run();
    checks.finish();
  }
  return { violations: checks.violations, log: world.log, steps: world.steps };
};

export type { Outcome };
export { simulate };
