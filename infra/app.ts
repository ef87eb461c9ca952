import { App } from 'aws-cdk-lib';
import { checkCompliance } from './compliance';
import { readConfig } from './config';
import { names } from './names';
import { CellflowStack } from './stack';

const app = new App();
new CellflowStack(app, names.stack, {
  config: readConfig(app.node.tryGetContext('config')),
  description: 'Cellflow: from an uploaded CSV of mobile-network measurements to analytics reports by e-mail.',
});
checkCompliance(app);
