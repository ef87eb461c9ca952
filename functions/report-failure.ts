import { PublishCommand } from '@aws-sdk/client-sns';
import * as z from 'zod';
import { composeFailureMail } from '../core/failures/failure-mail';
import { explainFailure, type Failure } from '../core/failures/failures';
import { findRejectedRows, type RejectedRows } from '../core/failures/rejected-rows';
import { sns } from '../core/platform/clients';
import { environment } from '../core/platform/environment';
import { lambda } from '../core/platform/lambda';
import { readSettings } from '../core/platform/settings';
import { logger } from '../core/platform/telemetry';
import { expiryAfter, linkMaker } from '../core/reports/report-links';

/** The event of EventBridge that an execution's status changed. */
const reportFailureEvent = z.object({ detail: z.object({ executionArn: z.string(), status: z.string() }) });

type ReportFailureEvent = z.infer<typeof reportFailureEvent>;

/** Where all rows or values at fault are; a mail without a link is better than none. */
const linkRejectedRows = async ({ key }: RejectedRows): Promise<string> => {
  try {
    const link = await linkMaker(expiryAfter(readSettings().linkDays));
    return link(key);
  } catch (cause) {
    logger.warn('The link to what was rejected could not be signed', { error: cause as Error });
    return `s3://${environment('REPORTS_BUCKET')}/${key}`;
  }
};

/** What is logged of a failure: names and ids. Its reason is for the people whose file it is. */
const logFailure = ({ execution, status, stage, error, remedy, bucket, key, upload }: Failure): void =>
  logger.info('An execution did not succeed', { execution, status, stage, error, remedy, bucket, key, upload });

/** Mails why an execution did not succeed and what to do about it. */
const reportFailure = async ({ detail }: ReportFailureEvent): Promise<void> => {
  const failure = await explainFailure(detail.executionArn, detail.status);
  logFailure(failure);
  const rejected = await findRejectedRows(failure);
  const shown = rejected && { what: rejected.what, first: rejected.first, link: await linkRejectedRows(rejected) };
  const { subject, message } = composeFailureMail(failure, shown);
  await sns().send(
    new PublishCommand({ TopicArn: environment('FAILURES_TOPIC_ARN'), Subject: subject, Message: message }),
  );
};

const handler = lambda(reportFailure, { event: reportFailureEvent });

export { handler, reportFailure };
