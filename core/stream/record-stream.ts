import { PutRecordsCommand, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { pause } from '../platform/backoff';
import { kinesis } from '../platform/clients';
import { environment } from '../platform/environment';
import { CellflowError } from '../platform/errors';
import { logger } from '../platform/telemetry';
import { isTransient } from '../platform/transient';

/** The stream takes no more in the time that is left: the machine tries again later. */
class StreamThrottled extends CellflowError {}

interface StreamEntry {
  id: string;
  payload: Buffer;
}

/** Limits of one `PutRecords` call; a record's partition key counts. */
const callRecords = 500;
const callBytes = 5 * 1024 * 1024;

const backoff = { baseMs: 100, capMs: 5_000 };

/** Groups records into calls. */
async function* groupForCalls(records: AsyncIterable<StreamEntry>): AsyncGenerator<StreamEntry[]> {
  let group: StreamEntry[] = [];
  let bytes = 0;
  for await (const record of records) {
    const size = record.payload.length + Buffer.byteLength(record.id);
    if (group.length === callRecords || bytes + size > callBytes) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(record);
    bytes += size;
  }
  if (group.length > 0) yield group;
}

interface Attempt {
  failed: StreamEntry[];
  reason: string;
}

const attemptPut = async (entries: readonly StreamEntry[]): Promise<Attempt> => {
  const Records: PutRecordsRequestEntry[] = entries.map(({ id, payload }) => ({ PartitionKey: id, Data: payload }));
  try {
    const { Records: results = [] } = await kinesis().send(
      new PutRecordsCommand({ StreamName: environment('STREAM_NAME'), Records }),
    );
    const failed = entries.filter((_, index) => results[index]?.SequenceNumber === undefined);
    const fault = results.find(({ ErrorCode }) => ErrorCode !== undefined);
    return { failed, reason: fault ? `${fault.ErrorCode}: ${fault.ErrorMessage}` : 'not acknowledged' };
  } catch (error) {
    if (!isTransient(error)) throw error;
    return { failed: [...entries], reason: `${error.name}: ${error.message}` };
  }
};

/**
 * Puts records into the stream and does not return before each is acknowledged; only those that failed are sent again.
 *
 * @throws {@link StreamThrottled} where some would have to be sent after the deadline
 */
const putRecords = async (entries: readonly StreamEntry[], deadline: number): Promise<void> => {
  let { failed, reason } = await attemptPut(entries);
  for (let attempt = 1; failed.length > 0; attempt += 1) {
    logger.debug('records are sent again', { failed: failed.length, of: entries.length, attempt, reason });
    if (!(await pause(attempt, { ...backoff, deadline }))) {
      throw new StreamThrottled(
        `${failed.length} of ${entries.length} records were still refused by the stream after ${attempt} attempts (${reason}).`,
      );
    }
    ({ failed, reason } = await attemptPut(failed));
  }
};

export type { StreamEntry };
export { groupForCalls, putRecords, StreamThrottled };
