import { type Mail, mailSubject } from '../platform/mail';
import { rejectionColumns } from '../rows/rejections';
import type { Failure } from './failures';
import type { RejectedRows } from './rejected-rows';

/** Rejected rows as the mail shows them. */
interface ShownRows extends Pick<RejectedRows, 'what' | 'first'> {
  /** Where all of them are. */
  link: string;
}

/** SNS takes 256 KB; a person reads far less. */
const longestReason = 8_000;

/** The link that the mail has leads to the same object. */
const withoutPlace = (reason: string): string => reason.replace(/\n?All of them[^\n]*: s3:\S+/, '');

const headline = ({ status, stage }: Failure): string =>
  ({ TIMED_OUT: `ran out of time at ${stage}`, ABORTED: `was stopped at ${stage}` })[status] ?? `failed at ${stage}`;

/**
 * The mail about an upload that did not come through.
 *
 * @param rejectedRows - rows or values that the file failed for, where it did so
 */
const composeFailureMail = (failure: Failure, rejectedRows?: ShownRows): Mail => {
  const { key, upload, error, reason, wayOut, retryDoes, console: link, name } = failure;
  const file = key ?? name;
  const paragraphs = [
    `The upload ${file} ${headline(failure)}.`,
    `Why (${error || failure.status})\n${(rejectedRows ? withoutPlace(reason) : reason).slice(0, longestReason)}`,
    rejectedRows?.first.length && `First ${rejectedRows.what} (${rejectionColumns})\n${rejectedRows.first.join('\n')}`,
    rejectedRows && `All ${rejectedRows.what}, with line, column and rule\n${rejectedRows.link}`,
    `What to do\n${wayOut}`,
    `What a retry does\n${retryDoes}`,
    `Where to look\n${link}`,
    `Upload ${upload ?? 'without an id yet'}, execution ${name}`,
  ];
  return {
    subject: mailSubject(file.split('/').at(-1) ?? file, (shown) => `Cellflow: ${shown} ${headline(failure)}`),
    message: `${paragraphs.filter(Boolean).join('\n\n')}\n`,
  };
};

export { composeFailureMail };
