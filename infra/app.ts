import { App } from 'aws-cdk-lib';
import { checkCompliance } from './compliance';
import { findConfig } from './config';
import { names } from './names';
import { root } from './sources';
import { CellflowStack } from './stack';

const app = new App();
new CellflowStack(app, names.stack, {
  config: findConfig(app.node.tryGetContext('config'), root),
  description: 'Cellflow: from an uploaded CSV of mobile-network measurements to analytics reports by e-mail.',
});
checkCompliance(app);
