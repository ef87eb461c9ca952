import { Aws, Stack } from 'aws-cdk-lib';
import { CfnCrawler, CfnDatabase } from 'aws-cdk-lib/aws-glue';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { tables } from '../core/platform/keys';
import { acknowledge } from './compliance';
import { names } from './names';
import { listObjects, type Permission, permit, readObjects } from './permissions';

interface LakeCatalogueProps {
  readonly lake: IBucket;
}

/** The database of the lake's tables, and the crawler that finds new days in the lake. */
class LakeCatalogue extends Construct {
  readonly database: CfnDatabase;
  readonly crawler: CfnCrawler;
  readonly crawlerArn: string;
  private readonly tableArns: string[];
  private readonly databaseArns: string[];

  constructor(scope: Construct, id: string, { lake }: LakeCatalogueProps) {
    super(scope, id);
    const arn = (resource: string) => Stack.of(this).formatArn({ service: 'glue', resource });
    this.databaseArns = [arn('catalog'), arn(`database/${names.database}`)];
    this.tableArns = [...this.databaseArns, ...tables.map((table) => arn(`table/${names.database}/${table}`))];
    this.crawlerArn = arn(`crawler/${names.crawler}`);

    this.database = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name: names.database, description: 'Measurements of mobile networks, as Cellflow landed them.' },
    });

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
        resources: [...this.databaseArns, arn(`table/${names.database}/*`)],
        because: 'A crawler names the tables that it makes; they are all in the one database of Cellflow.',
      },
      {
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [Stack.of(this).formatArn({ service: 'logs', resource: 'log-group:/aws-glue/crawlers*' })],
        because: 'Glue makes the log group of its crawlers and a stream for each crawl.',
      },
    ]);

    this.crawler = new CfnCrawler(this, 'Crawler', {
      name: names.crawler,
      description: 'Registers the days of the lake that are not in the catalogue yet.',
      role: role.roleArn,
      databaseName: names.database,
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
    this.crawler.addResourceDependency(this.database);
    this.crawler.node.addDependency(role);
    acknowledge(this.crawler, {
      GL1: 'CloudWatch encrypts every log at rest; a crawl logs names of folders, never rows.',
    });
  }

  /** Reads the definitions and days of the lake's tables. */
  readTables(...actions: string[]): Permission {
    return { actions, resources: this.tableArns };
  }

  /** Looks which days the catalogue has, and gives tables and days of an earlier version the columns that came since. */
  widenTables(): Permission {
    return this.readTables(
      'glue:BatchGetPartition',
      'glue:GetTable',
      'glue:GetPartitions',
      'glue:BatchUpdatePartition',
      'glue:UpdateTable',
    );
  }

  /** What Athena asks of the catalogue in the name of who runs a query: of the lake, and whether there is a default database. */
  queryTables(): Permission[] {
    const actions = ['GetDatabase', 'GetTable', 'GetTables', 'GetPartition', 'GetPartitions', 'BatchGetPartition'];
    const byDefault = Stack.of(this).formatArn({ service: 'glue', resource: 'database/default' });
    return [
      this.readTables(...actions.map((action) => `glue:${action}`)),
      { actions: ['glue:GetDatabase'], resources: [byDefault] },
    ];
  }
}

export { LakeCatalogue };
