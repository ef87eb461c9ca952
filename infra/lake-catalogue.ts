import { Aws, Stack } from 'aws-cdk-lib';
import { CfnCrawler, CfnDatabase } from 'aws-cdk-lib/aws-glue';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { tables } from '../core/platform/keys';
import { acknowledge } from './compliance';
import { LakeViews } from './lake-views';
import { names } from './names';
import { listObjects, type Permission, permit, readObjects } from './permissions';

interface LakeCatalogueProps {
  readonly lake: IBucket;
}

/**
 * Two databases and a crawler. The crawler finds new days in the lake and keeps them in tables of the database of the files;
 * what people query are the views of the other database, under the same names.
 */
class LakeCatalogue extends Construct {
  /** Of the views. */
  readonly database: CfnDatabase;
  /** Of the crawled tables. */
  readonly filesDatabase: CfnDatabase;
  readonly views: LakeViews;
  readonly crawler: CfnCrawler;
  readonly crawlerArn: string;

  constructor(scope: Construct, id: string, { lake }: LakeCatalogueProps) {
    super(scope, id);
    this.crawlerArn = this.arn(`crawler/${names.crawler}`);
    this.database = this.makeDatabase(
      'Database',
      names.database,
      'Measurements of mobile networks: the rows of every upload that is visible.',
    );
    this.filesDatabase = this.makeDatabase(
      'FilesDatabase',
      names.filesDatabase,
      'What lies in the lake, also of uploads that are not visible yet or any more. Query the database of the views.',
    );
    this.views = new LakeViews(this, 'Views', {
      lake,
      databases: { views: names.database, files: names.filesDatabase },
      after: [this.database, this.filesDatabase],
    });
    this.crawler = this.makeCrawler(lake);
  }

  private makeDatabase(id: string, name: string, description: string): CfnDatabase {
    return new CfnDatabase(this, id, { catalogId: Aws.ACCOUNT_ID, databaseInput: { name, description } });
  }

  private makeCrawler(lake: IBucket): CfnCrawler {
    const role = new Role(this, 'CrawlerRole', { assumedBy: new ServicePrincipal('glue.amazonaws.com') });
    permit(role, [
      readObjects(lake, ...tables.map((table) => `${table}/*`)),
      listObjects(lake),
      { actions: ['s3:GetBucketLocation'], resources: [lake.bucketArn] },
      {
        actions: [
          'glue:GetDatabase',
          'glue:GetTable',
          'glue:GetTables',
          'glue:CreateTable',
          'glue:UpdateTable',
          'glue:GetPartition',
          'glue:GetPartitions',
          'glue:BatchGetPartition',
          'glue:CreatePartition',
          'glue:BatchCreatePartition',
          'glue:UpdatePartition',
          'glue:BatchUpdatePartition',
          // A crawler makes an index of the partitions of each table that it makes.
          'glue:CreatePartitionIndex',
          'glue:GetPartitionIndexes',
        ],
        // A crawler asks for names that it makes up on the way, as those of a table whose name is taken.
        resources: [this.arn('catalog'), ...this.tableArns(names.filesDatabase, ['*'])],
        because: 'A crawler names the tables that it makes; they are all in a database of its own.',
      },
      {
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [Stack.of(this).formatArn({ service: 'logs', resource: 'log-group:/aws-glue/crawlers*' })],
        because: 'Glue makes the log group of its crawlers and a stream for each crawl.',
      },
    ]);

    const crawler = new CfnCrawler(this, 'Crawler', {
      name: names.crawler,
      description: 'Registers the days of the lake that are not in the catalogue yet.',
      role: role.roleArn,
      databaseName: names.filesDatabase,
      targets: { s3Targets: tables.map((table) => ({ path: lake.s3UrlForObject(`${table}/`) })) },
      recrawlPolicy: { recrawlBehavior: 'CRAWL_NEW_FOLDERS_ONLY' },
      // What crawling new folders only allows.
      schemaChangePolicy: { updateBehavior: 'LOG', deleteBehavior: 'LOG' },
      configuration: JSON.stringify({
        Version: 1.0,
        Grouping: { TableGroupingPolicy: 'CombineCompatibleSchemas', TableLevelConfiguration: 2 },
        CrawlerOutput: { Partitions: { AddOrUpdateBehavior: 'InheritFromTable' } },
      }),
    });
    crawler.addResourceDependency(this.filesDatabase);
    crawler.node.addDependency(role);
    acknowledge(crawler, {
      GL1: 'CloudWatch encrypts every log at rest; a crawl logs names of folders, never rows.',
    });
    return crawler;
  }

  /** Looks whether the views are there. */
  findViews(): Permission {
    return {
      actions: ['glue:GetTable'],
      resources: [this.arn('catalog'), ...this.tableArns(names.database, tables)],
    };
  }

  /** Looks which days the catalogue has, and gives tables and days of an earlier version the columns that came since. */
  widenTables(): Permission {
    return {
      actions: [
        'glue:BatchGetPartition',
        'glue:GetTable',
        'glue:GetPartitions',
        'glue:BatchUpdatePartition',
        'glue:UpdateTable',
      ],
      resources: [this.arn('catalog'), ...this.tableArns(names.filesDatabase, tables)],
    };
  }

  /** Moves crawled tables of version 0.1 to where they are now, and back when it is rolled back to, and widens them. */
  moveTables(): Permission[] {
    return [
      {
        actions: [
          'glue:GetTable',
          'glue:GetPartitions',
          'glue:CreateTable',
          'glue:BatchCreatePartition',
          'glue:DeleteTable',
        ],
        resources: [this.arn('catalog'), ...this.tableArns(names.database, tables)],
      },
      {
        actions: [
          'glue:GetTable',
          'glue:GetPartitions',
          'glue:CreateTable',
          'glue:BatchCreatePartition',
          'glue:UpdateTable',
          'glue:BatchUpdatePartition',
        ],
        resources: [this.arn('catalog'), ...this.tableArns(names.filesDatabase, tables)],
      },
    ];
  }

  /** What Athena asks of the catalogue in the name of who runs a query: of the lake, and whether there is a default database. */
  queryTables(): Permission[] {
    const actions = ['GetDatabase', 'GetTable', 'GetTables', 'GetPartition', 'GetPartitions', 'BatchGetPartition'];
    return [
      {
        actions: actions.map((action) => `glue:${action}`),
        resources: [
          this.arn('catalog'),
          ...this.tableArns(names.database, LakeViews.names),
          ...this.tableArns(names.filesDatabase, tables),
        ],
      },
      { actions: ['glue:GetDatabase'], resources: [this.arn('database/default')] },
    ];
  }

  /** A database and some of its tables. Glue wants the right on the catalogue besides. */
  private tableArns(database: string, those: readonly string[]): string[] {
    return [`database/${database}`, ...those.map((table) => `table/${database}/${table}`)].map((resource) =>
      this.arn(resource),
    );
  }

  private arn(resource: string): string {
    return Stack.of(this).formatArn({ service: 'glue', resource });
  }
}

export { LakeCatalogue };
