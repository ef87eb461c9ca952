import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { tables } from '../core/platform/keys';
import type { Config } from './config';
import { type CellflowFunction, type FunctionDefaults, makeFunction } from './functions';
import { deleteObjects, listObjects, readObjects, writeObjects } from './permissions';

interface LakeSweepProps {
  readonly lake: IBucket;
  readonly settings: Config['settings'];
  readonly defaults: FunctionDefaults;
}

/** Deletes, every hour, what no query sees any more. */
class LakeSweep extends Construct {
  readonly function: CellflowFunction;

  constructor(scope: Construct, id: string, { lake, settings, defaults }: LakeSweepProps) {
    super(scope, id);
    this.function = makeFunction(this, 'sweep-lake', {
      ...defaults,
      memory: 1024,
      seconds: 900,
      environment: { LAKE_BUCKET: lake.bucketName, SETTINGS: JSON.stringify(settings) },
      permissions: [
        readObjects(lake, 'visibility/*', 'sealed/*', 'merges/*'),
        writeObjects(lake, 'visibility/summary-*', 'merges/*'),
        deleteObjects(lake, 'visibility/*', 'sealed/*', ...tables.map((table) => `${table}/*`)),
        listObjects(lake),
      ],
    });
    new Rule(this, 'Hourly', {
      description: 'Deletes replaced and withdrawn rows that no query can read any more.',
      schedule: Schedule.rate(Duration.hours(1)),
      // The next hour is the next attempt.
      targets: [new LambdaFunction(this.function, { retryAttempts: 0, maxEventAge: Duration.hours(1) })],
    });
  }
}

export { LakeSweep };
