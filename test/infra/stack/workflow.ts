import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import validate from 'asl-validator';
import { parse } from 'yaml';
import { readDefinition, substitutionsFor } from '../../../infra/state-machine';
import { type Json, makeStack, Synthesis } from '../synthesis';

const synthesis = new Synthesis(makeStack({ concurrency: { validate: 33, publish: 5, reports: 2 } }));
const [, machine] = synthesis.named('AWS::StepFunctions::StateMachine', 'StateMachineName', 'cellflow-upload');

/** The definition as Step Functions gets it, with stand-ins for ARNs that are known at deployment only. */
const deployed = (): string => {
  const substitutions: Record<string, Json> = machine.Properties.DefinitionSubstitutions;
  return machine.Properties.DefinitionString.replace(/\$\{(\w+)\}/g, (whole: string, name: string) => {
    if (!(name in substitutions)) return whole;
    if (name === 'Partition') return 'aws-us-gov';
    return name.endsWith('Arn') ? `arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:${name}` : name;
  });
};

interface State {
  Type: string;
  MaxConcurrency?: number;
  Comment?: string;
  Resource?: string;
  ItemReader?: { Resource: string };
  Branches?: { States: Record<string, State> }[];
  ItemProcessor?: { States: Record<string, State> };
}

const allStates = (states: Record<string, State>): [string, State][] =>
  Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Branches ?? []).flatMap((branch) => allStates(branch.States)),
    ...(state.ItemProcessor ? allStates(state.ItemProcessor.States) : []),
  ]);

describe('State machine', () => {
  test('is valid, with every name filled in', () => {
    const definition = deployed();
    expect(definition).not.toContain('${');
    expect(validate(JSON.parse(definition))).toMatchObject({ isValid: true });
  });

  test('calls services in the partition that it is deployed to', () => {
    const called = allStates(JSON.parse(deployed()).States).flatMap(([, { Resource, ItemReader }]) =>
      [Resource, ItemReader?.Resource].filter((arn) => arn?.includes(':::')),
    );
    expect([...new Set(called)].sort()).toEqual([
      'arn:aws-us-gov:states:::aws-sdk:glue:getCrawler',
      'arn:aws-us-gov:states:::aws-sdk:glue:startCrawler',
      'arn:aws-us-gov:states:::s3:getObject',
    ]);
    expect(machine.Properties.DefinitionSubstitutions.Partition).toEqual({ Ref: 'AWS::Partition' });
  });

  test('gets no substitution that it does not name', () => {
    const named = Object.keys(machine.Properties.DefinitionSubstitutions);
    for (const name of named) expect(machine.Properties.DefinitionString).toContain(`\${${name}}`);
  });

  test('takes its concurrency from the configuration', () => {
    const states = Object.fromEntries(allStates(JSON.parse(deployed()).States));
    expect(states['Validate chunks']?.MaxConcurrency).toBe(33);
    expect(states['Publish chunks']?.MaxConcurrency).toBe(5);
    expect(states['Run reports']?.MaxConcurrency).toBe(2);
  });

  test('differs from its file in the concurrency only', () => {
    const withoutLimits = (text: string) => text.replace(/"MaxConcurrency":\d+,?/g, '');
    const file = JSON.stringify(parse(readFileSync('statemachines/upload.asl.yaml', 'utf8')));
    expect(withoutLimits(readDefinition({ validate: 1, publish: 1, reports: 1 }))).toBe(withoutLimits(file));
    expect(withoutLimits(machine.Properties.DefinitionString)).toBe(withoutLimits(file));
  });

  test('a name that nothing provides stops the synthesis', () => {
    expect(() => substitutionsFor(`{"Resource":"$\{MissingArn}"}`, { PresentArn: 'x' })).toThrow('names MissingArn');
  });

  test('logs every event and traces, and keeps signed links out of the log', () => {
    expect(machine.Properties).toMatchObject({
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
  });
});

describe('Rights of the state machine', () => {
  const role = machine.Properties.RoleArn['Fn::GetAtt'][0];
  const statements = synthesis.statementsOf(role);
  const resourcesOf = (action: string): string[] =>
    statements.filter(({ actions }) => actions.includes(action)).flatMap(({ resources }) => resources);

  test('distributed maps run, stop and are redriven', () => {
    const executions = ['/*', ':*'].map(
      (end) => `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:cellflow-upload${end}`,
    );
    expect(resourcesOf('states:StartExecution')).toEqual(['<upload>']);
    for (const action of ['DescribeExecution', 'StopExecution', 'RedriveExecution']) {
      expect(resourcesOf(`states:${action}`).sort()).toEqual(executions);
    }
  });

  test('their policy is one of its own, or the template would be circular', () => {
    const [id] = synthesis.named('AWS::StepFunctions::StateMachine', 'StateMachineName', 'cellflow-upload');
    const dependsOn = machine.DependsOn;
    const policies = synthesis.ofType('AWS::IAM::Policy').filter(([, { Properties }]) => {
      return JSON.stringify(Properties.PolicyDocument).includes(`{"Ref":"${id}"}`);
    });
    expect(policies.length).toBeGreaterThan(0);
    for (const [policy] of policies) expect(dependsOn).not.toContain(policy);
  });

  test('it calls what its definition names, and nothing else', () => {
    const substitutions: Record<string, Json> = machine.Properties.DefinitionSubstitutions;
    const functions = Object.entries(substitutions)
      .filter(([name]) => name.endsWith('Arn'))
      .map(([, value]) => synthesis.text(value));
    expect(resourcesOf('lambda:InvokeFunction').sort()).toEqual(functions.sort());
    expect(functions).toHaveLength(15);
    expect(resourcesOf('sns:Publish')).toEqual(['<reports>']);
    expect(resourcesOf('s3:GetObject')).toEqual(['<lake>/runs/*/chunks.json']);
    for (const action of ['glue:StartCrawler', 'glue:GetCrawler']) {
      expect(resourcesOf(action)).toEqual([expect.stringMatching(/:crawler\/cellflow-lake$/)]);
    }
  });
});

describe('Rule for uploads', () => {
  const { EventPattern: pattern, Targets: targets } = synthesis.madeBy(
    'WorkflowUploaded',
    'AWS::Events::Rule',
  ).Properties;

  const endings = (pattern.detail.object.key as { suffix: { 'equals-ignore-case': string } }[]).map(
    ({ suffix }) => suffix['equals-ignore-case'],
  );

  test('matches tables of any case in the uploads bucket, those that cannot be read too', () => {
    expect(pattern).toMatchObject({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
    });
    expect(synthesis.text(pattern.detail.bucket.name[0])).toBe('<uploads>');
    expect(endings).toEqual(expect.arrayContaining(['.csv', '.txt.gz', '.xlsx', '.zip']));
    expect(new Set(endings).size).toBe(endings.length);
  });

  test.each(['folder/', 'notes.md', 'run.log', 'map.png', 'log.csv/', 'csv', 'backup.gz'])('leaves %s alone', (key) => {
    expect(endings.filter((ending) => key.endsWith(ending))).toEqual([]);
  });

  test('is as long as EventBridge takes a pattern', () => {
    expect(JSON.stringify(pattern).length).toBeLessThan(2_048);
  });

  test('tries for a day, then keeps the event', () => {
    expect(targets).toEqual([
      expect.objectContaining({ RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 } }),
    ]);
    expect(synthesis.text(targets[0].DeadLetterConfig.Arn)).toMatch(/^<WorkflowUndelivered/);
    expect(synthesis.madeBy('WorkflowUndelivered', 'AWS::SQS::Queue').Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
    });
  });
});
