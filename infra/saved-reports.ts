import { Stack } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from './config';
import { names } from './names';
import { listObjects, listParts, type Permission, readObjects, writeObjects } from './permissions';
import { type SavedReport, savedReports } from './sources';

interface SavedReportsProps {
  readonly database: CfnDatabase;
  /** What the queries read: a query may name columns that came with its deployment. */
  readonly views: readonly CfnTable[];
  /** Gets Athena's own results, under `athena/`. */
  readonly results: IBucket;
  readonly queries: Config['queries'];
}

/** The Athena workgroup, and in it a named query for each file of `sql/`. */
class SavedReports extends Construct {
  readonly workgroup: CfnWorkGroup;
  readonly reports: SavedReport[];
  private readonly results: IBucket;

  constructor(scope: Construct, id: string, { database, views, results, queries }: SavedReportsProps) {
    super(scope, id);
    this.results = results;
    this.workgroup = new CfnWorkGroup(this, 'Workgroup', {
      name: names.workgroup,
      description: 'Queries saved here become reports of every upload.',
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: queries.scanLimitBytes,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: results.s3UrlForObject('athena/'),
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
    this.reports = savedReports();
    for (const { name, title, sql } of this.reports) {
      const query = new CfnNamedQuery(this, `Query-${name}`, {
        name,
        description: title,
        database: names.database,
        workGroup: names.workgroup,
        queryString: sql,
      });
      query.addResourceDependency(database);
      for (const view of views) query.addResourceDependency(view);
      query.addResourceDependency(this.workgroup);
    }
  }

  /** Finds the saved queries and reads them. */
  readQueries(): Permission {
    return this.inWorkgroup('athena:ListNamedQueries', 'athena:BatchGetNamedQuery');
  }

  /** Runs queries; what they read and write, they do in the name of who runs them. */
  runQueries(): Permission {
    return this.inWorkgroup(
      'athena:StartQueryExecution',
      'athena:GetQueryExecution',
      'athena:GetQueryResults',
      'athena:StopQueryExecution',
    );
  }

  /** Reads and writes Athena's own results, large ones in parts. */
  keepResults(): Permission[] {
    return [
      readObjects(this.results, 'athena/*'),
      writeObjects(this.results, 'athena/*'),
      listParts(this.results, 'athena/*'),
      listObjects(this.results),
    ];
  }

  private inWorkgroup(...actions: string[]): Permission {
    return {
      actions,
      resources: [Stack.of(this).formatArn({ service: 'athena', resource: `workgroup/${names.workgroup}` })],
    };
  }
}

export { SavedReports };
