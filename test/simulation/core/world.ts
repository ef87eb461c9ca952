import { AsyncLocalStorage } from 'node:async_hooks';
import type { Scheduler } from 'fast-check';
import type { Random } from './random';

/** How a function lives. Times are virtual milliseconds. */
interface Life {
  name: string;
  /** How long it may run; then it is killed. */
  longest: number;
  /** How far its clock is from the world's. */
  skew: number;
  /** Chance that it stands still before a call. */
  pauses: number;
  /** Longest time that it stands still. */
  longestPause: number;
}

/** How a function ended; one that was killed tells nobody. */
type Ended<Value> = { how: 'returned'; value: Value } | { how: 'failed'; error: Error } | { how: 'killed' };

/** One invocation of a function, or a reader: whatever makes calls and can be killed between them. */
class Actor {
  dead = false;
  ended = false;
  /** When it ended, in virtual milliseconds. */
  endedAt: number | undefined;
  /** Calls and waits under way. */
  outstanding = 0;
  onKill: () => void = () => undefined;

  constructor(
    readonly world: World,
    readonly life: Life,
    readonly born: number,
  ) {}

  get dies(): number {
    return this.born + this.life.longest;
  }

  /** Milliseconds by its own clock. */
  clock(): number {
    return this.world.now + this.life.skew;
  }

  kill(): void {
    if (this.dead || this.ended) return;
    this.dead = true;
    this.world.tell(this, 'is killed');
    this.onKill();
  }
}

interface Limits {
  /** Longest time between two calls that are picked, in milliseconds. */
  pace: number;
  /** Longest time from an attempt at a call to its effect, in milliseconds. */
  call: number;
}

interface Timer {
  at: number;
  order: number;
  fire: () => void;
}

const running = new AsyncLocalStorage<Actor>();
const realImmediate = setImmediate;
const turn = () => new Promise<void>((resolve) => realImmediate(resolve));
/** What a dead function waits for. */
const never = <Value>(): Promise<Value> => new Promise<Value>(() => undefined);
/** Turns of the event loop within which a function must have made its next call. */
const mostTurns = 2_000;

/**
 * Time, and the order of all that happens: every call waits in `fast-check`'s scheduler until it is picked. Time goes on only
 * between two calls, by a little; where nothing is to be picked, it goes on to the next timer.
 */
class World {
  now = Date.UTC(2026, 0, 1);
  readonly log: string[] = [];
  private readonly living = new Set<Actor>();
  private readonly deadlines = new Set<number[]>();
  private timers: Timer[] = [];
  private order = 0;
  steps = 0;
  /** Looks at the world after each call. */
  afterStep: () => void = () => undefined;

  constructor(
    private readonly scheduler: Scheduler,
    readonly random: Random,
    readonly limits: Limits,
    private readonly tracing: boolean,
  ) {}

  /** The function whose code runs now. */
  static actor(): Actor | undefined {
    return running.getStore();
  }

  /** Notes a line of the readable schedule, where one is wanted. */
  tell(actor: Actor | { life: Pick<Life, 'name'> } | undefined, what: string): void {
    if (!this.tracing) return;
    const seconds = ((this.now - Date.UTC(2026, 0, 1)) / 1_000).toFixed(3);
    this.log.push(`${seconds.padStart(10)} s  ${(actor?.life.name ?? '').padEnd(16)} ${what}`);
  }

  /** Starts a function. What it does after it was killed has no effect but that of calls that were on their way. */
  spawn<Value>(life: Life, work: (actor: Actor) => Promise<Value>): { actor: Actor; ended: Promise<Ended<Value>> } {
    const actor = new Actor(this, life, this.now);
    this.living.add(actor);
    this.tell(actor, 'starts');
    const ended = new Promise<Ended<Value>>((resolve) => {
      const end = (how: Ended<Value>) => {
        actor.ended = true;
        actor.endedAt = this.now;
        this.living.delete(actor);
        resolve(how);
      };
      actor.onKill = () => end({ how: 'killed' });
      running.run(actor, () =>
        work(actor).then(
          (value) => !actor.dead && end({ how: 'returned', value }),
          (error: Error) => !actor.dead && end({ how: 'failed', error }),
        ),
      );
    });
    return { actor, ended };
  }

  /** Resolves after virtual milliseconds. */
  sleep(milliseconds: number): Promise<void> {
    return new Promise((fire) => {
      this.order += 1;
      this.timers.push({ at: this.now + Math.max(0, Math.ceil(milliseconds)), order: this.order, fire });
    });
  }

  /** A wait within a function. */
  async wait(actor: Actor, milliseconds: number): Promise<void> {
    if (actor.dead) return never();
    actor.outstanding += 1;
    await this.sleep(milliseconds);
    actor.outstanding -= 1;
    return this.expire(actor);
  }

  /**
   * Waits until a call's turn comes.
   *
   * @param within - the call is picked at most so long after it was made
   * @param isGivenUp - whether the caller did without it while the function stood still
   */
  async turnOf(actor: Actor, label: string, within: number, isGivenUp = () => false): Promise<void> {
    if (actor.dead) return never();
    actor.outstanding += 1;
    if (this.random.chance(actor.life.pauses)) {
      await this.sleep(this.random.anyScale(50, actor.life.longestPause));
      await this.expire(actor);
    }
    if (isGivenUp()) {
      actor.outstanding -= 1;
      return never();
    }
    await this.arrival(`${actor.life.name}: ${label}`, within);
    actor.outstanding -= 1;
  }

  /** Waits until a request that is on its way arrives, whether or not who sent it still lives. */
  async arrival(label: string, within: number): Promise<void> {
    const deadline = [this.now + within];
    this.deadlines.add(deadline);
    await this.scheduler.schedule(Promise.resolve(), label);
    this.deadlines.delete(deadline);
  }

  /** Runs until nothing is left to do. */
  async run(): Promise<void> {
    for (;;) {
      await this.settle();
      if (this.fireTimers()) continue;
      if (this.scheduler.count() > 0) {
        this.steps += 1;
        this.now = Math.min(this.now + this.random.between(0, this.limits.pace), ...this.latest());
        await this.scheduler.waitNext(1);
        this.afterStep();
      } else if (this.timers.length > 0) {
        this.now = Math.min(...this.timers.map(({ at }) => at));
      } else {
        return;
      }
    }
  }

  private *latest(): Generator<number> {
    for (const [at] of this.deadlines) yield at as number;
  }

  private fireTimers(): boolean {
    const due = this.timers.filter(({ at }) => at <= this.now);
    if (due.length === 0) return false;
    this.timers = this.timers.filter(({ at }) => at > this.now);
    for (const { fire } of due.sort((a, b) => a.at - b.at || a.order - b.order)) fire();
    return true;
  }

  /** A function whose time is over is killed. */
  private expire(actor: Actor): Promise<void> | undefined {
    if (!actor.dead && this.now >= actor.dies) actor.kill();
    return actor.dead ? never() : undefined;
  }

  /** Until each function waits for a call or a timer. */
  private async settle(): Promise<void> {
    for (let turns = 0; turns < mostTurns; turns += 1) {
      await turn();
      let busy = false;
      for (const actor of this.living) if (actor.outstanding === 0) busy = true;
      if (!busy) return;
    }
    const [stuck] = [...this.living].filter(({ outstanding }) => outstanding === 0);
    throw new Error(`${stuck?.life.name} waits for something that the simulation does not know.`);
  }
}

export type { Actor, Ended, Life, Limits };
export { never, World };
