import { describe, expect, test } from '@jest/globals';
import { makeStack, Synthesis } from '../synthesis';

const emails = { reports: ['a@example.com', 'b@example.com'], failures: ['c@example.com'], alarms: ['d@example.com'] };
const synthesis = new Synthesis(makeStack({ emails }));

describe('Notifications', () => {
  test('each address is subscribed to the topic of its kind', () => {
    const subscribed = synthesis
      .ofType('AWS::SNS::Subscription')
      .map(([, { Properties }]) => [Properties.Protocol, synthesis.text(Properties.TopicArn), Properties.Endpoint]);
    const expected = Object.entries(emails).flatMap(([kind, list]) =>
      list.map((address) => ['email', `<${kind}>`, address]),
    );
    expect(subscribed.sort()).toEqual(expected.sort());
  });

  test.each(['reports', 'failures', 'alarms'])('%s are encrypted and sent over TLS only', (kind) => {
    const [id, topic] = synthesis.named('AWS::SNS::Topic', 'TopicName', `cellflow-${kind}`);
    expect(topic.Properties.KmsMasterKeyId).toBeDefined();
    expect(synthesis.policyOf('AWS::SNS::TopicPolicy', id)).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  });

  test('CloudWatch may publish alarms and use the key, of this account only', () => {
    const ofCloudWatch = (type: string, property: string) =>
      synthesis
        .ofType(type)
        .flatMap(([, { Properties }]) => synthesis.statements(Properties[property]))
        .filter((statement) => JSON.stringify(statement).includes('cloudwatch.amazonaws.com'));
    const condition = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    expect(ofCloudWatch('AWS::SNS::TopicPolicy', 'PolicyDocument')).toEqual([
      expect.objectContaining({ actions: ['sns:Publish'], resources: ['<alarms>'], Condition: condition }),
    ]);
    expect(ofCloudWatch('AWS::KMS::Key', 'KeyPolicy')).toEqual([
      expect.objectContaining({ actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], Condition: condition }),
    ]);
  });

  test('whoever publishes may use the key', () => {
    const publishers = synthesis
      .ofType('AWS::IAM::Policy')
      .map(([, { Properties }]) => synthesis.statements(Properties.PolicyDocument))
      .filter((statements) => statements.some(({ actions }) => actions.includes('sns:Publish')));
    // Of failures, of reports; and the machine, for executions that began before there were rounds.
    expect(publishers).toHaveLength(3);
    for (const statements of publishers) {
      const actions = statements.flatMap((statement) => statement.actions);
      expect(actions).toEqual(expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey*']));
    }
  });
});
