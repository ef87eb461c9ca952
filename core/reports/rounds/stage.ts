import { mapAtOnce } from '../../platform/concurrency';
import { assertCurrent, isCurrent } from '../../uploads/claims';
import type { Totals, Upload } from '../../uploads/upload';
import { Superseded } from '../../uploads/upload-errors';
import { assertLeading } from './mailing';
import { mergeTotals, type Round, type RoundReference, readRound, roundOf } from './round';

/** What a stage of the reports is told. */
interface Reporting {
  upload: Upload;
  totals: Totals;
  /** @default - the upload alone: the execution began before there were rounds */
  round?: RoundReference;
}

const readsAtOnce = 32;

/** Why there is nothing left to report: what became of the first. */
const endSuperseded = async ({ uploads: [first] }: Round): Promise<never> => {
  if (first) await assertCurrent(first.upload);
  throw new Superseded('superseded');
};

/** The round as it was written down, whatever became of its uploads. */
const readLed = async ({ upload, totals, round: reference }: Reporting): Promise<Round> => {
  if (reference === undefined) {
    const { execution } = await assertCurrent(upload);
    return roundOf(upload, totals, execution);
  }
  await assertLeading(reference);
  return readRound(reference.key);
};

/**
 * The round that a stage works for.
 *
 * @throws {@link RoundOvertaken} where another execution leads by now
 * @throws {@link Superseded} where each of its uploads was replaced or withdrawn
 */
const readReporting = async (reporting: Reporting): Promise<Round> => {
  const round = await readLed(reporting);
  for (const { upload } of round.uploads) if (await isCurrent(upload)) return round;
  return endSuperseded(round);
};

/**
 * The round that a stage works for, without the uploads that were replaced or withdrawn meanwhile.
 *
 * @throws as {@link readReporting}
 */
const readCurrentReporting = async (reporting: Reporting): Promise<Round> => {
  const round = await readLed(reporting);
  const current = await mapAtOnce(readsAtOnce, round.uploads, ({ upload }) => isCurrent(upload));
  const uploads = round.uploads.filter((_, index) => current[index]);
  if (uploads.length === 0) return endSuperseded(round);
  return { ...round, uploads, totals: mergeTotals(uploads) };
};

export { readCurrentReporting, readReporting };
