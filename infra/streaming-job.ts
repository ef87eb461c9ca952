import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { CfnJob } from 'aws-cdk-lib/aws-glue';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { jobModules } from './bundles';
import { acknowledge } from './compliance';
import type { Config } from './config';
import { names } from './names';
import { deleteObjects, listObjects, type Permission, permit, readObjects, writeObjects } from './permissions';
import { root } from './sources';

interface StreamingJobProps {
  readonly lake: IBucket;
  readonly stream: IStream;
  readonly job: Config['job'];
}

/** Under the seven days that Glue lets a streaming job run, in minutes. */
const timeoutMinutes = 7 * 24 * 60 - 60;

/** The Glue job that lands the stream's records in the lake. */
class StreamingJob extends Construct {
  readonly jobArn: string;

  constructor(scope: Construct, id: string, { lake, stream, job }: StreamingJobProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.jobArn = stack.formatArn({ service: 'glue', resource: `job/${names.job}` });
    const script = new Asset(this, 'Script', { path: join(root, 'glue', 'landing_job.py') });
    const modules = jobModules(this, 'Modules');

    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('glue.amazonaws.com') });
    permit(role, [
      readObjects(lake, 'claims/*', 'uploads/*', 'landings/*', 'job/*', 'checkpoints/*'),
      writeObjects(lake, 'landing/*', 'landings/*', 'job/*', 'checkpoints/*'),
      deleteObjects(lake, 'checkpoints/*'),
      listObjects(lake),
      { actions: ['s3:GetBucketLocation'], resources: [lake.bucketArn] },
      {
        actions: ['kinesis:ListShards', 'kinesis:GetShardIterator', 'kinesis:GetRecords'],
        resources: [stream.streamArn],
      },
      {
        actions: ['s3:GetObject'],
        resources: [script, modules].map((asset) => asset.bucket.arnForObjects(asset.s3ObjectKey)),
      },
      {
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [stack.formatArn({ service: 'logs', resource: 'log-group:/aws-glue/*' })],
        because: 'Glue makes the log groups of its jobs and a stream for each run.',
      },
      {
        actions: ['cloudwatch:PutMetricData'],
        resources: ['*'],
        conditions: { StringEquals: { 'cloudwatch:namespace': 'Glue' } },
        because: 'Metrics have no resource to name; the condition on the namespace is the limit.',
      },
    ]);

    const made = new CfnJob(this, 'Job', {
      name: names.job,
      description: 'Lands the measurements of the stream in the lake; stops itself when idle.',
      role: role.roleArn,
      glueVersion: '6.0',
      command: { name: 'gluestreaming', pythonVersion: '3', scriptLocation: script.s3ObjectUrl },
      workerType: job.workerType,
      numberOfWorkers: job.workers,
      // The guard between executions that find no running job at the same time.
      executionProperty: { maxConcurrentRuns: 1 },
      jobRunQueuingEnabled: false,
      // A crashed run is started again by the execution that waits for it.
      maxRetries: 0,
      timeout: timeoutMinutes,
      defaultArguments: {
        '--lake_bucket': lake.bucketName,
        '--stream_name': names.stream,
        '--aws_region': stack.region,
        '--idle_stop_seconds': String(job.idleStopSeconds),
        '--max_records_per_batch': String(job.maxRecordsPerBatch),
        '--trigger_milliseconds': String(job.triggerMilliseconds),
        '--checkpoint_location': lake.s3UrlForObject('checkpoints/landing/'),
        '--extra-py-files': modules.s3ObjectUrl,
        '--job-language': 'python',
        '--enable-metrics': 'true',
        '--enable-observability-metrics': 'true',
        '--enable-continuous-cloudwatch-log': 'true',
      },
    });
    made.node.addDependency(role);
    acknowledge(made, {
      GL1: 'CloudWatch encrypts every log at rest; the job logs counts and ids, never rows.',
      GL3: 'The job keeps no bookmark: its place is in the checkpoint, in an encrypted bucket.',
    });
  }

  /** Starts the job where it does not run, and ends a run of older code. */
  running(): Permission {
    return { actions: ['glue:StartJobRun', 'glue:GetJobRuns', 'glue:BatchStopJobRun'], resources: [this.jobArn] };
  }
}

export { StreamingJob };
