import { CfnResource, Duration } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { version } from '../contract';
import { type FunctionDefaults, makeFunction } from './functions';
import type { LakeCatalogue } from './lake-catalogue';
import { names } from './names';
import { listObjects, readObjects, writeObjects } from './permissions';
import type { Stages } from './stages';

interface LakeTakeoverProps {
  readonly lake: IBucket;
  readonly catalogue: LakeCatalogue;
  readonly stages: Stages;
  readonly defaults: FunctionDefaults;
}

const timeout = Duration.minutes(15);

/** Takes over the tables and uploads of an earlier version, each time that a deployment brings other columns or views. */
class LakeTakeover extends Construct {
  constructor(scope: Construct, id: string, { lake, catalogue, stages, defaults }: LakeTakeoverProps) {
    super(scope, id);
    const worker = makeFunction(this, 'take-over-lake', {
      ...defaults,
      memory: 1024,
      seconds: timeout.toSeconds(),
      environment: {
        LAKE_BUCKET: lake.bucketName,
        DATABASE_NAME: names.database,
        FILES_DATABASE_NAME: names.filesDatabase,
      },
      permissions: [
        readObjects(lake, 'claims/*', 'uploads/*', 'sealed/*', 'visibility/*'),
        writeObjects(lake, 'visibility/*'),
        listObjects(lake),
        ...catalogue.moveTables(),
      ],
    });
    const takeover = new CfnResource(this, 'Takeover', {
      type: 'Custom::LakeTakeover',
      properties: { ServiceToken: worker.functionArn, ServiceTimeout: timeout.toSeconds(), ColumnsVersion: version },
    });
    // Whoever is called from then on writes the log; what was sealed before is found.
    takeover.node.addDependency(catalogue.filesDatabase, catalogue.crawler, ...Object.values(stages.functions));
    catalogue.views.waitFor(takeover);
  }
}

export { LakeTakeover };
