import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../infra/config';
import { bucketSubjects, names } from '../../../infra/names';
import { CellflowStack } from '../../../infra/stack';
import { defaultSynthesis, makeApp, makeStack, Synthesis } from '../synthesis';

const synthesis = defaultSynthesis();

const bucket = (subject: string) =>
  synthesis.named('AWS::S3::Bucket', 'BucketName', `cellflow-${subject}-<AWS::AccountId>-<AWS::Region>`);

interface Rule {
  Prefix?: string;
  ExpirationInDays?: number;
  NoncurrentVersionExpiration?: { NoncurrentDays: number };
}

const lifecycle = (subject: string): Rule[] => bucket(subject)[1].Properties.LifecycleConfiguration.Rules;

const expiring = (subject: string): Record<string, number | undefined> =>
  Object.fromEntries(
    lifecycle(subject)
      .filter(({ ExpirationInDays }) => ExpirationInDays !== undefined)
      .map(({ Prefix = '', ExpirationInDays }) => [Prefix, ExpirationInDays]),
  );

describe('Storage', () => {
  test.each(bucketSubjects)('%s is private, encrypted and kept', (subject) => {
    const [id, { Properties, DeletionPolicy }] = bucket(subject);
    expect(Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(JSON.stringify(Properties.BucketEncryption)).toContain('AES256');
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
    const denied = synthesis.policyOf('AWS::S3::BucketPolicy', id).filter(({ Effect }) => Effect === 'Deny');
    expect(denied.map(({ Condition }) => Condition)).toContainEqual({ Bool: { 'aws:SecureTransport': 'false' } });
  });

  test('uploads are versioned, and told to EventBridge by the bucket itself', () => {
    const { Properties } = bucket('uploads')[1];
    expect(Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(Properties.NotificationConfiguration).toEqual({ EventBridgeConfiguration: { EventBridgeEnabled: true } });
    expect(synthesis.ofType('Custom::S3BucketNotifications')).toEqual([]);
    expect(lifecycle('uploads')).toContainEqual(
      expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 30 } }),
    );
  });

  test('uploads never expire while they are current', () => {
    expect(expiring('uploads')).toEqual({});
  });

  test('of the lake only what a run needs expires, and neither ledger nor claims nor tables', () => {
    expect(expiring('lake')).toEqual({ 'runs/': 30, 'staged/': 30, 'landing/': 30, 'reporting/rounds/': 30 });
    const kept = [
      'landings/u/00000001.json',
      'claims/c.json',
      'uploads/u.json',
      'sealed/u.json',
      'reporting/register.json',
      'reporting/waiting/u.json',
      'checkpoints/landing/offsets/1',
    ];
    const tables = ['measurements/day=2026-01-01/u-0.parquet', 'hourly_quality/day=2026-01-01/u-0.parquet'];
    for (const key of [...kept, ...tables]) {
      expect(Object.keys(expiring('lake')).filter((prefix) => key.startsWith(prefix))).toEqual([]);
    }
  });

  test('reports expire late, raw query results early', () => {
    expect(expiring('reports')).toEqual({ '': 365, 'athena/': 7 });
  });

  test('buckets that an earlier deployment left can be taken up: their names are plain text where the account is known', () => {
    const env = { account: '123456789012', region: 'eu-west-1' };
    const known = new Synthesis(new CellflowStack(makeApp(), 'Cellflow', { config: readConfig(), env }));
    const buckets = known.ofType('AWS::S3::Bucket').map(([, { Properties, DeletionPolicy }]) => ({
      name: Properties.BucketName,
      DeletionPolicy,
    }));
    const expected = bucketSubjects.map((subject) => names.bucket(subject, env)).sort();
    expect(buckets.map(({ name }) => name).sort()).toEqual(expected);
    // What CloudFormation wants of a resource that it imports.
    for (const { DeletionPolicy } of buckets) expect(DeletionPolicy).toBe('RetainExceptOnCreate');
    // A policy that were kept could not be created again.
    for (const [, policy] of known.ofType('AWS::S3::BucketPolicy')) expect(policy.DeletionPolicy).toBeUndefined();
  });

  test('days are those of the configuration', () => {
    const other = new Synthesis(makeStack({ retention: { runsDays: 45, queryResultsDays: 2 } }));
    const text = JSON.stringify(other.template.toJSON());
    expect(text.match(/"ExpirationInDays":45/g)).toHaveLength(4);
    expect(text.match(/"ExpirationInDays":2,/g)).toHaveLength(1);
  });
});
