import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Config } from './config';
import { root } from './sources';

const file = 'statemachines/upload.asl.yaml';

interface State {
  Type: string;
  MaxConcurrency?: number;
  Branches?: States[];
  ItemProcessor?: States;
}

interface States {
  States: Record<string, State>;
}

const find = ({ States: states }: States, name: string): State | undefined => {
  if (states[name]) return states[name];
  for (const { Branches = [], ItemProcessor } of Object.values(states)) {
    for (const inner of ItemProcessor ? [...Branches, ItemProcessor] : Branches) {
      const found = find(inner, name);
      if (found) return found;
    }
  }
  return undefined;
};

/**
 * The state machine of `statemachines/upload.asl.yaml`, as JSON, with the configured concurrency. The file holds numbers where
 * the language wants numbers, so that it can be validated as it is; names and ARNs are left to substitutions.
 */
const readDefinition = (concurrency: Config['concurrency']): string => {
  const definition = parse(readFileSync(join(root, file), 'utf8')) as States;
  const limits = {
    'Validate chunks': concurrency.validate,
    'Publish chunks': concurrency.publish,
    'Run reports': concurrency.reports,
  };
  for (const [name, limit] of Object.entries(limits)) {
    const state = find(definition, name);
    if (state?.Type !== 'Map') throw new Error(`${file} has no Map state "${name}"`);
    state.MaxConcurrency = limit;
  }
  return JSON.stringify(definition);
};

/** What stands for the ARN of a function in the definition: `PlanUploadArn` for `plan-upload`. */
const substitution = (file: string): string =>
  `${file.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Arn`;

/**
 * Picks what the definition names.
 *
 * @throws where it names something that is not at hand
 */
const substitutionsFor = (definition: string, known: Record<string, string>): Record<string, string> => {
  const named = new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name as string));
  const unknown = [...named].filter((name) => !(name in known));
  if (unknown.length > 0) throw new Error(`${file} names ${unknown.join(', ')}, which nothing provides`);
  return Object.fromEntries(Object.entries(known).filter(([name]) => named.has(name)));
};

export { readDefinition, substitution, substitutionsFor };
