import { streamObject } from '../../platform/objects';
import { logger } from '../../platform/telemetry';
import type { Table } from '../page/rows';
import type { RunReport } from '../saved-reports';
import { type Changes, readChanges } from './changes';
import type { Finding } from './finding';
import { composeFindings, type Material } from './findings';

interface Reports {
  /** Bucket of their CSV files. */
  bucket: string;
  /** Each with the beginning of its rows, where it did not fail. */
  reports: readonly { report: Pick<RunReport, 'name' | 'status' | 'csv'>; table?: Table }[];
}

/** Reports of which the beginning is looked at: their worst lines come first. */
const lookedAt = ['service-by-place', 'weak-spots'];

const isLookedAt = (name: string): boolean => lookedAt.includes(name);

const changesOf = async ({ bucket, reports }: Reports): Promise<Changes | undefined> => {
  const found = reports.find(({ report }) => report.name === 'signal-changes' && report.status === 'done');
  return found && readChanges(await streamObject({ Bucket: bucket, Key: found.report.csv }));
};

/** What stands out in the reports of an upload, or of several that are reported together. */
const readFindings = async (from: Pick<Material, 'files' | 'totals'> & Reports): Promise<Finding[]> => {
  const changes = await changesOf(from);
  if (changes !== undefined) {
    const { tested, untested, worse, better } = changes;
    logger.info('Changes were judged', { tested, untested, worse: worse.length, better: better.length });
  }
  const tables = Object.fromEntries(
    from.reports.flatMap(({ report, table }) => (isLookedAt(report.name) && table ? [[report.name, table]] : [])),
  );
  return composeFindings({ ...from, changes, tables });
};

export { isLookedAt, readFindings };
