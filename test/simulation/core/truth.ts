/** A row of the table `uploads_visibility`, as queries read it. */
interface VisibilityRow {
  upload_id: string;
  visible_from?: number | null;
  visible_until?: number | null;
}

/** A row of a table of the lake, as the simulation's objects have it: a line of JSON. */
interface Row {
  upload_id: string;
  /** Its name: version, table and day. */
  row: string;
}

interface Span {
  from?: number;
  until?: number;
}

const least = (one: number | undefined, other: number | null | undefined): number | undefined =>
  other === null || other === undefined ? one : one === undefined ? other : Math.min(one, other);

const parse = <Parsed>(body: string): Parsed[] =>
  body
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Parsed);

const parseLines = (body: string): VisibilityRow[] => parse(body);
const parseRows = (body: string): Row[] => parse(body);

/** The upload that queries show for the id that a row bears, which may be that of a copy. */
const shownAs = (id: string): string => id.slice(0, 16);

/** What the views say of each upload: the least of each time over its rows. */
class Spans {
  readonly of = new Map<string, Span>();

  add(rows: readonly VisibilityRow[]): void {
    for (const { upload_id, visible_from, visible_until } of rows) {
      const { from, until } = this.of.get(upload_id) ?? {};
      this.of.set(upload_id, { from: least(from, visible_from), until: least(until, visible_until) });
    }
  }

  /** The ids of rows that a query sees which began at a moment. */
  visibleAt(moment: number): string[] {
    const seen: string[] = [];
    for (const [id, { from, until }] of this.of) {
      if (from !== undefined && from <= moment && (until === undefined || moment < until)) seen.push(id);
    }
    return seen.sort();
  }
}

export type { Row, VisibilityRow };
export { parseLines, parseRows, Spans, shownAs };
