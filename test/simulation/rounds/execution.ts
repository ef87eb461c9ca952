import type { Totals, Upload } from '../../../core/uploads/upload';
import { minute, second } from '../core/chances';
import type { Actor, Ended, Life, World } from '../core/world';
import type { Checks } from './checks';
import * as protocol from './protocol';
import type { Scenario, UploadPlan } from './scenario';
import type { Services } from './services';

/** All that a run is about. */
interface Simulation {
  world: World;
  services: Services;
  checks: Checks;
  scenario: Scenario;
}

type FunctionName = keyof typeof protocol.lives;
type State =
  | 'Join reporting'
  | 'Wait for the round before'
  | 'Run reports'
  | 'Build report page'
  | 'E-mail report links';

/** How a task ended. */
type Outcome<Value> =
  | { how: 'done'; value: Value }
  | { how: 'superseded' }
  | { how: 'overtaken' }
  | { how: 'failed' }
  | { how: 'stopped' };

const mostAttempts = 6;
const mostAttemptsAtMail = 20;

const isLeading = (part: protocol.Part | undefined): part is protocol.Part & { role: 'lead' } => part?.role === 'lead';

/** The end of the state machine's way: from the upload that queries see to the mail, with retries, stops and redrives. */
class Execution {
  readonly arn: string;
  private state: State = 'Join reporting';
  private part: protocol.Part | undefined;
  /** What the page tells of. */
  private paged: string[] = [];
  private redrives = 0;
  private stop: () => void = () => undefined;
  private stopped: Promise<'stopped'> = new Promise(() => undefined);
  private running = false;
  private invocations = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly file: { upload: Upload; totals: Totals },
    readonly name: string,
    private readonly plan: Pick<UploadPlan, 'redrives'>,
  ) {
    this.arn = `arn:execution:${name}`;
  }

  /** Somebody stops it; what it calls runs on. */
  stopNow(): void {
    if (!this.running) return;
    this.tell('is stopped');
    this.stop();
  }

  /** Until it ends for good. */
  async run(): Promise<void> {
    const { world, services, checks } = this.simulation;
    for (;;) {
      this.running = true;
      this.stopped = new Promise((resolve) => {
        this.stop = () => resolve('stopped');
      });
      services.tell(this.arn, 'RUNNING');
      const end = await this.go();
      this.running = false;
      checks.leaves(this.arn);
      const status = end === 'failed' ? 'FAILED' : end === 'stopped' ? 'ABORTED' : 'SUCCEEDED';
      services.tell(this.arn, status);
      checks.ended(this.file.upload.id, end);
      this.tell(`ends as ${end}`);
      const redrive = this.plan.redrives[this.redrives];
      if (status === 'SUCCEEDED' || redrive === undefined) return;
      await world.sleep(redrive);
      this.redrives += 1;
      this.tell(`is redriven at ${this.state}`);
    }
  }

  private tell(what: string): void {
    this.simulation.world.tell({ life: this }, what);
  }

  /** From the state in which it is to an end. */
  private async go(): Promise<string> {
    for (;;) {
      const outcome = await this.step();
      if (outcome.how === 'overtaken') {
        this.tell('was overtaken');
        this.simulation.checks.leaves(this.arn);
        this.state = 'Join reporting';
      } else if (outcome.how !== 'done') return outcome.how;
      else if (outcome.value !== undefined) return outcome.value;
    }
  }

  /** A state; its value is an end, where it is the last. */
  private async step(): Promise<Outcome<string | undefined>> {
    switch (this.state) {
      case 'Join reporting':
        return this.join();
      case 'Wait for the round before':
        return this.wait();
      case 'Run reports':
        return this.report();
      case 'Build report page':
        return this.build();
      case 'E-mail report links':
        return this.mail();
    }
  }

  private goTo(state: State): Outcome<undefined> {
    this.state = state;
    return { how: 'done', value: undefined };
  }

  private async join(): Promise<Outcome<string | undefined>> {
    const { upload, totals } = this.file;
    const { checks } = this.simulation;
    const joined = await this.task('join-reporting', () =>
      protocol.joinReporting({ upload, totals, execution: { Id: this.arn } }),
    );
    if (joined.how !== 'done') return joined;
    const { value: part } = joined;
    this.part = part;
    this.tell(`is told: ${part.role}${isLeading(part) ? ` ${part.number} with ${part.uploads}` : ''}`);
    if (part.role === 'joined' || part.role === 'reported') return { how: 'done', value: part.role };
    checks.stands(this.arn, isLeading(part) ? 'leads' : 'waits', this.redrives > 0);
    return this.goTo(isLeading(part) ? 'Run reports' : 'Wait for the round before');
  }

  private async wait(): Promise<Outcome<undefined>> {
    const seconds = this.part?.role === 'wait' ? this.part.wait : 0;
    return (await this.pause(seconds * second)) ? this.goTo('Join reporting') : { how: 'stopped' };
  }

  private get reporting() {
    if (!isLeading(this.part)) throw new Error(`${this.name} reports and does not lead.`);
    const { number, key } = this.part;
    return { ...this.file, round: { number, key } };
  }

  private async report(): Promise<Outcome<undefined>> {
    const { world, scenario } = this.simulation;
    for (let number = 0; number < 2; number += 1) {
      const read = await this.task('run-report', () => protocol.readReporting(this.reporting));
      if (read.how !== 'done') return read;
      if (!(await this.pause(world.random.between(0, scenario.reports / 2)))) return { how: 'stopped' };
    }
    return this.goTo('Build report page');
  }

  private async build(): Promise<Outcome<undefined>> {
    const { world, checks } = this.simulation;
    const built = await this.task('build-report-page', async () => {
      const begunAt = world.now;
      const { uploads } = await protocol.readCurrentReporting(this.reporting);
      return { begunAt, uploads: uploads.map(({ upload }) => upload.id) };
    });
    if (built.how !== 'done') return built;
    const { uploads, begunAt } = built.value;
    checks.paged(uploads, begunAt);
    this.paged = uploads;
    return this.goTo('E-mail report links');
  }

  private async mail(): Promise<Outcome<string | undefined>> {
    const { round } = this.reporting;
    const message = JSON.stringify({ round: round.number, uploads: this.paged, execution: this.arn });
    const mail = { subject: `round ${round.number}`, message, send: true };
    const { checks } = this.simulation;
    const mailed = await this.task('mail-reports', async ({ born }, awsRequestId) => {
      const done = await protocol.mailReports({ round, mail, execution: { Id: this.arn } }, { awsRequestId });
      return { ...done, born };
    });
    if (mailed.how !== 'done') return mailed;
    checks.leaves(this.arn);
    checks.closed(mailed.value.born);
    return mailed.value.outcome === 'again' ? this.goTo('Join reporting') : { how: 'done', value: 'reported' };
  }

  /** Waits; false where it was stopped meanwhile. */
  private async pause(milliseconds: number): Promise<boolean> {
    const waited = this.simulation.world.sleep(milliseconds).then(() => true);
    return (await Promise.race([waited, this.stopped])) === true;
  }

  /** Invokes a function until it answers, or its retries are used up. */
  private async task<Value>(
    name: FunctionName,
    work: (actor: Actor, request: string) => Promise<Value>,
  ): Promise<Outcome<Value>> {
    const { world, scenario } = this.simulation;
    const { random } = world;
    let attempts = 0;
    let attemptsAtMail = 0;
    for (;;) {
      const ended = await Promise.race([this.invoke(name, work), this.stopped]);
      if (ended === 'stopped') return { how: 'stopped' };
      if (ended.how === 'returned') return { how: 'done', value: ended.value };
      const error = ended.how === 'failed' ? ended.error : undefined;
      if (error instanceof protocol.Superseded) return { how: 'superseded' };
      if (error instanceof protocol.RoundOvertaken) return { how: 'overtaken' };
      if (error instanceof protocol.MailUnderWay) {
        attemptsAtMail += 1;
        if (attemptsAtMail > mostAttemptsAtMail) return { how: 'failed' };
        if (!(await this.pause(random.between(0, minute)))) return { how: 'stopped' };
        continue;
      }
      if (error !== undefined && !protocol.isPassing(error)) return this.judge(name, error);
      attempts += 1;
      if (attempts >= mostAttempts || random.chance(scenario.failures / 100)) return { how: 'failed' };
      if (!(await this.pause(random.anyScale(100, 10 * second)))) return { how: 'stopped' };
    }
  }

  /** A refusal of SNS fails the execution; anything else would be a defect. */
  private judge(name: FunctionName, error: Error): Outcome<never> {
    if (error.name !== 'InvalidParameterException') {
      this.simulation.checks.violate('NoDefect', `${name} of ${this.name} failed: ${error.name}: ${error.message}`);
      this.tell(`${error.stack}`);
    }
    return { how: 'failed' };
  }

  /** One invocation. The state machine may give up waiting for it; it runs on then, beside the next. */
  private invoke<Value>(
    name: FunctionName,
    work: (actor: Actor, request: string) => Promise<Value>,
  ): Promise<Ended<Value>> {
    const { world, scenario } = this.simulation;
    this.invocations += 1;
    const request = `${this.name} ${this.invocations}`;
    const life: Life = {
      name: `${this.name} ${name.split('-')[0]}`,
      longest: protocol.lives[name],
      skew: world.random.between(-scenario.skew, scenario.skew),
      pauses: scenario.pauses / 1_000,
      longestPause: protocol.lives[name],
    };
    const { ended } = world.spawn(life, (actor) => work(actor, request));
    if (!world.random.chance(scenario.doubles / 100)) return ended;
    const givenUp = world
      .sleep(world.random.anyScale(10, protocol.lives[name]))
      .then((): Ended<Value> => ({ how: 'killed' }));
    return Promise.race([ended, givenUp]);
  }
}

export type { Simulation };
export { Execution };
