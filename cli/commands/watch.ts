import { resolveExecution } from '../executions';
import { paint } from '../format';
import { summarize, tellOutcome } from '../outcome';
import { LiveLines } from '../screen';
import type { Target } from '../target';
import { type View, watchExecution } from '../watching';

interface WatchOptions {
  json?: boolean;
}

/** Shows an execution's stages until it has ended; gives the last view. */
const follow = async (target: Target, execution: string, { json }: WatchOptions): Promise<View> => {
  const lines = new LiveLines(process.stdout);
  let last: View | undefined;
  for await (const view of watchExecution(target, execution)) {
    last = view;
    if (!json) lines.show(view);
  }
  if (last === undefined) throw new Error(`${execution} could not be read.`);
  return last;
};

/** `cellflow watch [EXECUTION]` */
const watch = async (target: Target, given: string | undefined, options: WatchOptions): Promise<void> => {
  const execution = await resolveExecution(target, given);
  if (!options.json) {
    console.log(`Execution ${paint('bold', execution.split(':').at(-1) ?? execution)}`);
    console.log(paint('gray', `  ${target.consoleLink(execution)}`));
  }
  const view = await follow(target, execution, options);
  const summary = await summarize(view);
  if (options.json) console.log(JSON.stringify(summary));
  else tellOutcome(summary);
  if (view.execution.status !== 'SUCCEEDED') process.exitCode = 1;
};

export type { WatchOptions };
export { follow, watch };
