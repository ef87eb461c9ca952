import * as z from 'zod';
import { executionSchema } from '../core/platform/execution';
import { lambda } from '../core/platform/lambda';
import { logger } from '../core/platform/telemetry';
import { joinReporting as join, type Part } from '../core/reports/rounds/join';
import { totalsSchema, uploadSchema } from '../core/uploads/upload';

const joinReportingEvent = z.strictObject({ upload: uploadSchema, totals: totalsSchema, execution: executionSchema });

type JoinReportingEvent = z.infer<typeof joinReportingEvent>;

/** Says whether this execution runs the reports now, waits to run them next, or leaves its upload to the one that does. */
const joinReporting = async ({ upload, totals, execution }: JoinReportingEvent): Promise<Part> => {
  const part = await join({ upload, totals, execution: execution.Id });
  logger.info('Joined the reporting', { ...part });
  return part;
};

const handler = lambda(joinReporting, { event: joinReportingEvent });

export { handler, joinReporting, joinReportingEvent };
