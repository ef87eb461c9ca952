import { resolveExecution } from '../executions';
import { type FollowOptions, follow, introduce } from '../following';
import type { Target } from '../target';

/** `cellflow watch [EXECUTION]` */
const watch = async (target: Target, given: string | undefined, options: FollowOptions): Promise<void> => {
  const execution = await resolveExecution(target, given);
  if (!options.json) introduce(target, execution);
  await follow(target, execution, options);
};

export { watch };
