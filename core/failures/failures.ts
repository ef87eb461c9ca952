import { DescribeExecutionCommand, type DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import { type Remedy, serviceErrors } from '../../contract';
import { sfn } from '../platform/clients';
import { executionLink } from '../platform/console-link';
import { remedyOf } from '../platform/errors';
import { otherKindOf, readEndings } from '../uploads/file-kinds';
import { uploadedFile } from '../uploads/upload';
import { findFailedState } from './execution-history';
import { findLedRound, type LedRound } from './led-round';
import { findMapFailure, type MapFailure } from './map-failures';
import { stageGuide, stageOf } from './stage-guide';

/** Why an execution did not succeed, in the words of the person who has to act. */
interface Failure {
  execution: string;
  /** The execution's name, which `cellflow` takes as well as its ARN. */
  name: string;
  status: string;
  /** As the console names it. */
  stage: string;
  /** Name of the error. */
  error: string;
  reason: string;
  remedy: Remedy;
  /** What to do. */
  wayOut: string;
  /** What a retry does again, and what not. */
  retryDoes: string;
  /** Where to look at the execution. */
  console: string;
  bucket?: string;
  key?: string;
  upload?: string;
  /** The files that it was to report together, where they are several. */
  round?: LedRound;
}

/** What the services' own error names mean; Cellflow's own errors say it in their messages. */
const meanings: ReadonlyMap<string, string> = new Map(serviceErrors.map(({ name, about }) => [name, about]));

interface LambdaError {
  errorType?: string;
  errorMessage?: string;
}

/** A Lambda function's error comes as JSON, that of a service as text. */
const messageOf = (cause: string | undefined): string => {
  if (!cause?.startsWith('{')) return cause ?? '';
  try {
    return (JSON.parse(cause) as LambdaError).errorMessage ?? cause;
  } catch {
    return cause;
  }
};

const inWords = (error: string, cause: string | undefined): string =>
  [meanings.get(error), messageOf(cause)].filter(Boolean).join(' ') || `${error || 'No reason'} is all that is known.`;

const mapInWords = ({ error, cause, input, failed, total }: MapFailure): string => {
  const { index, start, end } = input.chunk ?? {};
  const where = index === undefined ? '' : `Chunk ${index} (bytes ${start} to ${end}): `;
  const others = failed > 1 ? `\n${failed} of ${total} chunks failed; this is one of them.` : '';
  return `${where}${inWords(error, cause)}${others}`;
};

const endedInWords = (status: string | undefined, { error, cause }: { error?: string; cause?: string }): string => {
  if (status === 'ABORTED') {
    const why = [error, messageOf(cause)].filter(Boolean).join(': ');
    return `Somebody stopped the execution${why ? ` (${why})` : ''}.`;
  }
  return 'The execution took longer than the state machine lets one take.';
};

/** Whether somebody has retried the execution before anybody asked why it failed. */
const isRetried = ({ status }: DescribeExecutionOutput): boolean =>
  status === 'RUNNING' || status === 'PENDING_REDRIVE' || status === 'SUCCEEDED';

const remedyFor = (error: string, described: DescribeExecutionOutput): Remedy => {
  const remedy = remedyOf(error);
  const isOver = described.redriveStatus === 'NOT_REDRIVABLE' && !isRetried(described);
  return remedy === 'retry' && isOver ? 'upload' : remedy;
};

/** What a file wants that is as it should be: the name of its format. */
const namesFormat = new Set(['AmbiguousFormat', 'UnusableFormat']);

interface Fault {
  remedy: Remedy;
  error: string;
  /** Name of the execution. */
  name: string;
  key?: string;
}

const wayOut = ({ remedy, error, name, key }: Fault): string => {
  const upload = `cellflow upload FILE${key === undefined ? '' : ` --key '${key.replaceAll("'", "'\\''")}'`}`;
  if (remedy === 'correct' && key !== undefined && otherKindOf(key)) {
    return `Upload the table as text, under a name that ends in ${readEndings.join(', ')}: cellflow upload FILE`;
  }
  if (namesFormat.has(error)) {
    return `Upload the file again and name its format: ${upload} --format NAME (or the object's metadata \`format\`)`;
  }
  if (remedy === 'correct') {
    return `Upload a corrected file under the same key, which replaces this one: ${upload}`;
  }
  if (remedy === 'upload') {
    return `Upload the file again under the same key, which replaces this upload: ${upload}`;
  }
  return `Retry it: cellflow retry ${name} (or "Redrive" in the Step Functions console)`;
};

const retryDoes = (remedy: Remedy, stage: string): string => {
  if (remedy === 'correct') return 'A retry reads the same version of the file again and fails again.';
  if (remedy === 'upload') return 'A retry cannot help here.';
  return stageGuide[stage]?.retry ?? 'A retry goes on at the state that failed.';
};

/**
 * Says of an execution that did not succeed in which stage it ended, why, and what to do.
 *
 * @param ended - the status that it ended with, where somebody may have redriven it since
 * @example
 * const { stage, reason, wayOut } = await explainFailure(executionArn);
 */
const explainFailure = async (execution: string, ended?: string): Promise<Failure> => {
  const described = await sfn().send(new DescribeExecutionCommand({ executionArn: execution }));
  const { name = execution } = described;
  const status = ended ?? described.status ?? '';
  const found = await findFailedState(execution);
  const stage = stageOf(found.state ?? 'Plan upload');
  const child = found.error === 'States.ExceedToleratedFailureThreshold' ? await findMapFailure(execution) : undefined;
  const error = child?.error ?? found.error ?? (status === 'FAILED' ? '' : `Execution.${status}`);
  const file = uploadedFile(described.input);
  const remedy = remedyFor(error, described);
  return {
    execution,
    name,
    status,
    stage,
    error,
    reason:
      status === 'FAILED' ? (child ? mapInWords(child) : inWords(error, found.cause)) : endedInWords(status, found),
    remedy,
    wayOut: isRetried(described)
      ? `It was retried already and is ${described.status} now: cellflow watch ${name}`
      : wayOut({ remedy, error, name, key: file.key }),
    retryDoes: retryDoes(remedy, stage),
    console: executionLink(execution),
    ...file,
    upload: found.input?.upload?.id ?? file.upload,
    round: await findLedRound(stage, found.input?.round?.key),
  };
};

export type { Failure };
export { explainFailure };
