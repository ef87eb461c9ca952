import { tables } from '../../contract';
import { type Databases, viewInput, visibilityInput } from '../../infra/view-definitions';

/** What the stack makes in the catalogue, as Glue's API takes it: for tests and measurements in Python, which ask for it by JSON. */

const pascal = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}`;

/** CloudFormation's spelling as the API's. The names of parameters are data. */
const asApi = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asApi);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [pascal(name), name === 'parameters' ? inner : asApi(inner)]),
  );
};

const asked: (Databases & { log: string })[] = JSON.parse(process.argv[2] ?? '[]');

const made = asked.map(({ log, ...databases }) =>
  [visibilityInput(log), ...tables.map((table) => viewInput(table, databases))].map(asApi),
);

process.stdout.write(JSON.stringify(made));
