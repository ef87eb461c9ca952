/**
 * Prints the state machine as CloudFormation makes it: the default concurrency, and names and ARNs filled in. For judges that
 * are not written in TypeScript: `tsx test/statemachines/deployed.ts <account> <region>`.
 */

import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { readConfig } from '../../infra/config';
import { names } from '../../infra/names';
import { readDefinition, substitution, substitutionsFor } from '../../infra/state-machine';

const [account, region] = process.argv.slice(2);
const arnOf = (service: string, resource: string): string => `arn:aws:${service}:${region}:${account}:${resource}`;

const definition = readDefinition(readConfig().concurrency);
const substitutions = substitutionsFor(definition, {
  ...Object.fromEntries(
    readdirSync('functions').map((file) => {
      const name = basename(file, '.ts');
      return [substitution(name), arnOf('lambda', `function:${names.function(name)}`)];
    }),
  ),
  Partition: 'aws',
  CrawlerName: names.crawler,
  ReportsTopicArn: arnOf('sns', names.topic('reports')),
});
console.log(definition.replace(/\$\{(\w+)\}/g, (_, name: string) => substitutions[name] as string));
