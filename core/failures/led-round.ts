import { logger } from '../platform/telemetry';
import type { ReportedFile } from '../reports/reported-files';
import { readRound } from '../reports/rounds/round';

/** A round of several files, of which the execution that led it failed. */
interface LedRound {
  number: number;
  files: readonly ReportedFile[];
}

/** Stages that work for a round; at any other, what the state has of one is of a round that is over. */
const stagesOfRounds: ReadonlySet<string> = new Set([
  'List saved reports',
  'Run reports',
  'Export workbook',
  'Export map',
  'Build report page',
  'E-mail report links',
]);

/** The files that an execution was to report when it failed; undefined where it was its own alone, or they cannot be read. */
const findLedRound = async (stage: string, key: string | undefined): Promise<LedRound | undefined> => {
  if (key === undefined || !stagesOfRounds.has(stage)) return undefined;
  try {
    const { number, uploads } = await readRound(key);
    return uploads.length > 1 ? { number, files: uploads } : undefined;
  } catch (cause) {
    logger.warn('The round that the execution led could not be read', { key, error: cause as Error });
    return undefined;
  }
};

export type { LedRound };
export { findLedRound };
