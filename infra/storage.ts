import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  type LifecycleRule,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from './config';
import { type BucketSubject, names } from './names';
import { prefixesThatExpire } from './object-keys';

interface StorageProps {
  readonly retention: Config['retention'];
}

const expire = (prefix: string | undefined, days: number): LifecycleRule => ({
  prefix,
  expiration: Duration.days(days),
});

/** The buckets: what comes in, what is kept, what goes out. Nothing in them is ever public, and no deployment deletes them. */
class Storage extends Construct {
  /** Where people put their CSV files; each new one is told to EventBridge. */
  readonly uploads: Bucket;
  /** Claims, runs, landing, ledger and the tables. */
  readonly lake: Bucket;
  /** Report pages and their CSV files. */
  readonly reports: Bucket;
  /** Who read or wrote which object. */
  readonly accessLogs: Bucket;

  constructor(scope: Construct, id: string, { retention }: StorageProps) {
    super(scope, id);

    this.accessLogs = this.bucket('AccessLogs', 'access-logs', {
      lifecycleRules: [expire(undefined, retention.accessLogsDays)],
    });

    this.uploads = this.bucket('Uploads', 'uploads', {
      versioned: true,
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(retention.replacedUploadsDays) }],
      ...this.logged('uploads/'),
    });
    // By the bucket's own property: `eventBridgeEnabled` of the construct would add a custom resource with rights on every bucket.
    (this.uploads.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };

    this.lake = this.bucket('Lake', 'lake', {
      lifecycleRules: prefixesThatExpire('lake', 'runsDays').map((prefix) => expire(prefix, retention.runsDays)),
      ...this.logged('lake/'),
    });

    this.reports = this.bucket('Reports', 'reports', {
      lifecycleRules: [
        ...prefixesThatExpire('reports', 'queryResultsDays').map((prefix) =>
          expire(prefix, retention.queryResultsDays),
        ),
        expire(undefined, retention.reportsDays),
      ],
      ...this.logged('reports/'),
    });
  }

  private logged(serverAccessLogsPrefix: string): BucketProps {
    return { serverAccessLogsBucket: this.accessLogs, serverAccessLogsPrefix };
  }

  private bucket(id: string, subject: BucketSubject, { lifecycleRules = [], ...props }: BucketProps): Bucket {
    return new Bucket(this, id, {
      bucketName: names.bucket(subject, Stack.of(this)),
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      lifecycleRules: [...lifecycleRules, { abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      ...props,
    });
  }
}

export { Storage };
