import { tables } from '../../../core/platform/keys';
import type { Catalogue } from './catalogue';
import type { Store } from './store';
import { parseLines, parseRows, type Row, Spans, shownAs } from './truth';
import type { Actor } from './world';

/** What a query saw. */
interface Reading {
  name: string;
  /** When it began, by the engine's clock: what its `current_timestamp` says. */
  began: number;
  /** By table, the rows that came back, each with the upload that is shown for it, in order. */
  seen: Map<string, string[]>;
}

/** A listed object was gone when the query came to read it: the engine ends with an error, and the query is asked again. */
class ObjectGone extends Error {
  constructor(
    readonly key: string,
    /** When the query began. */
    readonly began: number,
  ) {
    super(`${key} was listed and is gone`);
  }
}

/**
 * A query on both tables, each through its view: reads `visibility/` and the table's days for each table by itself, page by
 * page and in either order, for as long as a query may take.
 */
const query = async (actor: Actor, store: Store, catalogue: Catalogue, bucket: string): Promise<Reading> => {
  const { world } = actor;
  const began = actor.clock();

  const readObjects = async (keys: readonly string[], take: (body: string) => void): Promise<void> => {
    if (keys.length === 0) return;
    await world.turnOf(actor, 'reads objects', world.limits.call);
    world.tell(actor, `reads ${keys.join(' ')}`);
    for (const key of keys) {
      const stored = store.bucket(bucket).get(key);
      if (stored === undefined) throw new ObjectGone(key, began);
      take(stored.body);
    }
  };
  /** Lists a prefix page by page, and reads what is listed: each page's objects after it, or all of them at the end. */
  const read = async (prefix: string, take: (body: string) => void): Promise<void> => {
    const atOnce = world.random.chance(0.5);
    const listed: string[] = [];
    for (let token: string | undefined, more = true; more; more = token !== undefined) {
      await world.turnOf(actor, `lists ${prefix}`, world.limits.call);
      const page = store.apply({ operation: 'ListObjectsV2', bucket, key: prefix, token });
      const keys = (page.Contents as { Key: string }[]).map(({ Key }) => Key);
      world.tell(actor, `lists ${prefix}: ${keys.map((key) => key.slice(prefix.length)).join(' ')}`);
      token = page.NextContinuationToken as string | undefined;
      if (atOnce) await readObjects(keys, take);
      else listed.push(...keys);
    }
    await readObjects(listed, take);
  };
  const readVisible = async (): Promise<Set<string>> => {
    const spans = new Spans();
    await read('visibility/', (body) => spans.add(parseLines(body)));
    return new Set(spans.visibleAt(began));
  };
  const readRows = async (table: string): Promise<Row[]> => {
    const rows: Row[] = [];
    // The days are taken when the query is planned.
    for (const day of catalogue.partitions(table)) {
      await read(`${table}/day=${day}/`, (body) => rows.push(...parseRows(body)));
    }
    return rows;
  };
  // As the views do: by the id that a row bears, which is not the one that is shown.
  const show = (rows: readonly Row[], visible: ReadonlySet<string>): string[] =>
    rows.filter(({ upload_id }) => visible.has(upload_id)).map(({ upload_id, row }) => `${shownAs(upload_id)} ${row}`);
  const readTable = async (table: string): Promise<string[]> => {
    if (world.random.chance(0.5)) {
      const visible = await readVisible();
      return show(await readRows(table), visible);
    }
    const rows = await readRows(table);
    return show(rows, await readVisible());
  };

  const seen = new Map<string, string[]>();
  for (const name of tables) seen.set(name, (await readTable(name)).sort());
  world.tell(actor, `saw ${[...seen].map(([table, rows]) => `${table}: ${rows.join(', ') || 'nothing'}`).join('; ')}`);
  return { name: actor.life.name, began, seen };
};

export type { Reading };
export { ObjectGone, query };
