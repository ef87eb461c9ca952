import { clock } from '../../platform/clock';
import { change, type Notice, nextMoment } from '../visibility';
import { isShown } from '../visibility-log';
import type { Member } from './merges';

/**
 * Has queries see the copy of a member in place of the rows that it was made of, from one moment on: by one write. Where those are
 * retired by now, the copy is: it is seen by nobody. Done already, nothing happens.
 */
const moveMember = (bucket: string, { claim, from, to }: Member, notice: Notice): Promise<void> =>
  change(bucket, claim, async (log, reading) => {
    if (log.versions.has(to)) return { lines: [], result: undefined };
    const source = log.versions.get(from);
    const generation = source?.generation ?? 0;
    if (!isShown(source)) {
      return { lines: [{ upload_id: to, visible_until: clock.now(), generation }], result: undefined };
    }
    const { moment, patience } = nextMoment(log, notice, reading);
    return {
      lines: [
        { upload_id: to, visible_from: moment, generation },
        { upload_id: from, visible_until: moment, generation },
      ],
      patience,
      result: undefined,
    };
  });

export { moveMember };
