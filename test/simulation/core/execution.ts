import type { Crawling } from '../../../core/lake/crawling';
import type { Catalogue } from './catalogue';
import { hour, minute, second } from './chances';
import type { Checks, End } from './checks';
import { type Landed, lake } from './landed';
import * as protocol from './protocol';
import type { Scenario } from './scenario';
import { type Stage, stageOrder } from './stage-order';
import type { Store } from './store';
import type { Actor, Ended, Life, World } from './world';

/** All that a run is about. */
interface Simulation {
  world: World;
  store: Store;
  catalogue: Catalogue;
  checks: Checks;
  scenario: Scenario;
}

/** How a stage ended for good. */
type Outcome<Value> = { how: 'done'; value: Value } | { how: 'superseded' } | { how: 'failed' };

const order = stageOrder();
const mostAttempts = 6;
/** A Lambda function lives so long. */
const longestLife = 15 * minute;

/** A function as Lambda runs it, with a clock of its own. */
const lifeOf = ({ scenario, world }: Simulation, name: string, longest = longestLife): Life => ({
  name,
  longest,
  skew: world.random.between(-scenario.skew, scenario.skew),
  pauses: scenario.pauses / 1_000,
  longestPause: Math.min(longest, 4 * hour),
});

/** An error that the state machine tries again after, or that a person redrives. */
const isPassing = (error: unknown): boolean =>
  error instanceof protocol.SealingUnfinished ||
  error instanceof protocol.ClaimContended ||
  protocol.isTransient(error);

/** Runs the stages of an upload in their order, as the state machine does: with retries, doubled functions, and redrives. */
class Execution {
  private redrives = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly landed: Landed,
    private readonly plan: { name: string; sequencer: string; bad: boolean },
  ) {}

  async run(): Promise<void> {
    const end = await this.runStages();
    this.simulation.world.tell({ life: this.plan }, `ends as ${end}`);
    this.simulation.checks.ended(this.landed.upload.id, end);
  }

  private async runStages(): Promise<End> {
    for (const stage of order) {
      const outcome = await this.untilDone(stage);
      if (outcome.how !== 'done') return outcome.how;
      if (outcome.value === 'duplicate') return 'duplicate';
      if (stage === 'Plan upload' && this.plan.bad) return 'bad';
    }
    return 'sealed';
  }

  /** A stage, which somebody redrives after it failed, mostly. */
  private async untilDone(stage: Stage): Promise<Outcome<unknown>> {
    const { world } = this.simulation;
    for (;;) {
      const outcome = await this.runStage(stage);
      if (outcome.how !== 'failed' || this.redrives >= 3 || world.random.chance(0.3)) return outcome;
      await world.sleep(world.random.anyScale(second, 8 * hour));
      this.redrives += 1;
      world.tell({ life: this.plan }, 'is redriven');
    }
  }

  private async runStage(stage: Stage): Promise<Outcome<unknown>> {
    const { upload, totals } = this.landed;
    const { name, sequencer } = this.plan;
    switch (stage) {
      case 'Plan upload':
        return this.task(stage, async () => (await protocol.claim(this.landed, sequencer, name)).outcome);
      case 'Await landing':
        return this.task(stage, async () => {
          const { missing } = await protocol.readLanding(lake, this.landed.plan);
          if (missing.length > 0) throw new Error('Records that landed are missing.');
        });
      case 'Seal upload':
        return this.task(stage, (actor) => protocol.sealUpload({ upload, totals }, protocol.remaining(actor)));
      case 'Catalogue new partitions':
        return this.catalogueDays();
      case 'Make upload visible':
        return this.task(stage, () => protocol.makeUploadVisible({ upload }));
    }
  }

  private async catalogueDays(): Promise<Outcome<unknown>> {
    const { upload, totals } = this.landed;
    const { world, catalogue, store } = this.simulation;
    const execution = { Id: this.plan.name, RedriveTime: this.redrives > 0 ? String(this.redrives) : undefined };
    let partitions: Crawling = { missing: 0, crawls: 0, next: 'look', wait: 1, polls: 0 };
    for (;;) {
      const looked = await this.task('Catalogue new partitions', () =>
        protocol.findNewPartitions({ upload, totals, execution, partitions, visible: 'later' }),
      );
      if (looked.how !== 'done' || looked.value.next === 'done') return looked;
      const life = { ...lifeOf(this.simulation, `${this.plan.name} crawler`, hour), pauses: 0 };
      await world.spawn(life, (actor) => catalogue.crawl(actor, store, lake)).ended;
      const LastCrawl = { Status: 'SUCCEEDED' };
      partitions = { ...looked.value, crawler: { Crawler: { State: 'READY', LastCrawl } } };
    }
  }

  /** Invokes a function until it answers, or its retries are used up. */
  private async task<Value>(stage: Stage, work: (actor: Actor) => Promise<Value>): Promise<Outcome<Value>> {
    const { world, scenario, checks } = this.simulation;
    const { random } = world;
    for (let attempt = 1; ; attempt += 1) {
      const ended = await this.invoke(`${this.plan.name} ${stage.toLowerCase().split(' ')[0]}`, work);
      if (ended.how === 'returned') return { how: 'done', value: ended.value };
      if (ended.how === 'failed') {
        const { error } = ended;
        if (error instanceof protocol.Superseded) return { how: 'superseded' };
        if (!isPassing(error)) {
          checks.violate('NoDefect', `${stage} of ${this.plan.name} failed: ${error.name}: ${error.message}`);
          world.tell({ life: this.plan }, `${error.stack}`);
          return { how: 'failed' };
        }
      }
      if (attempt >= mostAttempts || random.chance(scenario.failures / 100)) return { how: 'failed' };
      await world.sleep(random.anyScale(100, 10 * second));
    }
  }

  /** One invocation. The state machine may give up waiting for it; it runs on then, beside the next. */
  private invoke<Value>(name: string, work: (actor: Actor) => Promise<Value>): Promise<Ended<Value>> {
    const { world, scenario } = this.simulation;
    const { ended } = world.spawn(lifeOf(this.simulation, name), work);
    if (!world.random.chance(scenario.doubles / 100)) return ended;
    const givenUp = world.sleep(world.random.anyScale(10, longestLife)).then((): Ended<Value> => ({ how: 'killed' }));
    return Promise.race([ended, givenUp]);
  }
}

export type { Simulation };
export { Execution, isPassing, lifeOf };
