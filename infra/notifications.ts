import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Config } from './config';
import { names } from './names';

interface NotificationsProps {
  readonly emails: Config['emails'];
}

/**
 * The mails: a topic for each kind, since SNS drops an e-mail subscription that is sent more than ten messages a second, and a
 * storm of one kind must not silence another.
 */
class Notifications extends Construct {
  readonly reports: Topic;
  readonly failures: Topic;
  readonly alarms: Topic;

  constructor(scope: Construct, id: string, { emails }: NotificationsProps) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      description: 'Cellflow: mails on their way, which hold links to reports',
      enableKeyRotation: true,
      // Nothing stays encrypted with it once the mails are out.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const topic = (kind: keyof Config['emails'], displayName: string): Topic => {
      const made = new Topic(this, `${kind[0]?.toUpperCase()}${kind.slice(1)}`, {
        topicName: names.topic(kind),
        displayName,
        masterKey: key,
        enforceSSL: true,
      });
      for (const address of emails[kind]) made.addSubscription(new EmailSubscription(address));
      return made;
    };
    this.reports = topic('reports', 'Cellflow reports');
    this.failures = topic('failures', 'Cellflow failures');
    this.alarms = topic('alarms', 'Cellflow alarms');
    this.admitAlarms(key);
  }

  /** An alarm publishes as the CloudWatch service, which the policy for TLS leaves out, and needs the key as well. */
  private admitAlarms(key: Key): void {
    const cloudWatch = {
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    };
    this.alarms.addToResourcePolicy(
      new PolicyStatement({ ...cloudWatch, actions: ['sns:Publish'], resources: [this.alarms.topicArn] }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({ ...cloudWatch, actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }),
    );
  }
}

export { Notifications };
