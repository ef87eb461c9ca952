import type { Claim } from '../../../core/uploads/claims';
import type { Catalogue } from './catalogue';
import { type Landed, lake } from './landed';
import type { ObjectGone, Reading } from './reader';
import type { Store } from './store';
import { parseLines, parseRows, type Row, Spans, shownAs, type VisibilityRow } from './truth';
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

/** Whether queries see an upload and nothing else. */
const isOnly = (visible: readonly string[], upload: string): boolean =>
  visible.length === 1 && visible.every((id) => shownAs(id) === upload);

/** Holds what happened against the invariants. */
class Checks {
  readonly violations: Violation[] = [];
  /** All that was ever announced: what a query may see is reckoned from it. */
  private readonly announced = new Spans();
  /** What the objects of the log say now. */
  private current = new Spans();
  private currentIsOld = false;
  /** How often each row is in the tables, by the id that it bears and its name. */
  private readonly counts = new Map<string, number>();
  private readonly inTables = new Map<string, Row[]>();
  /** Ids of rows that an object held at any time. */
  private readonly everInTables = new Map<string, Set<string>>();
  private readonly readings: Reading[] = [];
  private readonly brokenOff: { error: ObjectGone; ids?: ReadonlySet<string> }[] = [];
  /** When a summary first held what each object of the log says. */
  private readonly coveredAt = new Map<string, number>();
  /** By the keys of claims: what each says, and the newest upload of its file. */
  private readonly claims = new Map<string, Claim>();
  private readonly newest = new Map<string, string>();
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
    this.newest.set(this.claimOf(upload), upload);
  }

  /** Notes what was put or deleted. */
  note({ bucket, key, body }: { bucket: string; key: string; body?: string }): void {
    if (bucket !== lake) return;
    if (key.startsWith('visibility/')) {
      this.currentIsOld = true;
      if (body !== undefined && entryKey.test(key)) this.announced.add(parseLines(body));
      else if (body !== undefined) this.noteSummary(key, body);
    } else if (key.startsWith('claims/') && body !== undefined) {
      this.claims.set(key, JSON.parse(body) as Claim);
    } else if (tableKey.test(key)) {
      this.count(this.inTables.get(key) ?? [], -1);
      this.inTables.delete(key);
      if (body === undefined) return;
      const rows = parseRows(body);
      this.inTables.set(key, rows);
      const ids = this.everInTables.get(key) ?? new Set();
      for (const { upload_id } of rows) ids.add(upload_id);
      this.everInTables.set(key, ids);
      this.count(rows, 1);
    }
  }

  /** Notes how an execution ended. */
  ended(upload: string, end: End): void {
    const known = this.of(upload);
    known.ends.push(end);
    if (end === 'sealed') known.sealedAt ??= this.world.now;
    if (end !== 'superseded' || known.withdrawalBegun) return;
    if (this.newest.get(this.claimOf(upload)) === upload) {
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
    this.brokenOff.push({ error, ids: this.everInTables.get(error.key) });
  }

  violate(invariant: Invariant, what: string): void {
    if (this.violations.some((known) => known.invariant === invariant && known.what === what)) return;
    this.violations.push({ invariant, what });
    this.world.tell(undefined, `**** ${invariant}: ${what}`);
  }

  /** What has to hold at any moment. */
  step(): void {
    const visible = this.byClaim(this.visibleNow());
    for (const [claim, ids] of visible) this.stepOf(claim, ids);
  }

  /** @param visible - ids of rows of the claim's uploads */
  private stepOf(claim: string, visible: readonly string[]): void {
    const { world, skew } = this;
    let sealed = false;
    let withdrawal = false;
    for (const [upload, known] of this.known) {
      if (known.landed.upload.claim !== claim) continue;
      withdrawal ||= known.withdrawalBegun;
      if (known.withdrawnAt !== undefined && world.now >= known.withdrawnAt + skew)
        this.checkWithdrawn(upload, visible);
      // Who waits for a moment waits by a clock of its own.
      if (known.sealedAt === undefined || world.now < known.sealedAt + skew) continue;
      sealed = true;
      if (!known.withdrawalBegun && this.isCurrent(upload) && !isOnly(visible, upload)) {
        this.violate('NoLoss', `${known.version} is sealed and current; visible is ${this.nameAll(visible)}`);
      }
    }
    if (!sealed || withdrawal) return;
    if (visible.length === 0) this.violate('SealedStays', 'nothing is visible, though a version was sealed');
    for (const id of visible) this.checkWhole('SealedStays', id);
  }

  /** What has to hold of each query, once all has happened, and of what is there when all is quiet and swept. */
  finish(): void {
    for (const reading of this.readings) this.checkReading(reading);
    for (const { error, ids } of this.brokenOff) this.checkBrokenOff(error, ids);
    const all = this.visibleNow();
    const byClaim = this.byClaim(all);
    for (const visible of byClaim.values()) {
      if (visible.length > 1) this.violate('NewestFinally', `${this.nameAll(visible)} are visible in the end`);
    }
    for (const [upload, { ends, version, withdrawalBegun }] of this.known) {
      if (ends.length === 0) this.violate('AllEnd', `no execution of ${version} has ended`);
      if (!ends.includes('sealed') || withdrawalBegun || !this.isCurrent(upload)) continue;
      const visible = byClaim.get(this.claimOf(upload)) ?? [];
      if (!isOnly(visible, upload))
        this.violate('NewestFinally', `${version} is the newest; visible is ${this.nameAll(visible)}`);
    }
    this.checkGarbage(new Set(all));
  }

  private checkWithdrawn(upload: string, visible: readonly string[]): void {
    const { version } = this.of(upload);
    if (visible.some((id) => shownAs(id) === upload))
      this.violate('WithdrawnGone', `${version} was withdrawn and is visible`);
    if (this.claims.get(this.claimOf(upload))?.withdrawn && visible.length > 0) {
      this.violate('WithdrawnGone', `the claim is withdrawn; visible is ${this.nameAll(visible)}`);
    }
  }

  private checkReading({ name, began, seen }: Reading): void {
    const visible = this.announced.visibleAt(began);
    const told = `${name}, begun at ${began}, saw ${[...seen].map(([table, rows]) => `${rows.join(', ') || 'nothing'} in ${table}`).join('; ')}; visible was ${this.nameAll(visible)}`;
    for (const ids of this.byClaim(visible).values()) if (ids.length > 1) this.violate('ReaderWhole', told);
    const wrong = [...seen].filter(([table, rows]) => {
      const expected = visible.flatMap((id) =>
        (this.of(id).landed.rows.get(table) ?? []).map((row) => `${shownAs(id)} ${row}`),
      );
      return expected.sort().join() !== rows.join();
    });
    if (wrong.length === 0) return;
    const versions = [...seen.values()].map((rows) => [...new Set(rows.map((row) => row.split('/')[0]))].join());
    this.violate(new Set(versions).size > 1 ? 'ReaderOneInAllTables' : 'ReaderWhole', told);
  }

  /** A query may meet what is taken away while it runs, but not what it needs. */
  private checkBrokenOff({ key, began }: ObjectGone, ids: ReadonlySet<string> | undefined): void {
    const needed =
      ids === undefined
        ? (this.coveredAt.get(key) ?? Number.POSITIVE_INFINITY) > began
        : this.announced.visibleAt(began).some((id) => ids.has(id));
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
    for (const { upload_id } of [...this.inTables.values()].flat()) if (!visible.has(upload_id)) strays.add(upload_id);
    for (const id of strays) {
      const { withdrawnAt, ends } = this.of(id);
      const retired = this.announced.of.get(id)?.until !== undefined;
      if (withdrawnAt !== undefined) this.violate('WithdrawnDeleted', `rows of ${this.name(id)} are in the tables`);
      // One that failed and was not tried again may be redriven any day; what is merged was visible.
      else if (retired || id !== shownAs(id) || !ends.includes('failed')) {
        this.violate('NoGarbage', `rows of ${this.name(id)}, which ended as ${ends.join(', ')}, are in the tables`);
      }
    }
  }

  /** @param id - that its rows bear */
  private checkWhole(invariant: Invariant, id: string): void {
    const { landed } = this.of(id);
    const version = this.name(id);
    for (const [table, rows] of landed.rows) {
      const missing = rows.filter((row) => this.counts.get(`${id} ${row}`) !== 1);
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
    const claim = this.claims.get(this.claimOf(upload));
    return claim?.upload === upload && !claim.withdrawn;
  }

  private count(rows: readonly Row[], by: number): void {
    for (const { upload_id, row } of rows) {
      const name = `${upload_id} ${row}`;
      this.counts.set(name, (this.counts.get(name) ?? 0) + by);
    }
  }

  /** Ids of rows by the claim of their upload, of each claim that there is. */
  private byClaim(ids: readonly string[]): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const { landed } of this.known.values()) found.set(landed.upload.claim, []);
    for (const id of ids) found.get(this.claimOf(id))?.push(id);
    return found;
  }

  private claimOf(id: string): string {
    return this.of(id).landed.upload.claim;
  }

  /** Its version, and the number of the merge that a copy is in. */
  private name(id: string): string {
    return `${this.of(id).version}${id.slice(shownAs(id).length)}`;
  }

  private nameAll(ids: readonly string[]): string {
    return ids.map((id) => this.name(id)).join(' and ') || 'nothing';
  }

  /** What is known of the upload that rows are of, by the id that they bear. */
  private of(id: string): Known {
    const known = this.known.get(shownAs(id));
    if (known === undefined) throw new Error(`The simulation has no upload ${id}.`);
    return known;
  }
}

export type { End, Invariant, Violation };
export { Checks };
