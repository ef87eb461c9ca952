import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { UsageError } from '../errors';
import { root } from '../target';

/** Runs the CDK's command on the app, in sight of the person. */
const cdk = async (...args: string[]): Promise<void> => {
  const code = await new Promise<number | null>((ended, failed) => {
    const child = spawn(join(root, 'node_modules', '.bin', 'cdk'), args, { cwd: root, stdio: 'inherit' });
    child.on('error', failed);
    child.on('exit', ended);
  });
  if (code !== 0) throw new UsageError(`\`cdk ${args[0]}\` failed; what it says is above.`);
};

export { cdk };
