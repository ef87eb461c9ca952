import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './compliance';

/** A queue that keeps events which could not be delivered, for as long as SQS keeps anything; an alarm watches it. */
const deadLetters = (scope: Construct, id: string): Queue => {
  const queue = new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  acknowledge(queue, { SQS3: 'It is the dead-letter queue of a rule; the check knows those of queues only.' });
  return queue;
};

export { deadLetters };
