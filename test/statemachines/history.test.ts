import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Load, loads, type Retrier } from '../support/retry-budget';

/** A history ends at 25,000 events, and the execution with it: not even a redrive helps. Some are kept for the other states. */
const historyLimit = 25_000;
const otherStates = 600;

interface State {
  Retry: Retrier[];
  MaxConcurrency: number;
  ItemProcessor: { States: Record<string, State> };
  Branches: { States: Record<string, State> }[];
}

const machine = parse(readFileSync(join(__dirname, '../../statemachines/upload.asl.yaml'), 'utf8')) as {
  TimeoutSeconds: number;
  States: Record<string, State>;
};

const stateOf = (name: string): State => machine.States[name] as State;

/** Retriers whose attempts are over at once; one that was broken off took its whole time before. */
const quick = ({ Retry }: State): Retrier[] =>
  Retry.filter(({ ErrorEquals }) => !ErrorEquals.includes('States.Timeout'));

/** Most events of a loop within the time that an execution has, when the same happens in every round. */
const mostEvents = (round: Load, states: State[], seconds = machine.TimeoutSeconds): number =>
  Math.max(
    ...loads(states.flatMap(quick)).map(
      (load) => (seconds / (round.seconds + load.seconds)) * (round.events + load.events),
    ),
  );

/** One that the stream throttled used most of its function's time before, so it adds little to a history. */
const landing: State = {
  ...stateOf('Await landing'),
  Retry: stateOf('Await landing').Retry.filter(({ ErrorEquals }) => !ErrorEquals.includes('StreamThrottled')),
};

describe('the history of an execution is not full before its time is over', () => {
  it('where every look at the landing fails as often as it may, for three days', () => {
    // A look: the task with its entry and exit, the choice, the wait.
    expect(mostEvents({ events: 9, seconds: 300 }, [landing])).toBeLessThan(historyLimit - otherStates);
  });

  it.each(['Look at crawler', 'Catalogue new partitions'])('where "%s" does, in a crawl of two days', (name) => {
    // A look: two tasks, the choice, the wait.
    const events = mostEvents({ events: 14, seconds: 300 }, [stateOf(name)], 2 * 86_400);
    expect(events).toBeLessThan(historyLimit - otherStates);
  });

  it.each([
    { reports: 11, days: 2 },
    { reports: 40, days: 0 },
  ])('where $reports reports use up their attempts, after $days days of such looks', ({ reports, days }) => {
    const [report] = Object.values(stateOf('Run reports').ItemProcessor.States) as [State];
    const attempts = report.Retry.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0);
    const looks = mostEvents({ events: 9, seconds: 300 }, [landing], days * 86_400);
    expect(looks + reports * (8 + 3 * attempts)).toBeLessThan(historyLimit - otherStates);
  });

  it.each([
    ['Validate chunks', stateOf('Validate chunks')],
    ['Publish chunks', stateOf('Stream upload').Branches[0]?.States['Publish chunks'] as State],
  ])('where a chunk of "%s" does: it has a history of its own', (_name, map) => {
    const [chunk] = Object.values(map.ItemProcessor.States) as [State];
    const all = chunk.Retry.reduce((sum, { MaxAttempts }) => sum + 3 * MaxAttempts, 0);
    expect(all + 10).toBeLessThan(historyLimit / 10);
  });
});
