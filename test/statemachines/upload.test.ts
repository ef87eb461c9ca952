import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import aslValidator from 'asl-validator';
import { parse } from 'yaml';
import { stageGuide, stageOf } from '../../core/failures/stage-guide';
import { expectedPatience, type Retrier } from '../support/retry-budget';

interface State {
  Type: string;
  Comment?: string;
  Resource?: string;
  Parameters?: Record<string, unknown>;
  ItemSelector?: Record<string, unknown>;
  InputPath?: null;
  ResultPath?: string | null;
  OutputPath?: null;
  TimeoutSeconds?: number;
  Retry?: Retrier[];
  Catch?: { ErrorEquals: string[]; Next: string; ResultPath: string | null }[];
  Choices?: { Next: string }[];
  Default?: string;
  Next?: string;
  End?: boolean;
  Label?: string;
  MaxConcurrency?: number;
  ItemReader?: { Parameters: Record<string, string>; ReaderConfig: { InputType: string } };
  ItemProcessor?: Machine & { ProcessorConfig: { Mode: string; ExecutionType?: string } };
  Branches?: Machine[];
}

interface Machine {
  StartAt: string;
  States: Record<string, State>;
}

const text = readFileSync(join(__dirname, '../../statemachines/upload.asl.yaml'), 'utf8');
const machine = parse(text) as Machine & { TimeoutSeconds: number; Comment: string };

/** Every state, those inside of maps and branches too. */
const everyState = ({ States }: Machine): [string, State][] =>
  Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...[...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])].flatMap(everyState),
  ]);

const states = everyState(machine);
const byName = new Map(states);
const ofType = (type: string) => states.filter(([, state]) => state.Type === type);

/** States that may come after a state. */
const successors = ({ Next, Default, Choices = [], Catch = [] }: State): string[] =>
  [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((catcher) => catcher.Next)].filter(
    (name) => name !== undefined,
  );

/** Names that mean that a quota is reached, of the account or of a service. */
const isThrottle = (name: string): boolean =>
  /Throttl|TooManyRequests|ConcurrentRuns|ResourceNumberLimit/.test(name) && name !== 'StreamThrottled';

describe('the state machine of an upload', () => {
  it('is valid Amazon States Language', () => {
    // The validator wants to see a service's ARN whole.
    const definition = JSON.parse(JSON.stringify(machine).replaceAll(`\${Partition}`, 'aws'));
    const { isValid, errorsText } = aslValidator(definition);
    expect([isValid, errorsText('\n')]).toEqual([true, '']);
  });

  it('is the language alone: what serves to write it shorter leaves no trace', () => {
    expect(Object.keys(machine)).toEqual(['Comment', 'QueryLanguage', 'StartAt', 'TimeoutSeconds', 'States']);
    // A merge key that was not resolved, or a block of templates.
    expect(JSON.stringify(machine)).not.toMatch(/"(<<|x-[^"]*)":/);
    for (const [, state] of states) for (const field of Object.keys(state)) expect(field).toMatch(/^[A-Z][A-Za-z]+$/);
  });

  it('has no name twice, so that a history can be read', () => {
    expect(byName.size).toBe(states.length);
  });

  it('can reach each of its states, and ends from each', () => {
    const check = (part: Machine) => {
      const reached = new Set([part.StartAt]);
      for (const name of reached) for (const next of successors(part.States[name] as State)) reached.add(next);
      expect([...reached].sort()).toEqual(Object.keys(part.States).sort());
      for (const state of Object.values(part.States)) {
        expect(state.End || state.Type === 'Succeed' || successors(state).length > 0).toBe(true);
        for (const inner of [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])])
          check(inner);
      }
    };
    check(machine);
  });

  it('goes through the stages in their order', () => {
    const order = states.map(([name]) => name).filter((name) => name in stageGuide);
    expect(order).toEqual(Object.keys(stageGuide));
  });

  it('runs those stages beside each other that are told to be', () => {
    const branches = ofType('Parallel').flatMap(([name, { Branches = [] }]) =>
      Branches.flatMap(everyState).flatMap(([inner]) => (inner in stageGuide ? [[inner, name]] : [])),
    );
    const told = Object.entries(stageGuide).flatMap(([name, { branchOf }]) => (branchOf ? [[name, branchOf]] : []));
    expect(branches).toEqual(told);
  });

  it('has a stage for each state', () => {
    expect(states.map(([name]) => name).filter((name) => !(stageOf(name) in stageGuide))).toEqual([]);
  });

  it('leaves no failure to a Fail state, which a redrive would fail in again', () => {
    expect(ofType('Fail')).toEqual([]);
    for (const [, { Catch = [] }] of states) {
      for (const { ErrorEquals } of Catch) {
        expect(ErrorEquals).not.toContain('States.ALL');
        expect(ErrorEquals).not.toContain('States.TaskFailed');
      }
    }
  });

  it('catches only what is no failure', () => {
    const caught = new Set(states.flatMap(([, { Catch = [] }]) => Catch.flatMap(({ ErrorEquals }) => ErrorEquals)));
    expect([...caught].sort()).toEqual([
      'CutInsideQuotes',
      'DatesReadOtherwise',
      'Glue.CrawlerRunningException',
      'RoundOvertaken',
      'Superseded',
    ]);
  });

  it('tolerates no failed chunk', () => {
    expect(text).not.toContain('ToleratedFailure');
  });

  it('leaves only known names to the deployment', () => {
    const names = new Set([...JSON.stringify(machine).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    expect([...names].sort()).toEqual([
      'BuildReportPageArn',
      'CheckLandingArn',
      'CrawlerName',
      'EnsureStreamingJobArn',
      'ExportReportsArn',
      'FindNewPartitionsArn',
      'JoinReportingArn',
      'JudgeUploadArn',
      'ListReportsArn',
      'MailReportsArn',
      'MakeUploadVisibleArn',
      'Partition',
      'PlanUploadArn',
      'PublishChunkArn',
      'RunReportArn',
      'SealUploadArn',
      'ValidateChunkArn',
    ]);
  });
});

describe.each(states)('state "%s"', (_name, state) => {
  it('says what it is for', () => {
    expect(state.Comment?.length).toBeGreaterThan(10);
  });
});

describe.each(ofType('Task'))('task "%s"', (name, state) => {
  it('ends in bounded time', () => {
    expect(state.TimeoutSeconds).toBeGreaterThanOrEqual(60);
    expect(state.TimeoutSeconds).toBeLessThanOrEqual(900);
  });

  it('tries again what may pass, with growing, scattered and bounded pauses', () => {
    expect(state.Retry?.length).toBeGreaterThan(0);
    for (const { MaxAttempts, MaxDelaySeconds, JitterStrategy, ErrorEquals } of state.Retry ?? []) {
      expect(MaxAttempts).toBeGreaterThan(0);
      expect(MaxDelaySeconds).toBeLessThanOrEqual(ErrorEquals.some(isThrottle) ? 900 : 120);
      expect(JitterStrategy).toBe('FULL');
      expect(ErrorEquals).not.toContain('States.ALL');
      expect(ErrorEquals).not.toContain('States.TaskFailed');
    }
  });

  it('where it calls a function, tries again what passes and what was broken off, after what is its own', () => {
    if (!state.Resource?.endsWith('Arn}')) return;
    const pause = { BackoffRate: 2, JitterStrategy: 'FULL' };
    expect(state.Retry?.slice(-2)).toEqual([
      {
        ErrorEquals: [
          'Lambda.ServiceException',
          'Lambda.AWSLambdaException',
          'Lambda.SdkClientException',
          'Lambda.ClientExecutionTimeoutException',
          'Lambda.Unknown',
          'TransientFault',
        ],
        ...pause,
        IntervalSeconds: 2,
        MaxAttempts: 6,
        MaxDelaySeconds: 60,
      },
      {
        ErrorEquals: ['Sandbox.Timedout', 'Runtime.ExitError', 'States.Timeout'],
        ...pause,
        IntervalSeconds: 2,
        MaxAttempts: 2,
        MaxDelaySeconds: 30,
      },
    ]);
  });

  it('has another patience with a quota that is reached than with a fault: some hours', () => {
    const [throttles, ...others] = (state.Retry ?? []).filter(({ ErrorEquals }) => ErrorEquals.some(isThrottle));
    expect(others).toEqual([]);
    expect(throttles?.ErrorEquals.every(isThrottle)).toBe(true);
    expect(expectedPatience(throttles as Retrier)).toBeGreaterThan(4 * 3_600);
    if (state.Resource?.endsWith('Arn}')) {
      expect(throttles?.ErrorEquals).toEqual(['Lambda.TooManyRequestsException', 'Throttled']);
    }
  });

  it('hands on what it was given, with its own result beside it', () => {
    // A report's result is its iteration's, a branch's its state's.
    if (['Run report', 'Export workbook', 'Export map', 'Build report page'].includes(name)) return;
    expect(state.ResultPath === null || state.ResultPath?.startsWith('$.')).toBe(true);
  });
});

describe('an overtaken upload', () => {
  const stagesThatThrow = Object.entries(machine.States).filter(
    ([, { Type, Parameters, ItemSelector, ItemProcessor, Branches = [] }]) =>
      // A stage that is a branch leaves it to its state.
      Branches.some(({ StartAt }) => StartAt in stageGuide) ||
      (Type === 'Task' && Parameters !== undefined && ('upload.$' in Parameters || 'event.$' in Parameters)) ||
      (Type === 'Map' && ItemProcessor?.ProcessorConfig.Mode === 'INLINE' && ItemSelector !== undefined),
  );

  it.each(stagesThatThrow)('ends as a success in "%s"', (_name, { Catch = [] }) => {
    const catcher = Catch.find(({ ErrorEquals }) => ErrorEquals.includes('Superseded'));
    expect(catcher).toEqual({ ErrorEquals: ['Superseded'], ResultPath: '$.superseded', Next: 'Read what overtook it' });
  });

  it('says what overtook it', () => {
    expect(machine.States['Read what overtook it']).toMatchObject({ Type: 'Pass', Next: 'Superseded' });
    expect(machine.States.Superseded).toMatchObject({ Type: 'Pass', End: true });
  });
});

describe.each([
  ['Validate chunks', 200],
  ['Publish chunks', 8],
])('the distributed map "%s"', (name, concurrency) => {
  const map = byName.get(name) as State;

  it('reads its chunks from the plan', () => {
    expect(map.ItemReader?.Parameters).toEqual({
      'Bucket.$': '$.upload.chunkList.bucket',
      'Key.$': '$.upload.chunkList.key',
    });
    expect(map.ItemReader?.ReaderConfig).toEqual({ InputType: 'JSON' });
    expect(map.ItemSelector).toEqual({ 'upload.$': '$.upload', 'chunk.$': '$$.Map.Item.Value' });
  });

  it('has children that can be looked at and redriven', () => {
    expect(map.ItemProcessor?.ProcessorConfig).toEqual({ Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' });
    expect(map.Label).toMatch(/^[A-Za-z]{1,40}$/);
    expect(map.MaxConcurrency).toBe(concurrency);
  });

  it('gives nothing back: 10,000 results would be more than a state may hold', () => {
    expect(map.ResultPath).toBeNull();
    for (const child of Object.values(map.ItemProcessor?.States ?? {})) {
      expect([child.ResultPath, child.OutputPath]).toEqual([null, null]);
    }
  });
});

describe('a redrive', () => {
  it.each(['Await landing', 'Catalogue new partitions', 'Build report page'])('is told to "%s"', (name) => {
    expect(byName.get(name)?.Parameters).toMatchObject({ 'execution.$': '$$.Execution' });
  });

  it('runs the failed reports of the list that they were in: their results come under the same name only after', () => {
    const map = byName.get('Run reports');
    expect(map).toMatchObject({ Type: 'Map', ItemsPath: '$.reports', ResultPath: '$.reports', MaxConcurrency: 5 });
  });
});

describe('page and files', () => {
  const published = byName.get('Publish reports');

  it('are made side by side, each from the state as it was', () => {
    const made = published?.Branches?.map(({ StartAt, States }) => [StartAt, States[StartAt]?.Parameters]);
    const reporting = {
      'upload.$': '$.upload',
      'totals.$': '$.totals',
      'round.$': '$.round',
      'reports.$': '$.reports',
    };
    expect(made).toEqual([
      ['Export workbook', { ...reporting, file: 'workbook' }],
      ['Export map', { ...reporting, file: 'map' }],
      ['Build report page', { ...reporting, exports: 'beside', 'execution.$': '$$.Execution' }],
    ]);
  });

  it('leave in the state where the files are, and what the mail needs', () => {
    expect(published).toMatchObject({
      ResultSelector: { 'exports.$': 'States.JsonMerge($[0], $[1], false)', 'mail.$': '$[2]' },
      ResultPath: '$.published',
      Next: 'E-mail report links',
    });
    expect(byName.get('E-mail report links')?.Parameters).toMatchObject({ 'mail.$': '$.published.mail' });
  });
});

describe('loops', () => {
  it('look at the streaming job a bounded number of times', () => {
    const choice = JSON.stringify(byName.get('Streaming job up?')?.Choices);
    expect(choice).toContain('"NumericGreaterThanEquals":30');
  });

  it.each([
    ['Wait for records to land', '$.landing.wait', 'Start the landing clock', '$.landing'],
    ['Wait for crawler', '$.partitions.wait', 'Begin with the catalogue', '$.partitions'],
  ])('"%s" waits as its stage says, from a second on', (wait, path, first, result) => {
    expect(byName.get(wait)).toMatchObject({ Type: 'Wait', SecondsPath: path });
    expect(byName.get(first)).toMatchObject({ Type: 'Pass', Parameters: { wait: 1 }, ResultPath: result });
  });
});
