import { PublishCommand } from '@aws-sdk/client-sns';
import { z } from 'zod';
import { composeFailureMail } from '../core/failures/failure-mail';
import { explainFailure, type Failure } from '../core/failures/failures';
import { sns } from '../core/platform/clients';
import { environment } from '../core/platform/environment';
import { reportKeys } from '../core/platform/keys';
import { lambda } from '../core/platform/lambda';
import { readSettings } from '../core/platform/settings';
import { logger } from '../core/platform/telemetry';
import { expiryAfter, linkMaker } from '../core/reports/report-links';

/** The event of EventBridge that an execution's status changed. */
const reportFailureEvent = z.object({ detail: z.object({ executionArn: z.string(), status: z.string() }) });

type ReportFailureEvent = z.infer<typeof reportFailureEvent>;

/** Errors of files whose rejected rows are written down by then. */
const withRejectedRows = new Set(['TooManyInvalidRows', 'NoValidRows']);

/** Where all rejected rows are; a mail without a link is better than none. */
const linkRejectedRows = async ({ error, upload }: Failure): Promise<string | undefined> => {
  if (!withRejectedRows.has(error) || upload === undefined) return undefined;
  const path = reportKeys.rejectedRows(upload);
  try {
    const link = await linkMaker(expiryAfter(readSettings().linkDays));
    return link(path);
  } catch (cause) {
    logger.warn('The link to the rejected rows could not be signed', { error: cause as Error });
    return `s3://${environment('REPORTS_BUCKET')}/${path}`;
  }
};

/** Mails why an execution did not succeed and what to do about it. */
const reportFailure = async ({ detail }: ReportFailureEvent): Promise<void> => {
  const failure = await explainFailure(detail.executionArn, detail.status);
  const { subject, message } = composeFailureMail(failure, await linkRejectedRows(failure));
  logger.info('An execution did not succeed', { ...failure });
  await sns().send(
    new PublishCommand({ TopicArn: environment('FAILURES_TOPIC_ARN'), Subject: subject, Message: message }),
  );
};

const handler = lambda(reportFailure, { event: reportFailureEvent });

export { handler, reportFailure };
