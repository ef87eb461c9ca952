/** The code under test, as the simulation calls it: the functions that report, as far as they are about rounds. */
import { s3, sfn, sns } from '../../../core/platform/clients';
import { isTransient, TransientFault } from '../../../core/platform/transient';
import type { Part } from '../../../core/reports/rounds/join';
import { MailUnderWay } from '../../../core/reports/rounds/mailing';
import { RoundOvertaken } from '../../../core/reports/rounds/register';
import { readCurrentReporting, readReporting } from '../../../core/reports/rounds/stage';
import { Superseded } from '../../../core/uploads/upload-errors';
import { joinReporting } from '../../../functions/join-reporting';
import { mailReports } from '../../../functions/mail-reports';
import { prepareProcess as prepareAnyProcess } from '../core/protocol';

const prepareProcess = (): void => {
  prepareAnyProcess();
  process.env.REPORTS_TOPIC_ARN = 'arn:aws:sns:eu-west-1:000000000000:cellflow-reports';
};

/** How long the functions may run, in milliseconds, as the deployment has it. */
const lives = {
  'join-reporting': 240_000,
  'run-report': 900_000,
  'build-report-page': 300_000,
  'mail-reports': 60_000,
};

/** An error after which the state machine tries the same again, within seconds. */
const isPassing = (error: unknown): boolean => error instanceof TransientFault || isTransient(error);

export type { Part };
export {
  isPassing,
  joinReporting,
  lives,
  MailUnderWay,
  mailReports,
  prepareProcess,
  RoundOvertaken,
  readCurrentReporting,
  readReporting,
  Superseded,
  s3,
  sfn,
  sns,
};
