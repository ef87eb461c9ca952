import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { tables } from '../core/platform/keys';
import type { Config } from './config';
import { type CellflowFunction, type FunctionDefaults, makeFunction } from './functions';
import type { LakeViews } from './lake-views';
import { listObjects, readObjects, writeObjects } from './permissions';

interface LakeMergingProps {
  readonly lake: IBucket;
  readonly views: LakeViews;
  readonly settings: Config['settings'];
  readonly defaults: FunctionDefaults;
}

/** Puts, every hour, the rows of small uploads together where a day has very many of them. */
class LakeMerging extends Construct {
  readonly function: CellflowFunction;

  constructor(scope: Construct, id: string, { lake, views, settings, defaults }: LakeMergingProps) {
    super(scope, id);
    this.function = makeFunction(this, 'merge-days', {
      ...defaults,
      // All rows of one merge may be of one day: a quarter of a million, as values of the language.
      memory: 1769,
      seconds: 900,
      environment: { LAKE_BUCKET: lake.bucketName, SETTINGS: JSON.stringify(settings) },
      permissions: [
        readObjects(lake, 'visibility/*', 'sealed/*', 'merges/*', ...tables.map((table) => `${table}/*`)),
        writeObjects(lake, 'visibility/*', 'merges/*', ...tables.map((table) => `${table}/*/merged-*`)),
        listObjects(lake),
      ],
    });
    new Rule(this, 'Hourly', {
      description: 'Puts rows of days together to which very many small uploads belong.',
      schedule: Schedule.rate(Duration.hours(1)),
      // The next hour is the next attempt.
      targets: [new LambdaFunction(this.function, { retryAttempts: 0, maxEventAge: Duration.hours(1) })],
    });
    // Views of an earlier version would show the ids of copies.
    this.node.addDependency(views);
  }
}

export { LakeMerging };
