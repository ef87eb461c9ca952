import { type ClaimLog, foldClaim, type LogObjects, readObjects } from './visibility-log';

/** All that a shard of the log holds. */
interface Shard extends LogObjects {
  name: string;
}

const readShard = async (bucket: string, name: string): Promise<Shard | undefined> => {
  const found = await readObjects(bucket, name);
  return found && { name, ...found };
};

const byClaim = <Item extends { claim: string }>(items: readonly Item[]): Map<string, Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(item.claim);
    if (group) group.push(item);
    else groups.set(item.claim, [item]);
  }
  return groups;
};

/** The logs of all claims of a shard; a claim whose entries were not listed whole is left as its summary has it. */
const foldShard = ({ entries, lines, summary }: Shard): Map<string, ClaimLog> => {
  const summaries = byClaim(summary);
  const loose = byClaim(entries.map(({ claim, n }, index) => ({ claim, n, lines: lines[index] })));
  const logs = new Map<string, ClaimLog>();
  for (const claim of new Set([...summaries.keys(), ...loose.keys()])) {
    const summed = summaries.get(claim) ?? [];
    const log = foldClaim(summed, loose.get(claim) ?? []) ?? foldClaim(summed, []);
    if (log) logs.set(claim, log);
  }
  return logs;
};

export type { Shard };
export { foldShard, readShard };
