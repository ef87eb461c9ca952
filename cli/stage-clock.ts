import { stageGuide } from '../core/failures/stage-guide';

/** The stages of the state machine, as the console shows them, in their order. */
const stageNames = Object.keys(stageGuide);

interface Stage {
  name: string;
  /** Stopped is what ran beside a stage that failed. */
  status: 'pending' | 'running' | 'succeeded' | 'failed' | 'stopped';
  /** Time spent in the stage so far, redrives included. */
  seconds: number;
}

/** The state of which a stage is a branch; undefined of one that runs alone. */
const branchOf = (stage: string | undefined): string | undefined => stageGuide[stage ?? '']?.branchOf;

/** The times of stages, as they are entered and left. */
class Clock {
  readonly stages = new Map<string, Stage>(
    stageNames.map((name) => [name, { name, status: 'pending', seconds: 0 } satisfies Stage]),
  );
  /** Stages that run, with the moment since which they do. */
  readonly #running = new Map<string, number>();
  /** Those that a failure ended, for a redrive. */
  #unfinished: string[] = [];

  isRunning(name: string): boolean {
    return this.#running.has(name);
  }

  enter(name: string, at: number): void {
    const stage = this.stages.get(name);
    if (stage === undefined || this.isRunning(name)) return;
    const beside = branchOf(name);
    for (const other of [...this.#running.keys()]) {
      if (beside === undefined || branchOf(other) !== beside) this.leave(other, 'succeeded', at);
    }
    stage.status = 'running';
    this.#running.set(name, at);
  }

  leave(name: string, status: Stage['status'], at: number): void {
    const [stage, since] = [this.stages.get(name), this.#running.get(name)];
    if (stage === undefined || since === undefined) return;
    stage.seconds += (at - since) / 1_000;
    stage.status = status;
    this.#running.delete(name);
    if (status === 'failed' || status === 'stopped') this.#unfinished.push(name);
  }

  leaveAll(status: Stage['status'], at: number): void {
    for (const name of [...this.#running.keys()]) this.leave(name, status, at);
  }

  redrive(at: number): void {
    const again = this.#unfinished;
    this.#unfinished = [];
    for (const name of again) this.enter(name, at);
  }
}

export type { Stage };
export { branchOf, Clock, stageNames };
