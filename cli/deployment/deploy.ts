import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { type Config, configFile, findConfig, readConfig } from '../../infra/config';
import { names } from '../../infra/names';
import { UsageError } from '../errors';
import { plural } from '../format';
import { root } from '../target';
import { findAccount, stackStatus } from './account';
import { findBuckets } from './buckets';
import { cdk } from './cdk';
import { planDeployment } from './plan';
import { ask, run } from './terminal';

/** `make deploy`: to the AWS account of the ordinary credentials, onto whatever an earlier deployment left there. */

interface Options {
  config?: string;
  yes?: boolean;
}

/** Made by `cdk bootstrap`. */
const toolkit = 'CDKToolkit';

const readFile = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`The configuration ${file} cannot be read: ${(error as Error).message}`);
  }
};

/** The configuration, and what passes it to the CDK where that does not find it by itself. */
const choose = (file: string | undefined): { config: Config; context: string[] } => {
  try {
    if (file === undefined) return { config: findConfig(undefined, root), context: [] };
    const text = readFile(file);
    return { config: readConfig(text, file), context: ['--context', `config=${text}`] };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

const showMails = ({ emails }: Config, file: string): void => {
  for (const [kind, addresses] of Object.entries(emails)) {
    console.log(`  mails of ${kind.padEnd(8)} go to ${addresses.join(', ') || `nobody, for ${file} names none`}`);
  }
};

const deploy = async ({ config: file, yes }: Options): Promise<void> => {
  const { config, context } = choose(file);
  const account = await findAccount();
  const [status, buckets, bootstrapped] = await Promise.all([
    stackStatus(names.stack),
    findBuckets(account),
    stackStatus(toolkit),
  ]);
  const { action, adopt } = planDeployment({ status, buckets });

  console.log(`To ${action} the stack ${names.stack} in account ${account.account}, ${account.region}:`);
  showMails(config, file ?? configFile);
  if (adopt.length > 0) {
    console.log(`  takes up ${plural(adopt.length, 'bucket')} that an earlier deployment left, with all they hold:`);
    for (const bucket of adopt) console.log(`    ${bucket}`);
  }
  if (!yes && !/^y(es)?$/i.test(await ask('Go on? [y/N] '))) return;

  if (bootstrapped === undefined) await cdk(['bootstrap', `aws://${account.account}/${account.region}`]);
  await cdk([
    ...['deploy', names.stack, ...context],
    ...(adopt.length > 0 ? ['--import-existing-resources'] : []),
    // Without --yes the CDK itself shows the rights that are new, and asks.
    ...(yes ? ['--require-approval', 'never'] : []),
  ]);
  if (adopt.length > 0) {
    console.log(
      `The buckets have the settings that they had. Where the configuration has changed since then, \`aws cloudformation detect-stack-drift --stack-name ${names.stack}\` finds what differs.`,
    );
  }
};

await run('deploy', async () => {
  const command = new Command('deploy')
    .description('Deploys Cellflow to the AWS account of the ordinary credentials.')
    .option('--config <file>', `the configuration (default: ${configFile})`)
    .option('--yes', 'do not ask');
  await deploy(command.parse().opts<Options>());
});
