import { PublishCommand } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { sns } from '../core/platform/clients';
import { environment } from '../core/platform/environment';
import { executionSchema } from '../core/platform/execution';
import { lambda } from '../core/platform/lambda';
import { TransientFault } from '../core/platform/transient';
import { mailRound } from '../core/reports/rounds/mailing';
import { roundReferenceSchema } from '../core/reports/rounds/round';

const mailReportsEvent = z.strictObject({
  round: roundReferenceSchema,
  mail: z.object({
    subject: z.string(),
    message: z.string(),
    /** Whether the mail is wanted; the round is over without it, too. */
    send: z.boolean(),
  }),
  execution: executionSchema,
});

type MailReportsEvent = z.infer<typeof mailReportsEvent>;

/** What the state machine goes by (`$.mailed`). */
interface Mailed {
  /** `again`: others wait, and nobody else is there to report them. */
  outcome: 'sent' | 'unwanted' | 'again';
}

/** Time for SNS to answer, in milliseconds. */
const patience = 20_000;

const publish = async ({ subject, message }: MailReportsEvent['mail']): Promise<void> => {
  const signal = AbortSignal.timeout(patience);
  const command = new PublishCommand({
    TopicArn: environment('REPORTS_TOPIC_ARN'),
    Subject: subject,
    Message: message,
  });
  try {
    await sns().send(command, { abortSignal: signal });
  } catch (cause) {
    if (signal.aborted) throw new TransientFault(`SNS gave no answer within ${patience / 1_000} s.`, { cause });
    throw cause;
  }
};

/** Mails the reports of a round and marks its uploads as reported. */
const mailReports = async (
  { round, mail, execution }: MailReportsEvent,
  { awsRequestId: attempt }: Pick<Context, 'awsRequestId'>,
): Promise<Mailed> => {
  const send = () => (mail.send ? publish(mail) : Promise.resolve());
  const othersWait = await mailRound({ round, execution: execution.Id, attempt }, send);
  if (othersWait) return { outcome: 'again' };
  return { outcome: mail.send ? 'sent' : 'unwanted' };
};

const handler = lambda(mailReports, { event: mailReportsEvent });

export { handler, mailReports, mailReportsEvent };
