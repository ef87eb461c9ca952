import * as z from 'zod';
import { environment } from '../core/platform/environment';
import { lambda } from '../core/platform/lambda';
import { logger } from '../core/platform/telemetry';
import { listSavedQueries } from '../core/reports/saved-queries';
import type { ListedReport } from '../core/reports/saved-reports';

const listReportsEvent = z.object({});

/** Most reports of an upload: each is a query, and all their names are in the execution's state (256 KB). */
const mostReports = 500;

/** Begun before the others, none of which has to wait at the end for what takes longest: the map has a line for every place. */
const longest: ReadonlySet<string> = new Set(['signal-map']);

/**
 * Names every query that is saved in the workgroup. Their places are in the order of the deployment, even where they are gone
 * (they fail then); behind are the others, by name. They come in the order in which they are to begin.
 */
const listReports = async (): Promise<ListedReport[]> => {
  const deployed = environment('DEPLOYED_REPORTS').split(',').filter(Boolean);
  const ids = new Map<string, string[]>(deployed.map((name) => [name, []]));
  for await (const { id, name } of listSavedQueries(environment('WORKGROUP_NAME'))) {
    ids.set(name, [...(ids.get(name) ?? []), id]);
  }
  const byHand = [...ids.keys()].filter((name) => !deployed.includes(name)).sort();
  const reports = [...deployed, ...byHand].map((name, place) => {
    const [query, ...others] = ids.get(name) ?? [];
    const isOne = others.length === 0 && query !== undefined;
    return { name, place, deployed: deployed.includes(name), ...(isOne && { query }) };
  });
  if (reports.length > mostReports) {
    logger.warn('More saved queries than reports of an upload: the last by name are left out', {
      saved: reports.length,
      reports: mostReports,
    });
  }
  const listed = reports.slice(0, mostReports);
  const isLong = ({ name }: ListedReport): boolean => longest.has(name);
  return [...listed.filter(isLong), ...listed.filter((report) => !isLong(report))];
};

const handler = lambda(listReports, { event: listReportsEvent });

export { handler, listReports, mostReports };
