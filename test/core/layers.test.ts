import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../..');

/** The subjects of `core/`, each built on those before it. */
const subjects = ['platform', 'uploads', 'formats', 'stream', 'rows', 'lake', 'reports', 'failures'].map(
  (name) => `core/${name}`,
);
const core = ['contract', ...subjects];

/** The layers that a layer may import. */
const allowed: Record<string, readonly string[]> = {
  ...Object.fromEntries(subjects.map((subject) => [subject, core.slice(0, core.indexOf(subject) + 1)])),
  // Not each other.
  functions: core,
  contract: ['contract'],
  ...Object.fromEntries(['infra', 'samples'].map((layer) => [layer, [layer, ...core]])),
  bench: ['bench', 'samples', ...core],
  // It deploys the app, too.
  cli: ['cli', 'infra', ...core],
};

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));

/** The files of the repository that a file imports; its types count too. */
const importsOf = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:\bfrom|\bimport\(?) *'(\.[^']+)'/g)].map(([, path = '']) => {
    const name = join(dirname(file), path);
    const found = [name, `${name}.ts`, join(name, 'index.ts')].find(
      (known) => /\.\w+$/.test(known) && existsSync(join(root, known)),
    );
    if (found === undefined) throw new Error(`${file} imports ${path}, which is no file.`);
    return found;
  });

const layerOf = (file: string): string => file.split('/', file.startsWith('core/') ? 2 : 1).join('/');

const imports = new Map(
  Object.keys(allowed)
    .flatMap(filesIn)
    .map((file) => [file, importsOf(file)]),
);

/** A way along imports that comes back to where it began. */
const findCycle = (file: string, way: readonly string[], seen: Set<string>): readonly string[] | undefined => {
  if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
  if (seen.has(file)) return undefined;
  seen.add(file);
  for (const next of imports.get(file) ?? []) {
    const cycle = findCycle(next, [...way, file], seen);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
};

describe('The layers', () => {
  test('are all that the folders of core hold', () => {
    expect(
      readdirSync(join(root, 'core'))
        .map((folder) => `core/${folder}`)
        .sort(),
    ).toEqual([...subjects].sort());
  });

  test.each(Object.keys(allowed))('%s imports nothing but what lies below it', (layer) => {
    const files = [...imports].filter(([file]) => layerOf(file) === layer);
    expect(files.length).toBeGreaterThan(0);
    const forbidden = files.flatMap(([file, imported]) =>
      imported.filter((other) => !allowed[layer]?.includes(layerOf(other))).map((other) => `${file} -> ${other}`),
    );
    expect(forbidden).toEqual([]);
  });

  test('hold no files that import each other in a circle', () => {
    const seen = new Set<string>();
    const cycles = [...imports.keys()].map((file) => findCycle(file, [], seen)).filter((cycle) => cycle !== undefined);
    expect(cycles).toEqual([]);
  });
});
