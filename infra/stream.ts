import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';
import type { Config } from './config';
import { names } from './names';
import type { Permission } from './permissions';

interface MeasurementStreamProps {
  readonly capacity: Config['stream'];
  readonly retentionDays: number;
}

/** The stream that carries packed measurement rows from the uploads to the streaming job. */
class MeasurementStream extends Construct {
  readonly stream: Stream;

  constructor(scope: Construct, id: string, { capacity, retentionDays }: MeasurementStreamProps) {
    super(scope, id);
    this.stream = new Stream(this, 'Stream', {
      streamName: names.stream,
      ...(capacity.mode === 'provisioned'
        ? { streamMode: StreamMode.PROVISIONED, shardCount: capacity.shards }
        : { streamMode: StreamMode.ON_DEMAND }),
      encryption: StreamEncryption.MANAGED,
      retentionPeriod: Duration.days(retentionDays),
      // All it holds is in `staged/` too, and is published again from there.
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** Puts records. */
  publishing(): Permission {
    return { actions: ['kinesis:PutRecords'], resources: [this.stream.streamArn] };
  }
}

export { MeasurementStream };
