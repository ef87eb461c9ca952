import type { Plan } from '../uploads/plan';
import { countOf, describeRanges, gaps, includes, type Ranges, unite } from '../uploads/ranges';
import { forEachLedger, LandingDefect, type Ledger, nameOf } from './ledger';

/** Records of a chunk. */
interface ChunkRecords {
  chunk: number;
  records: Ranges;
}

/** How much of an upload's plan the ledger holds. */
interface Landing {
  /** Measurement rows. */
  rows: number;
  records: number;
  planned: number;
  missing: ChunkRecords[];
  /** Why records were set aside, by id; of very many only some. */
  setAside: Map<string, string>;
}

const mostReasons = 1_000;

const addLedger = (landed: Map<number, Ranges>, ledger: Ledger): void => {
  for (const [name, records] of Object.entries(ledger.records)) {
    const chunk = Number(name);
    const { ranges, doubled } = unite(landed.get(chunk) ?? [], records);
    if (doubled.length > 0) {
      throw new LandingDefect(
        `Records ${describeRanges(doubled)} of chunk ${chunk} landed twice (seen in page ${nameOf(ledger)} of the ledger): their rows would be doubled.`,
      );
    }
    landed.set(chunk, ranges);
  }
};

const countRows = (page: Ledger): number => {
  const { objects, rows } = page;
  const inObjects = objects.reduce((sum, object) => sum + (object.table === 'measurements' ? object.rows : 0), 0);
  if (inObjects !== rows) {
    throw new LandingDefect(`Page ${nameOf(page)} of the ledger says ${rows} rows, its objects hold ${inObjects}.`);
  }
  return rows;
};

const assertPlanned = (landed: Map<number, Ranges>, plan: Plan): void => {
  const planned = new Map(plan.chunks.map(({ chunk, records }) => [chunk, records]));
  for (const [chunk, ranges] of landed) {
    const last = ranges.at(-1)?.[1] ?? -1;
    if (last >= (planned.get(chunk) ?? 0)) {
      throw new LandingDefect(`Record ${last} of chunk ${chunk} landed, which has ${planned.get(chunk) ?? 0} records.`);
    }
  }
};

/**
 * Holds the ledger of an upload against its plan, by record ids: sums alone would hide one lost and one doubled record.
 * In memory are ranges of record numbers by chunk, never ids.
 *
 * @throws {@link LandingDefect}
 */
const readLanding = async (bucket: string, plan: Plan): Promise<Landing> => {
  const landed = new Map<number, Ranges>();
  const setAside = new Map<string, string>();
  let rows = 0;
  await forEachLedger(bucket, plan.upload, (ledger) => {
    addLedger(landed, ledger);
    rows += countRows(ledger);
    for (const { id, reason } of ledger.setAside) if (setAside.size < mostReasons) setAside.set(id, reason);
  });
  assertPlanned(landed, plan);
  const missing = plan.chunks
    .map(({ chunk, records }) => ({ chunk, records: gaps(landed.get(chunk) ?? [], records) }))
    .filter(({ records }) => records.length > 0);
  const planned = plan.chunks.reduce((sum, { records }) => sum + records, 0);
  const expected = plan.chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  if (missing.length === 0 && rows !== expected) {
    throw new LandingDefect(`All ${planned} records landed, but with ${rows} rows instead of ${expected}.`);
  }
  return {
    rows,
    records: planned - missing.reduce((sum, { records }) => sum + countOf(records), 0),
    planned,
    missing,
    setAside,
  };
};

/** A decoder may quote the value that it stumbled over. */
const withoutQuotes = (reason: string): string => reason.replace(/(['"`]).*\1/s, '…');

/** A missing record that the streaming job could not decode, and why. */
const findPoison = ({ missing, setAside }: Landing): { chunk: number; record: number; reason: string } | undefined => {
  for (const [id, reason] of setAside) {
    const [chunk = Number.NaN, record = Number.NaN] = id.split('/').slice(-2).map(Number);
    const records = missing.find((candidate) => candidate.chunk === chunk)?.records ?? [];
    if (includes(records, record)) return { chunk, record, reason: withoutQuotes(reason) };
  }
  return undefined;
};

export type { ChunkRecords, Landing };
export { findPoison, LandingDefect, readLanding };
