import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { UsageError } from '../errors';
import { root } from '../target';

/**
 * Runs the CDK's command on the app, in sight of the person.
 *
 * @param variables What it has in its environment besides. @default - nothing
 */
const cdk = async (args: string[], variables: Record<string, string> = {}): Promise<void> => {
  const code = await new Promise<number | null>((ended, failed) => {
    const child = spawn(join(root, 'node_modules', '.bin', 'cdk'), args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...variables },
    });
    child.on('error', failed);
    child.on('exit', ended);
  });
  if (code !== 0) throw new UsageError(`\`cdk ${args[0]}\` failed; what it says is above.`);
};

export { cdk };
