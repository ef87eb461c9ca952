import type { Totals } from '../../uploads/upload';
import type { Table } from '../page/rows';
import type { Changes } from './changes';
import type { Finding } from './finding';
import { findChanges } from './of-changes';
import { findDataFaults, type JudgedFile } from './of-data';
import { findLostService, findWeakSpots } from './of-places';

interface Material {
  /** The file, or those that are reported together. */
  files: readonly JudgedFile[];
  /** Of all of them. */
  totals: Totals;
  /** What the report *signal-changes* tells, where it was run. */
  changes?: Changes;
  /** Beginnings of other reports, by name. */
  tables: Readonly<Record<string, Table | undefined>>;
}

/** More than a person keeps in mind. */
const mostFindings = 7;

/**
 * What stands out, in the order in which a radio engineer acts on it: what got worse, where there is no service or little
 * reception, whether the data can be trusted, what got better, and what cannot be told.
 */
const composeFindings = ({ files, totals, changes, tables }: Material): Finding[] => {
  const { worse, better, sparse } = changes ? findChanges(changes) : { worse: [], better: [], sparse: [] };
  const { 'service-by-place': service, 'weak-spots': spots } = tables;
  return [
    ...worse,
    service && findLostService(service),
    spots && findWeakSpots(spots),
    ...findDataFaults(totals, files),
    ...better,
    ...sparse,
  ]
    .filter((finding) => finding !== undefined)
    .slice(0, mostFindings);
};

export type { Material };
export { composeFindings };
