import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { checkCompliance } from '../../infra/compliance';
import { makeApp, makeStack } from './synthesis';

interface Report {
  pluginReports: {
    pluginName: string;
    conclusion: string;
    violations: { ruleName: string }[];
    suppressedViolations: { ruleName: string; reason: string; acknowledgedId: string; acknowledgedAt: string }[];
  }[];
}

const app = makeApp(true);
const stack = makeStack(undefined, app);
checkCompliance(app);
const assembly = app.synth();
const report: Report = JSON.parse(readFileSync(join(assembly.directory, 'validation-report.json'), 'utf8'));
const nag = report.pluginReports.find(({ pluginName }) => pluginName === 'AwsSolutions');

describe('AWS Solutions rules', () => {
  test('leave nothing unexplained', () => {
    expect(nag?.violations).toEqual([]);
    expect(nag?.conclusion).toBe('success');
  });

  test('looked at the whole stack', () => {
    const resources = stack.node.findAll().filter(CfnResource.isCfnResource);
    expect(resources.length).toBeGreaterThan(100);
    // Each kind of thing that rules look at gave them something to say, so none was passed over.
    const kinds = new Set(nag?.suppressedViolations.map(({ ruleName }) => ruleName.replace(/\[.*/, '')));
    expect([...kinds].sort()).toEqual(['GL1', 'GL3', 'IAM5', 'SMG4', 'SQS3'].map((rule) => `AwsSolutions-${rule}`));
  });

  test('each accepted finding has a reason of its own', () => {
    for (const { reason } of nag?.suppressedViolations ?? []) expect(reason.split(' ').length).toBeGreaterThan(5);
    const wild = nag?.suppressedViolations.filter(({ ruleName }) => ruleName.includes('IAM5[Action::')) ?? [];
    expect([...new Set(wild.map(({ ruleName }) => ruleName))]).toEqual([
      'AwsSolutions-IAM5[Action::kms:GenerateDataKey*]',
    ]);
  });

  test('nothing is accepted that is not found', () => {
    const used = new Set(
      nag?.suppressedViolations.map(({ acknowledgedAt, acknowledgedId }) => `${acknowledgedAt} ${acknowledgedId}`),
    );
    const accepted = stack.node.findAll().flatMap((construct) =>
      construct.node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.keys(data))
        .filter((id) => id.startsWith('AwsSolutions::'))
        .map((id) => `${construct.node.path} ${id}`),
    );
    expect(accepted.length).toBeGreaterThan(10);
    expect(accepted.filter((acceptance) => !used.has(acceptance))).toEqual([]);
  });

  test('CloudFormation, asked by the CDK itself, finds nothing either', () => {
    for (const { conclusion, violations } of report.pluginReports) {
      expect(violations).toEqual([]);
      expect(conclusion).toBe('success');
    }
  });

  test('would find what is wrong', () => {
    const other = new Stack(makeApp(), 'Other');
    new Bucket(other, 'Open');
    const rules = new AwsSolutionsChecks(other).validateScope(other).violations.map(({ ruleName }) => ruleName);
    expect(rules).toEqual(expect.arrayContaining(['AwsSolutions-S1', 'AwsSolutions-S10']));
  });
});
