import { readFileSync } from 'node:fs';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readConfig } from '../../infra/config';
import { CellflowStack } from '../../infra/stack';

/** What a template holds: anything that JSON can. */
type Json = ReturnType<typeof JSON.parse>;

interface Resource {
  Type: string;
  Properties: Record<string, Json>;
  DependsOn?: string[];
  DeletionPolicy?: string;
}

interface Statement {
  Effect: 'Allow' | 'Deny';
  actions: string[];
  /** As `<Lake>/claims/*` or `arn:<AWS::Partition>:…`. */
  resources: string[];
  Condition?: unknown;
}

/**
 * The app as `cdk` makes it, without bundling.
 *
 * @param validate - whether the CDK checks the template against CloudFormation's rules, which takes seconds
 */
const makeApp = (validate = false): App =>
  new App({
    context: { ...JSON.parse(readFileSync('cdk.json', 'utf8')).context, 'aws:cdk:bundling-stacks': [] },
    builtinCloudFormationValidation: validate,
  });

const makeStack = (overrides?: unknown, app = makeApp()): CellflowStack =>
  new CellflowStack(app, 'Cellflow', { config: readConfig(overrides) });

const list = <Item>(value: Item | Item[] | undefined): Item[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** A template, and ways to look into it. */
class Synthesis {
  readonly template: Template;
  private readonly resources: Record<string, Resource>;

  constructor(stack: Stack) {
    this.template = Template.fromStack(stack);
    this.resources = this.template.toJSON().Resources;
  }

  ofType(type: string): [string, Resource][] {
    return Object.entries(this.resources).filter(([, { Type }]) => Type === type);
  }

  /** The resource of a type whose property has a value, as `named('AWS::Lambda::Function', 'FunctionName', …)`. */
  named(type: string, property: string, value: string): [string, Resource] {
    const found = this.ofType(type).find(([, { Properties }]) => this.text(Properties[property]) === value);
    if (!found) throw new Error(`There is no ${type} with ${property} ${value}`);
    return found;
  }

  /** The one resource of a type that a construct makes, by the begin of its logical id. */
  madeBy(construct: string, type: string): Resource {
    const found = this.ofType(type).filter(([id]) => id.startsWith(construct));
    if (found.length !== 1) throw new Error(`${construct} makes ${found.length} ${type}`);
    return (found[0] as [string, Resource])[1];
  }

  /** The statements of the policy of a bucket or topic, by its logical id. */
  policyOf(type: string, id: string): Statement[] {
    const policy = this.ofType(type).find(([, { Properties }]) => {
      return list(Properties.Bucket ?? Properties.Topics).some((on: Json) => on.Ref === id);
    });
    return policy ? this.statements(policy[1].Properties.PolicyDocument) : [];
  }

  /** A value with its references in plain text. */
  text(value: unknown): string {
    if (typeof value === 'string') return value;
    const node = (value ?? {}) as { Ref?: string; 'Fn::GetAtt'?: [string, string]; 'Fn::Join'?: [string, unknown[]] };
    if (node['Fn::Join']) return node['Fn::Join'][1].map((part) => this.text(part)).join(node['Fn::Join'][0]);
    if (node['Fn::GetAtt']) return `<${this.label(node['Fn::GetAtt'][0])}>`;
    if (node.Ref) return `<${this.label(node.Ref)}>`;
    return JSON.stringify(value);
  }

  /** The physical name of a resource, where it has one: logical ids say nothing to a reader. */
  private label(id: string): string {
    const properties: Record<string, unknown> = this.resources[id]?.Properties ?? {};
    const name = properties.BucketName ?? properties.Name ?? properties.TopicName ?? properties.StateMachineName;
    if (name === undefined) return id;
    return this.text(name)
      .replace('-<AWS::AccountId>-<AWS::Region>', '')
      .replace(/^cellflow-/, '');
  }

  /** All that a role may do, by its logical id. */
  statementsOf(role: string): Statement[] {
    const policies = this.ofType('AWS::IAM::Policy').filter(([, { Properties }]) =>
      list<{ Ref: string }>(Properties.Roles).some(({ Ref }) => Ref === role),
    );
    return policies.flatMap(([, { Properties }]) => this.statements(Properties.PolicyDocument));
  }

  statements(document: unknown): Statement[] {
    return list((document as { Statement: Record<string, unknown>[] }).Statement).map((statement) => ({
      ...statement,
      Effect: statement.Effect as 'Allow',
      actions: list(statement.Action as string),
      resources: list(statement.Resource).map((resource) => this.text(resource)),
    }));
  }

  /** What a function may do. */
  permissionsOf(file: string): Statement[] {
    const [, { Properties }] = this.named('AWS::Lambda::Function', 'FunctionName', `cellflow-${file}`);
    return this.statementsOf(Properties.Role['Fn::GetAtt'][0]);
  }

  /** The resources of what a function may do by an action. */
  allowed(file: string, action: string): string[] {
    return this.permissionsOf(file)
      .filter(({ Effect, actions }) => Effect === 'Allow' && actions.includes(action))
      .flatMap(({ resources }) => resources)
      .sort();
  }
}

let made: Synthesis | undefined;

/** The stack of a deployment that overrides nothing. */
const defaultSynthesis = (): Synthesis => {
  made ??= new Synthesis(makeStack());
  return made;
};

export type { Json, Resource, Statement };
export { defaultSynthesis, list, makeApp, makeStack, Synthesis };
