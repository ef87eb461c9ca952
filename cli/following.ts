import { paint } from './format';
import { type Summary, summarize, tellOutcome } from './outcome';
import { LiveLines } from './screen';
import type { Target } from './target';
import { watchExecution } from './watching';

interface FollowOptions {
  /** Show nothing while it runs, and print the end as one JSON object. */
  json?: boolean;
}

/** Says which execution is looked at, and where a person finds it. */
const introduce = (target: Target, execution: string): void => {
  console.log(`Execution ${paint('bold', execution.split(':').at(-1) ?? execution)}`);
  console.log(paint('gray', `  ${target.consoleLink(execution)}`));
};

/** Shows an execution's stages until it has ended, then its outcome; one that did not succeed sets the exit code. */
const follow = async (target: Target, execution: string, { json }: FollowOptions): Promise<Summary> => {
  const lines = new LiveLines(process.stdout);
  let summary: Summary | undefined;
  for await (const view of watchExecution(target, execution)) {
    if (!json) lines.show(view);
    if (view.execution.status !== 'RUNNING') summary = await summarize(view);
  }
  if (summary === undefined) throw new Error(`${execution} could not be read.`);
  if (json) console.log(JSON.stringify(summary));
  else tellOutcome(summary);
  if (summary.status !== 'SUCCEEDED') process.exitCode = 1;
  return summary;
};

export type { FollowOptions };
export { follow, introduce };
