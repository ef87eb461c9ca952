import type { Claim } from '../../../core/uploads/claims';
import type { Catalogue } from './catalogue';
import { type Landed, lake } from './landed';
import type { ObjectGone, Reading, Rows } from './reader';
import type { Store } from './store';
import { parseLines, Spans, type VisibilityRow } from './truth';
import type { World } from './world';

/** The model's names: `docs/design.md` says what each means. */
type Invariant =
  | 'ReaderWhole'
  | 'ReaderOneInAllTables'
  | 'NoFalseSuperseded'
  | 'NoLoss'
  | 'SealedStays'
  | 'NewestFinally'
  | 'WithdrawnGone'
  | 'NoGarbage'
  | 'WithdrawnDeleted'
  | 'NoDefect'
  | 'AllEnd';

interface Violation {
  invariant: Invariant;
  what: string;
}

/** How the executions of an upload ended. */
type End = 'sealed' | 'superseded' | 'duplicate' | 'bad' | 'failed';

interface Known {
  landed: Landed;
  version: string;
  ends: End[];
  /** When an execution ended as sealed. */
  sealedAt?: number;
  withdrawalBegun: boolean;
  /** When a withdrawal was told to be done. */
  withdrawnAt?: number;
}

interface SummaryRow extends VisibilityRow {
  claim: string;
  n: number;
}

const entryKey = /^visibility\/[0-9a-f]{32}-\d+\.json$/;
const tableKey = /^(measurements|hourly_quality)\/day=([^/]+)\//;

/** Holds what happened against the invariants. */
class Checks {
  readonly violations: Violation[] = [];
  /** All that was ever announced: what a query may see is reckoned from it. */
  private readonly announced = new Spans();
  /** What the objects of the log say now. */
  private current = new Spans();
  private currentIsOld = false;
  /** How often each landed object is in the tables. */
  private readonly copies = new Map<string, number>();
  private readonly inTables = new Map<string, Rows>();
  private readonly everInTables = new Map<string, string>();
  private readonly readings: Reading[] = [];
  private readonly brokenOff: { error: ObjectGone; upload?: string }[] = [];
  /** When a summary first held what each object of the log says. */
  private readonly coveredAt = new Map<string, number>();
  private claim: Claim | undefined;
  private newest: string | undefined;
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly world: World,
    private readonly store: Store,
    private readonly catalogue: Catalogue,
    /** Largest difference of a clock. */
    private readonly skew: number,
    /** Whether the claim goes by S3's sequencers. */
    private readonly sequencers: boolean,
  ) {}

  /** An upload that may come to be seen. */
  know(landed: Landed, version: string): void {
    this.known.set(landed.upload.id, { landed, version, ends: [], withdrawalBegun: false });
  }

  /** Notes that a version is uploaded: later than all before it. */
  uploaded(upload: string): void {
    this.newest = upload;
  }

  /** Notes what was put or deleted. */
  note({ bucket, key, body }: { bucket: string; key: string; body?: string }): void {
    if (bucket !== lake) return;
    if (key.startsWith('visibility/')) {
      this.currentIsOld = true;
      if (body !== undefined && entryKey.test(key)) this.announced.add(parseLines(body));
      else if (body !== undefined) this.noteSummary(key, body);
    } else if (key.startsWith('claims/') && body !== undefined) {
      this.claim = JSON.parse(body) as Claim;
    } else if (tableKey.test(key)) {
      const before = this.inTables.get(key);
      if (before !== undefined) this.count(before.object, -1);
      this.inTables.delete(key);
      if (body === undefined) return;
      const rows = JSON.parse(body) as Rows;
      this.inTables.set(key, rows);
      this.everInTables.set(key, rows.upload);
      this.count(rows.object, 1);
    }
  }

  /** Notes how an execution ended. */
  ended(upload: string, end: End): void {
    const known = this.of(upload);
    known.ends.push(end);
    if (end === 'sealed') known.sealedAt ??= this.world.now;
    if (end !== 'superseded' || known.withdrawalBegun) return;
    if (this.newest === upload) {
      this.violate('NoFalseSuperseded', `${known.version} ended as superseded and is the newest`);
    } else if (this.sequencers && this.isCurrent(upload)) {
      // Without them, one that saw a newer version in the bucket may end while its double takes the claim before that one.
      this.violate('NoFalseSuperseded', `${known.version} ended as superseded and holds the claim`);
    }
  }

  withdrawing(upload: string): void {
    this.of(upload).withdrawalBegun = true;
  }

  withdrawn(upload: string): void {
    this.of(upload).withdrawnAt ??= this.world.now;
  }

  read(reading: Reading): void {
    this.readings.push(reading);
  }

  /** A query met an object that had gone. */
  broke(error: ObjectGone): void {
    this.brokenOff.push({ error, upload: this.everInTables.get(error.key) });
  }

  violate(invariant: Invariant, what: string): void {
    if (this.violations.some((known) => known.invariant === invariant && known.what === what)) return;
    this.violations.push({ invariant, what });
    this.world.tell(undefined, `**** ${invariant}: ${what}`);
  }

  /** What has to hold at any moment. */
  step(): void {
    const { world, skew } = this;
    let sealed = false;
    let withdrawal = false;
    const visible = this.visibleNow();
    for (const [upload, known] of this.known) {
      withdrawal ||= known.withdrawalBegun;
      if (known.withdrawnAt !== undefined && world.now >= known.withdrawnAt + skew)
        this.checkWithdrawn(upload, visible);
      // Who waits for a moment waits by a clock of its own.
      if (known.sealedAt === undefined || world.now < known.sealedAt + skew) continue;
      sealed = true;
      if (!known.withdrawalBegun && this.isCurrent(upload) && !(visible.length === 1 && visible[0] === upload)) {
        this.violate('NoLoss', `${known.version} is sealed and current; visible is ${this.nameAll(visible)}`);
      }
    }
    if (!sealed || withdrawal) return;
    if (visible.length === 0) this.violate('SealedStays', 'nothing is visible, though a version was sealed');
    for (const upload of visible) this.checkWhole('SealedStays', upload);
  }

  /** What has to hold of each query, once all has happened, and of what is there when all is quiet and swept. */
  finish(): void {
    for (const reading of this.readings) this.checkReading(reading);
    for (const { error, upload } of this.brokenOff) this.checkBrokenOff(error, upload);
    const visible = this.visibleNow();
    if (visible.length > 1) this.violate('NewestFinally', `${this.nameAll(visible)} are visible in the end`);
    for (const [upload, { ends, version, withdrawalBegun }] of this.known) {
      if (ends.length === 0) this.violate('AllEnd', `no execution of ${version} has ended`);
      if (!ends.includes('sealed') || withdrawalBegun || !this.isCurrent(upload)) continue;
      if (visible[0] !== upload)
        this.violate('NewestFinally', `${version} is the newest; visible is ${this.nameAll(visible)}`);
    }
    this.checkGarbage(new Set(visible));
  }

  private checkWithdrawn(upload: string, visible: readonly string[]): void {
    const { version } = this.of(upload);
    if (visible.includes(upload)) this.violate('WithdrawnGone', `${version} was withdrawn and is visible`);
    if (this.claim?.withdrawn && visible.length > 0) {
      this.violate('WithdrawnGone', `the claim is withdrawn; visible is ${this.nameAll(visible)}`);
    }
  }

  private checkReading({ name, began, seen }: Reading): void {
    const visible = this.announced.visibleAt(began);
    const told = `${name}, begun at ${began}, saw ${[...seen].map(([table, objects]) => `${objects.join(' ') || 'nothing'} in ${table}`).join(', ')}; visible was ${this.nameAll(visible)}`;
    if (visible.length > 1) this.violate('ReaderWhole', told);
    const wrong = [...seen].filter(([table, objects]) => {
      const expected = visible.flatMap((upload) => this.of(upload).landed.objects.get(table) ?? []).sort();
      return expected.join(' ') !== objects.join(' ');
    });
    if (wrong.length === 0) return;
    const versions = [...seen.values()].map((objects) =>
      [...new Set(objects.map((object) => object.split('/')[0]))].join(),
    );
    this.violate(new Set(versions).size > 1 ? 'ReaderOneInAllTables' : 'ReaderWhole', told);
  }

  /** A query may meet what is taken away while it runs, but not what it needs. */
  private checkBrokenOff({ key, began }: ObjectGone, upload: string | undefined): void {
    const needed =
      upload === undefined
        ? (this.coveredAt.get(key) ?? Number.POSITIVE_INFINITY) > began
        : this.announced.visibleAt(began).includes(upload);
    if (needed) this.violate('ReaderWhole', `a query that began at ${began} needs ${key}, which was deleted`);
  }

  /** A summary stands for all entries that it covers, and for the summary before it. */
  private noteSummary(key: string, body: string): void {
    const covered = new Map((parseLines(body) as SummaryRow[]).map(({ claim, n }) => [claim, n]));
    for (const known of this.store.names(lake, 'visibility/')) {
      const [, claim = '', number = ''] = /^visibility\/(.+)-(\d+)\.json$/.exec(known) ?? [];
      const isCovered = entryKey.test(known)
        ? Number(number) <= (covered.get(claim) ?? 0)
        : known < key && key.startsWith(`visibility/${claim}-`);
      if (isCovered && !this.coveredAt.has(known)) this.coveredAt.set(known, this.world.now);
    }
  }

  private checkGarbage(visible: ReadonlySet<string>): void {
    const strays = new Set<string>();
    for (const { upload } of this.inTables.values()) if (!visible.has(upload)) strays.add(upload);
    for (const upload of strays) {
      const { version, withdrawnAt, ends } = this.of(upload);
      const retired = this.announced.of.get(upload)?.until !== undefined;
      if (withdrawnAt !== undefined) this.violate('WithdrawnDeleted', `objects of ${version} are in the tables`);
      // One that failed and was not tried again may be redriven any day.
      else if (retired || !ends.includes('failed')) {
        this.violate('NoGarbage', `objects of ${version}, which ended as ${ends.join(', ')}, are in the tables`);
      }
    }
  }

  private checkWhole(invariant: Invariant, upload: string): void {
    const { landed, version } = this.of(upload);
    for (const [table, objects] of landed.objects) {
      const missing = objects.filter((object) => this.copies.get(object) !== 1);
      if (missing.length > 0)
        this.violate(invariant, `${version} is visible; of ${table} ${missing.join(' ')} is not there once`);
      const unknown = landed.days.filter((day) => !this.catalogue.has(table, day));
      if (unknown.length > 0)
        this.violate(invariant, `${version} is visible; the catalogue of ${table} lacks ${unknown.join(' ')}`);
    }
  }

  private visibleNow(): string[] {
    if (this.currentIsOld) {
      this.current = new Spans();
      for (const key of this.store.names(lake, 'visibility/')) {
        this.current.add(parseLines(this.store.read(lake, key).body));
      }
      this.currentIsOld = false;
    }
    return this.current.visibleAt(this.world.now);
  }

  private isCurrent(upload: string): boolean {
    return this.claim?.upload === upload && !this.claim.withdrawn;
  }

  private count(object: string, by: number): void {
    this.copies.set(object, (this.copies.get(object) ?? 0) + by);
  }

  private nameAll(uploads: readonly string[]): string {
    return uploads.map((upload) => this.of(upload).version).join(' and ') || 'nothing';
  }

  private of(upload: string): Known {
    const known = this.known.get(upload);
    if (known === undefined) throw new Error(`The simulation has no upload ${upload}.`);
    return known;
  }
}

export type { End, Invariant, Violation };
export { Checks };
