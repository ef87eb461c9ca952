import { type App, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** Checks the whole app against the AWS Solutions rules at synthesis; a finding without a reason stops it. */
const checkCompliance = (app: App): void => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
};

/**
 * Accepts findings of AWS Solutions rules on a construct, each with its true reason.
 *
 * @example
 * acknowledge(bucket, { S1: 'It holds the access logs itself.' });
 */
const acknowledge = (construct: IConstruct, reasons: Record<string, string>): void => {
  Validations.of(construct).acknowledge(
    ...Object.entries(reasons).map(([rule, reason]) => ({ id: `AwsSolutions::AwsSolutions-${rule}`, reason })),
  );
};

/** A resource of a policy as cdk-nag writes it in the id of a finding, as `<LakeBucket.Arn>/runs/*`. */
const written = (construct: IConstruct, resource: string): string => {
  const flat = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const node = value as { Ref?: string; 'Fn::GetAtt'?: string[]; 'Fn::Join'?: [string, unknown[]] };
    if (node['Fn::Join']) return node['Fn::Join'][1].map(flat).join(node['Fn::Join'][0]);
    if (node['Fn::GetAtt']) return `<${node['Fn::GetAtt'].join('.')}>`;
    if (node.Ref) return `<${node.Ref}>`;
    return JSON.stringify(value);
  };
  return flat(Stack.of(construct).resolve(resource));
};

/** Accepts the wildcards among a policy's resources. */
const acknowledgeWildcards = (construct: IConstruct, resources: string[], reason: string): void => {
  const wild = resources.map((resource) => written(construct, resource)).filter((resource) => resource.includes('*'));
  acknowledge(construct, Object.fromEntries(wild.map((resource) => [`IAM5[Resource::${resource}]`, reason])));
};

export { acknowledge, acknowledgeWildcards, checkCompliance };
