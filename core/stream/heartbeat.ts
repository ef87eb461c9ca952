import { lakeKeys } from '../platform/keys';
import { getJson } from '../platform/objects';

/** What the streaming job says of itself. */
interface Heartbeat {
  /** The query's id and last batch; null until the job has begun one. */
  query: string | null;
  batch: number | null;
  at: string;
  /** When every shard was last read to its tip and all that was read was committed. */
  caughtUpAt?: string | null;
  active?: boolean;
}

const readHeartbeat = async (bucket: string): Promise<Heartbeat | undefined> =>
  (await getJson<Heartbeat>(bucket, lakeKeys.heartbeat))?.value;

export type { Heartbeat };
export { readHeartbeat };
