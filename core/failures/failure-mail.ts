import type { Failure } from './failures';

interface Mail {
  subject: string;
  message: string;
}

/** What SNS takes as a subject: ASCII without line breaks, under 100 characters. */
const subjectOf = (text: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const ascii = text.replace(/[\x00-\x1f\x7f]+/g, ' ').replace(/[^\x20-\x7e]/g, '?');
  return ascii.length < 100 ? ascii : `${ascii.slice(0, 96)}...`;
};

/** SNS takes 256 KB; a person reads far less. */
const longestReason = 8_000;

/** The link that the mail has leads to the same object. */
const withoutPlace = (reason: string): string => reason.replace(/\n?All of them: s3:\S+/, '');

const headline = ({ status, stage }: Failure): string =>
  ({ TIMED_OUT: `ran out of time at ${stage}`, ABORTED: `was stopped at ${stage}` })[status] ?? `failed at ${stage}`;

/**
 * The mail about an upload that did not come through.
 *
 * @param rejectedRows - where all rejected rows are, where the file has such
 */
const composeFailureMail = (failure: Failure, rejectedRows?: string): Mail => {
  const { key, upload, error, reason, wayOut, retryDoes, console: link, name } = failure;
  const file = key ?? name;
  const paragraphs = [
    `The upload ${file} ${headline(failure)}.`,
    `Why (${error || failure.status})\n${(rejectedRows ? withoutPlace(reason) : reason).slice(0, longestReason)}`,
    rejectedRows && `All rejected rows, with line, column and rule\n${rejectedRows}`,
    `What to do\n${wayOut}`,
    `What a retry does\n${retryDoes}`,
    `Where to look\n${link}`,
    `Upload ${upload ?? 'without an id yet'}, execution ${name}`,
  ];
  return {
    subject: subjectOf(`Cellflow: ${file.split('/').at(-1)} ${headline(failure)}`),
    message: `${paragraphs.filter(Boolean).join('\n\n')}\n`,
  };
};

export { composeFailureMail };
