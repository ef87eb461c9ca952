import { parse } from 'yaml';
import definition from '../../../statemachines/upload.asl.yaml';

interface State {
  Type: string;
  Next?: string;
  Default?: string;
  Choices?: { Next: string }[];
}

/** The stages that the simulation runs, by their names in the state machine. */
const stages = [
  'Plan upload',
  'Await landing',
  'Seal upload',
  'Catalogue new partitions',
  'Make upload visible',
] as const;

type Stage = (typeof stages)[number];

const isStage = (name: string): name is Stage => stages.some((stage) => stage === name);

/** The order in which the state machine comes to its states: the usual way first. */
const walk = (states: Record<string, State>, name: string, seen: Set<string>): void => {
  if (seen.has(name)) return;
  seen.add(name);
  const { Next, Default, Choices = [] } = states[name] as State;
  for (const next of [Next, Default, ...Choices.map((choice) => choice.Next)]) if (next) walk(states, next, seen);
};

/** The simulated stages in the order of the state machine's definition. */
const stageOrder = (): Stage[] => {
  const { StartAt, States } = parse(definition) as { StartAt: string; States: Record<string, State> };
  const seen = new Set<string>();
  walk(States, StartAt, seen);
  const order = [...seen].filter(isStage);
  if (order.length !== stages.length) throw new Error(`The state machine has these of the stages only: ${order}.`);
  return order;
};

export type { Stage };
export { stageOrder };
