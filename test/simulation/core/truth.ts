/** A row of the table `uploads_visibility`, as queries read it. */
interface VisibilityRow {
  upload_id: string;
  visible_from?: number | null;
  visible_until?: number | null;
}

interface Span {
  from?: number;
  until?: number;
}

const least = (one: number | undefined, other: number | null | undefined): number | undefined =>
  other === null || other === undefined ? one : one === undefined ? other : Math.min(one, other);

const parseLines = (body: string): VisibilityRow[] =>
  body
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as VisibilityRow);

/** What the views say of each upload: the least of each time over its rows. */
class Spans {
  readonly of = new Map<string, Span>();

  add(rows: readonly VisibilityRow[]): void {
    for (const { upload_id, visible_from, visible_until } of rows) {
      const { from, until } = this.of.get(upload_id) ?? {};
      this.of.set(upload_id, { from: least(from, visible_from), until: least(until, visible_until) });
    }
  }

  /** The uploads that a query sees which began at a moment. */
  visibleAt(moment: number): string[] {
    const seen: string[] = [];
    for (const [upload, { from, until }] of this.of) {
      if (from !== undefined && from <= moment && (until === undefined || moment < until)) seen.push(upload);
    }
    return seen.sort();
  }
}

export type { VisibilityRow };
export { parseLines, Spans };
