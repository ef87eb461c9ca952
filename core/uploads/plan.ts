import { CellflowError } from '../platform/errors';
import { lakeKeys } from '../platform/keys';
import { getJson } from '../platform/objects';

/** What was planned of an upload has expired: it is kept for as long as a run is. */
class PlanGone extends CellflowError {}

/** Every record that an upload publishes, as *Judge upload* wrote it down. */
interface Plan {
  upload: string;
  /** Records are numbered from 0 in each chunk. */
  chunks: { chunk: number; records: number; rows: number }[];
  days: Record<string, number>;
}

const readPlan = async (bucket: string, upload: string): Promise<Plan> => {
  const stored = await getJson<Plan>(bucket, lakeKeys.plan(upload));
  if (stored === undefined) {
    throw new PlanGone(`s3://${bucket}/${lakeKeys.plan(upload)} is gone: upload the file again, its plan has expired.`);
  }
  return stored.value;
};

export type { Plan };
export { PlanGone, readPlan };
