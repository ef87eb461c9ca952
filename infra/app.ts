import { App } from 'aws-cdk-lib';
import { checkCompliance } from './compliance';
import { findConfig } from './config';
import { names } from './names';
import { root } from './sources';
import { CellflowStack } from './stack';

const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;

const app = new App();
new CellflowStack(app, names.stack, {
  config: findConfig(app.node.tryGetContext('config'), root),
  description: 'Cellflow: from an uploaded CSV of mobile-network measurements to analytics reports by e-mail.',
  // With the account known the buckets' names are plain text in the template, without which CloudFormation takes up none of
  // those that an earlier deployment left.
  env: account ? { account, region } : undefined,
});
// Who takes the stack away need not wait for the rules.
if (app.node.tryGetContext('compliance') !== 'unchecked') checkCompliance(app);
