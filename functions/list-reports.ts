import * as z from 'zod';
import { environment } from '../core/platform/environment';
import { lambda } from '../core/platform/lambda';
import { logger } from '../core/platform/telemetry';
import { listSavedQueries } from '../core/reports/saved-queries';
import type { ListedReport } from '../core/reports/saved-reports';

const listReportsEvent = z.object({});

/** Most reports of an upload: each is a query, and all their names are in the execution's state (256 KB). */
const mostReports = 500;

/**
 * Names every query that is saved in the workgroup: those of the deployment first, in its order and even where they are gone
 * (they fail then), the others by name.
 */
const listReports = async (): Promise<ListedReport[]> => {
  const deployed = environment('DEPLOYED_REPORTS').split(',').filter(Boolean);
  const ids = new Map<string, string[]>(deployed.map((name) => [name, []]));
  for await (const { id, name } of listSavedQueries(environment('WORKGROUP_NAME'))) {
    ids.set(name, [...(ids.get(name) ?? []), id]);
  }
  const byHand = [...ids.keys()].filter((name) => !deployed.includes(name)).sort();
  const reports = [...deployed, ...byHand].map((name) => {
    const [query, ...others] = ids.get(name) ?? [];
    const isOne = others.length === 0 && query !== undefined;
    return { name, deployed: deployed.includes(name), ...(isOne && { query }) };
  });
  if (reports.length > mostReports) {
    logger.warn('More saved queries than reports of an upload: the last by name are left out', {
      saved: reports.length,
      reports: mostReports,
    });
  }
  return reports.slice(0, mostReports);
};

const handler = lambda(listReports, { event: listReportsEvent });

export { handler, listReports, mostReports };
