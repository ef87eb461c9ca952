import { Command } from 'commander';
import { names } from '../../infra/names';
import { count, plural } from '../format';
import { findAccount, stackStatus } from './account';
import { deleteBucket, findBuckets } from './buckets';
import { cdk } from './cdk';
import { stopJob } from './job';
import { agreeOnRemoval, isThere, refuseWhileBusy } from './plan';
import { ask, run } from './terminal';

/** `make destroy`: takes the stack away, and the data where that is wished. */

interface Options {
  deleteData?: boolean;
  yes?: boolean;
}

const destroy = async (options: Options): Promise<void> => {
  const account = await findAccount();
  const [status, buckets] = await Promise.all([stackStatus(names.stack), findBuckets(account)]);
  const there = status !== undefined;
  if (isThere(status)) refuseWhileBusy(status);
  if (!there && buckets.length === 0) {
    console.log(`There is nothing of Cellflow in account ${account.account}, ${account.region}.`);
    return;
  }
  const what = there ? `The stack ${names.stack}` : 'What an earlier deployment left';
  console.log(`${what} in account ${account.account}, ${account.region}, with ${plural(buckets.length, 'bucket')}:`);
  for (const bucket of buckets) console.log(`  ${bucket}`);
  const removal = await agreeOnRemoval(ask, options, names.stack);
  if (removal === undefined) {
    console.log('Nothing was changed.');
    return;
  }

  if (there) {
    await stopJob(names.job);
    // Whatever the configuration says, which may be wrong by now. What is taken away need not be valid.
    await cdk(['destroy', names.stack, '--force', '--context', 'config={}', '--context', 'compliance=unchecked'], {
      CDK_VALIDATION: 'false',
    });
  }
  if (removal === 'stack') {
    console.log(`Kept: ${plural(buckets.length, 'bucket')}. \`make deploy\` takes them up again.`);
    return;
  }
  for (const bucket of buckets) {
    const gone = await deleteBucket(bucket, account, (soFar) => {
      if (process.stdout.isTTY) process.stdout.write(`\r  ${count(soFar)} versions deleted`);
    });
    console.log(`\rDeleted: ${bucket}, with ${plural(gone, 'version')} of objects`);
  }
};

await run('destroy', async () => {
  const command = new Command('destroy')
    .description('Takes Cellflow away from the AWS account of the ordinary credentials.')
    .option('--delete-data', 'delete what the buckets hold, and the buckets')
    .option('--yes', 'do not ask; keeps the data unless --delete-data is said too');
  await destroy(command.parse().opts<Options>());
});
