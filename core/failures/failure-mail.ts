import { type Mail, mailSubject } from '../platform/mail';
import { listFiles, nameFiles } from '../reports/reported-files';
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

/** Bytes of the list of files. */
const mostOfFiles = 20_000;

/** Which files wait for their reports, and who reports them. */
const composeRound = ({ round }: Failure): string | undefined =>
  round &&
  `Files that it was to report together (round ${round.number})\n${listFiles(round.files, mostOfFiles)}\nTheir rows are in the lake. The next upload reports them, or a retry of this execution, whichever comes first; nothing has to be uploaded again.`;

/**
 * The mail about an upload that did not come through.
 *
 * @param rejectedRows - rows or values that the file failed for, where it did so
 */
const composeFailureMail = (failure: Failure, rejectedRows?: ShownRows): Mail => {
  const { key, upload, error, reason, wayOut, retryDoes, console: link, name, round } = failure;
  const file = key ?? name;
  const paragraphs = [
    round
      ? `The execution of ${file}, which reported ${nameFiles(round.files)}, ${headline(failure)}.`
      : `The upload ${file} ${headline(failure)}.`,
    `Why (${error || failure.status})\n${(rejectedRows ? withoutPlace(reason) : reason).slice(0, longestReason)}`,
    rejectedRows?.first.length && `First ${rejectedRows.what} (${rejectionColumns})\n${rejectedRows.first.join('\n')}`,
    rejectedRows && `All ${rejectedRows.what}, with line, column and rule\n${rejectedRows.link}`,
    composeRound(failure),
    `What to do\n${wayOut}`,
    `What a retry does\n${retryDoes}`,
    `Where to look\n${link}`,
    `Upload ${upload ?? 'without an id yet'}, execution ${name}`,
  ];
  return {
    subject: mailSubject(file.split('/').at(-1) ?? file, (shown) =>
      round
        ? `Cellflow: reports of ${nameFiles(round.files)} ${headline(failure)} (${shown})`
        : `Cellflow: ${shown} ${headline(failure)}`,
    ),
    message: `${paragraphs.filter(Boolean).join('\n\n')}\n`,
  };
};

export { composeFailureMail };
