import type { Random } from './random';
import type { Request } from './store';

/**
 * What becomes of one attempt at a call:
 * `refused` has no effect and is answered by 503, `conflict` by S3's 409 to two conditional writes at once;
 * `lost` has no effect and no answer; `unanswered` has its effect and no answer; `late` is not answered and has its effect
 * after whoever sent it has given it up; the last two kill the function, before the effect or after it.
 */
type Fate = 'answered' | 'refused' | 'conflict' | 'lost' | 'unanswered' | 'late' | 'killed before' | 'killed after';

interface Faults {
  /** Chance that a call meets a fault other than its function's death. */
  rate: number;
  /** Chance that a call is the last of its function. */
  killRate: number;
  /** Functions that are killed at most, besides those whose time is over. */
  kills: number;
}

const writes = new Set(['PutObject', 'DeleteObject', 'DeleteObjects', 'Publish']);

/** Decides what goes wrong. */
class Adversary {
  private kills: number;

  constructor(
    private readonly random: Random,
    private readonly faults: Faults,
  ) {
    this.kills = faults.kills;
  }

  /** Nothing goes wrong any more. */
  rest(): void {
    this.faults.rate = 0;
    this.kills = 0;
  }

  fate(request: Request): Fate {
    const { random, faults } = this;
    if (this.kills > 0 && random.chance(faults.killRate)) {
      this.kills -= 1;
      return random.chance(0.5) ? 'killed before' : 'killed after';
    }
    if (!random.chance(faults.rate)) return 'answered';
    const conditional = request.ifMatch !== undefined || request.ifNoneMatch !== undefined;
    if (conditional) return random.pick(['unanswered', 'unanswered', 'late', 'conflict', 'lost', 'refused']);
    if (writes.has(request.operation)) return random.pick(['unanswered', 'late', 'lost', 'refused']);
    return random.pick(['lost', 'refused']);
  }
}

export type { Fate, Faults };
export { Adversary };
