import { Command, InvalidArgumentError } from 'commander';
import { CellflowError } from '../core/platform/errors';
import { check } from './commands/check';
import { list } from './commands/list';
import { reports } from './commands/reports';
import { retry } from './commands/retry';
import { upload } from './commands/upload';
import { watch } from './commands/watch';
import { withdraw } from './commands/withdraw';
import { UsageError } from './errors';
import { findTarget, type Target } from './target';

const program = new Command('cellflow')
  .description('From an uploaded CSV of mobile-network measurements to analytics reports by e-mail.')
  .option('--target <laptop|aws>', 'where to act (default: the laptop edition where it is up, else AWS)')
  .option('--stack <name>', 'name of the CloudFormation stack', 'Cellflow');

const positive = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 on');
  return value;
};

/** Finds the deployment, then runs a command on it. */
const on =
  <Arguments extends unknown[]>(command: (target: Target, ...args: Arguments) => Promise<void>) =>
  async (...args: unknown[]): Promise<void> => {
    const target = await findTarget(program.opts());
    // Commander passes itself as the last argument.
    await command(target, ...(args.slice(0, -1) as Arguments));
  };

program
  .command('upload <file>')
  .description('upload a file and follow its execution')
  .option('--key <key>', 'key in the uploads bucket (default: the name of the file)')
  .option('--format <name>', 'format of the file (default: recognised by its header)')
  .option('--detach', 'do not follow the execution')
  .option('--json', 'print one JSON object')
  .action(on(upload));
program
  .command('check <file>')
  .description('tell how a file would be read and whether it would be accepted, with nothing running')
  .option('--format <name|file>', 'a shipped format, or the file of one (default: recognised by the header)')
  .option('--show <n>', 'show so many rows as Cellflow understands them', positive, 0)
  .option('--time-zone <name>', "an IANA name (default: the deployment's, see settings.timeZone)")
  .option('--json', 'print one JSON object')
  .action((file, flags) => check(file, flags));
program
  .command('watch [execution]')
  .description('show the stages of an execution live (default: the newest)')
  .option('--json', 'wait for the end and print one JSON object')
  .action(on(watch));
program
  .command('reports <upload>')
  .description('list the reports of an upload and the links of its page, workbook and map')
  .option('--open', 'open the page in a browser')
  .option('--save <folder>', 'save the page, the workbook, the map and the CSV files')
  .option('--json', 'print one JSON object')
  .action(on(reports));
program
  .command('list')
  .description('list the executions with status, stage and reason')
  .option('--limit <n>', 'how many', positive, 20)
  .option('--json', 'print one JSON array')
  .action(on(list));
program
  .command('retry [execution]')
  .description('retry a failed execution from the stage that failed (default: the newest failed, after asking)')
  .option('--yes', 'do not ask')
  .option('--detach', 'do not follow the execution')
  .option('--json', 'print one JSON object')
  .action(on(retry));
program
  .command('withdraw <upload>')
  .description("remove an upload's rows from the lake")
  .option('--yes', 'do not ask')
  .option('--json', 'print one JSON object')
  .action(on(withdraw));

// Who reads our output may have read enough: `cellflow check FILE | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  const foreseen = error instanceof UsageError || error instanceof CellflowError;
  console.error(`cellflow: ${foreseen ? error.message : ((error as Error).stack ?? String(error))}`);
  process.exitCode = foreseen ? 2 : 1;
}
