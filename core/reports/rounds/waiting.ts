import { mapAtOnce } from '../../platform/concurrency';
import { environment } from '../../platform/environment';
import { lakeKeys } from '../../platform/keys';
import { deleteObjects, getJson, listObjects } from '../../platform/objects';
import { logger } from '../../platform/telemetry';
import { isCurrent } from '../../uploads/claims';
import { readReported } from './reported';
import { type RoundUpload, roundUploadSchema } from './round';
import { writeOnce } from './write-once';

/** An upload that waits to be reported, as it is listed. */
interface Waiting {
  upload: string;
  /** Since when, in milliseconds since 1970. */
  since: number;
}

const readsAtOnce = 32;

/** Writes down that an upload waits to be reported; it stays so until it is reported, whatever becomes of who wrote it. */
const enterWaiting = async (entry: RoundUpload): Promise<void> => {
  await writeOnce(lakeKeys.waiting(entry.upload.id), entry);
};

/** Uploads that wait to be reported, first come first. */
const listWaiting = async (): Promise<Waiting[]> => {
  const waiting: Waiting[] = [];
  for await (const { key, modified } of listObjects(environment('LAKE_BUCKET'), lakeKeys.allWaiting)) {
    waiting.push({ upload: key.slice(lakeKeys.allWaiting.length).replace(/\.json$/, ''), since: modified });
  }
  return waiting.sort((one, other) => one.since - other.since || (one.upload < other.upload ? -1 : 1));
};

/** What an upload waits with; `in vain` where it is reported, replaced or withdrawn by now. */
const readEntry = async (upload: string): Promise<RoundUpload | 'in vain' | 'unreadable'> => {
  const [stored, reported] = await Promise.all([
    getJson<unknown>(environment('LAKE_BUCKET'), lakeKeys.waiting(upload)),
    readReported(upload),
  ]);
  if (stored === undefined || reported !== undefined) return 'in vain';
  const { data: entry } = roundUploadSchema.safeParse(stored.value);
  if (entry === undefined) {
    logger.warn('What an upload waits with is not what Cellflow writes: it waits on', { upload });
    return 'unreadable';
  }
  return (await isCurrent(entry.upload)) ? entry : 'in vain';
};

/**
 * Reads the entries of uploads that wait, and takes away those that wait in vain.
 *
 * @param most - entries that are read at most; the others wait on
 */
const readWaiting = async (waiting: readonly string[], most: number): Promise<RoundUpload[]> => {
  const asked = waiting.slice(0, most);
  const read = await mapAtOnce(readsAtOnce, asked, readEntry);
  const inVain = asked.filter((_, index) => read[index] === 'in vain');
  if (inVain.length > 0) await deleteObjects(environment('LAKE_BUCKET'), inVain.map(lakeKeys.waiting));
  return read.filter((entry) => typeof entry === 'object');
};

export type { Waiting };
export { enterWaiting, listWaiting, readWaiting };
