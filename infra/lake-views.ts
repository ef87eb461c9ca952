import { Aws } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-glue';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct, type IDependable } from 'constructs';
import { tables, visibility } from '../contract';
import { prefixOf } from './object-keys';
import { type Databases, viewInput, visibilityInput } from './view-definitions';

interface LakeViewsProps {
  readonly lake: IBucket;
  readonly databases: Databases;
  /** What has to be there before the views are made. */
  readonly after: IDependable[];
}

/** What everybody queries: a view for each table, which shows the rows of visible uploads, and the log that it asks. */
class LakeViews extends Construct {
  /** All of it, by the names that queries know. */
  static readonly names: readonly string[] = [...tables.map(({ name }) => name), visibility.name];
  readonly views: CfnTable[];
  readonly visibility: CfnTable;

  constructor(scope: Construct, id: string, { lake, databases, after }: LakeViewsProps) {
    super(scope, id);
    const location = { catalogId: Aws.ACCOUNT_ID, databaseName: databases.views };

    this.visibility = new CfnTable(this, 'Visibility', {
      ...location,
      tableInput: visibilityInput(lake.s3UrlForObject(prefixOf('visibility'))),
    });
    this.views = tables.map((table) => {
      const view = new CfnTable(this, `View-${table.name}`, { ...location, tableInput: viewInput(table, databases) });
      view.addResourceDependency(this.visibility);
      return view;
    });
    this.node.addDependency(...after);
  }

  /**
   * Makes the views wait for more.
   *
   * Where version 0.1 was deployed, crawled tables lie under the views' names, and the catalogue refuses to make another of the
   * same name: what takes them over into the database of the files has to be done before.
   */
  waitFor(...done: IDependable[]): void {
    for (const view of this.views) view.node.addDependency(...done);
  }
}

export { LakeViews };
