import type { Register } from '../../../core/reports/rounds/register';
import type { Violation as AnyViolation } from '../core/report';
import type { World } from '../core/world';
import type { Mail, Services } from './services';

/** `docs/design.md` says what each means. */
type Invariant =
  | 'ReportedFinally'
  | 'ReportedSoon'
  | 'ReportedOnce'
  | 'RoundWhole'
  | 'WithdrawnUnreported'
  | 'OneLeads'
  | 'OneWaits'
  | 'NoDefect';

interface Violation extends AnyViolation {
  invariant: Invariant;
}

/** How an execution stands to the reports. */
interface Standing {
  role: 'leads' | 'waits';
  /** Whether it may have been taken for dead: it failed, or was stopped, and was redriven. */
  redriven: boolean;
}

interface Known {
  /** When it was first written down that it waits. */
  enteredAt?: number;
  withdrawnAt?: number;
  /** How its executions ended. */
  ends: string[];
}

/** Holds what happened against the invariants. */
class Checks {
  readonly violations: Violation[] = [];
  private readonly known = new Map<string, Known>();
  private readonly standings = new Map<string, Standing>();
  /** The round that began last, and when. */
  private gathering: { round: number; at: number } | undefined;
  /** When executions failed or were stopped. */
  private readonly deaths: number[] = [];
  /** When functions began that closed a round. */
  private readonly closings: number[] = [];

  constructor(
    private readonly world: World,
    private readonly services: Services,
    /** By how much what is told of an execution may be old. */
    private readonly stale: number,
  ) {}

  violate(invariant: Invariant, what: string): void {
    this.world.tell(undefined, `${invariant} is broken: ${what}`);
    this.violations.push({ invariant, what });
  }

  know(upload: string): void {
    this.known.set(upload, { ends: [] });
  }

  withdrawn(upload: string): void {
    const known = this.known.get(upload);
    if (known) known.withdrawnAt ??= this.world.now;
  }

  ended(upload: string, end: string): void {
    this.known.get(upload)?.ends.push(end);
    if (end === 'failed' || end === 'stopped') this.deaths.push(this.world.now);
  }

  /** Notes that a round was closed, by a function that began at a moment. */
  closed(begunAt: number): void {
    this.closings.push(begunAt);
  }

  /** Notes what was put: who gathers waits no more; whose round is done runs no reports, though it marks its uploads still. */
  note({ key, body }: { key: string; body?: string }): void {
    if (body === undefined) return;
    const entered = this.known.get(/^reporting\/waiting\/(.*)\.json$/.exec(key)?.[1] ?? '');
    if (entered) entered.enteredAt ??= this.world.now;
    if (key !== 'reporting/register.json') return;
    const { phase, leader, round, uploads } = JSON.parse(body) as Register;
    if (phase === 'gathering' && this.gathering?.round !== round) this.gathering = { round, at: this.world.now };
    if (phase === 'reporting') this.checkRound(round, uploads);
    if (phase === 'done' || phase === 'gathering') this.leaves(leader.execution);
  }

  /** Notes that an execution runs reports, or waits to do so next. */
  stands(execution: string, role: Standing['role'], redriven: boolean): void {
    this.standings.set(execution, { role, redriven });
    if (redriven) return;
    const same = [...this.standings].filter(([, standing]) => standing.role === role && !standing.redriven);
    if (same.length < 2) return;
    this.violate(role === 'leads' ? 'OneLeads' : 'OneWaits', same.map(([name]) => name).join(' and '));
  }

  /** Notes that it does so no more. */
  leaves(execution: string): void {
    this.standings.delete(execution);
  }

  /** Notes what a page tells of, that was begun at a moment. */
  paged(uploads: readonly string[], begunAt: number): void {
    for (const upload of uploads) {
      const at = this.known.get(upload)?.withdrawnAt;
      if (at !== undefined && at < begunAt) this.violate('WithdrawnUnreported', upload);
    }
  }

  /**
   * Once nothing goes on. What waits still, waits because an execution failed or was stopped that was counted on: after the last
   * look at what waits.
   */
  checkQuiet(): void {
    const isExcusedAt = (closing: number) => this.deaths.some((death) => death >= closing - this.stale);
    for (const [upload, { withdrawnAt, enteredAt, ends }] of this.known) {
      if (enteredAt === undefined || withdrawnAt !== undefined || this.mailsOf(upload).length > 0) continue;
      const missed = this.closings.find((closing) => enteredAt < closing && !isExcusedAt(closing));
      if (this.deaths.length === 0 || missed !== undefined) {
        this.violate('ReportedSoon', `${upload}, whose execution ended as ${ends.at(-1)}`);
      }
    }
  }

  /** A round holds all that waited before its leader was known. */
  private checkRound(round: number, uploads: readonly string[]): void {
    if (this.gathering?.round !== round) return;
    for (const [upload, { enteredAt = Number.POSITIVE_INFINITY, withdrawnAt }] of this.known) {
      if (enteredAt >= this.gathering.at || withdrawnAt !== undefined || uploads.includes(upload)) continue;
      const waits = this.services.names('lake', `reporting/waiting/${upload}`).length > 0;
      const isMarked = this.services.names('lake', `runs/${upload}/reported.json`).length > 0;
      if (waits && !isMarked) this.violate('RoundWhole', `${upload} is not in round ${round}`);
    }
  }

  private mailsOf(upload: string): Mail[] {
    return this.services.mails.filter(({ uploads }) => uploads.includes(upload));
  }

  /** Once nothing goes on, and an upload came after all others. */
  finish(): void {
    for (const [upload, { withdrawnAt, enteredAt, ends }] of this.known) {
      const mails = this.mailsOf(upload);
      this.checkOnce(upload, mails);
      if (withdrawnAt !== undefined || enteredAt === undefined) continue;
      if (mails.length === 0) this.violate('ReportedFinally', `${upload}, whose execution ended as ${ends.at(-1)}`);
    }
    const waiting = this.services.names('lake', 'reporting/waiting/');
    if (waiting.length > 0) this.violate('ReportedFinally', `${waiting} is left`);
  }

  /**
   * A mail is certain where its function was told that SNS took it and was not killed before it could say so. There is one such
   * mail at most, and none is sent after its function has ended.
   */
  private checkOnce(upload: string, mails: readonly Mail[]): void {
    const certain = mails.filter(({ answered, actor }) => answered && !actor.dead);
    const tell = () => mails.map(({ round, execution }) => `in round ${round} by ${execution}`).join(', ');
    if (certain.length > 1) this.violate('ReportedOnce', `${upload}: ${tell()}`);
    const [first] = certain;
    if (first?.actor.endedAt === undefined) return;
    const { endedAt } = first.actor;
    if (mails.some((mail) => mail !== first && mail.sentAt > endedAt)) {
      this.violate('ReportedOnce', `${upload}, again after it was: ${tell()}`);
    }
  }
}

export type { Invariant };
export { Checks };
