import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** A change of the code under test: a text of a file that is there once, and what stands in its place. */
interface Patch {
  file: string;
  from: string;
  to: string;
}

/** A patch does not fit the code any more. */
class PatchRefused extends Error {}

const root = join(import.meta.dirname, '../../..');

const applyPatches = (file: string, text: string, patches: readonly Patch[]): string =>
  patches
    .filter((patch) => patch.file === file)
    .reduce((patched, { from, to }) => {
      const found = patched.split(from).length - 1;
      if (found !== 1) throw new PatchRefused(`${file} holds this ${found} times instead of once:\n${from}`);
      return patched.replace(from, () => to);
    }, text);

/** Loads the product's own files, with what is patched. */
const patching = (patches: readonly Patch[]): Plugin => ({
  name: 'patching',
  setup({ onLoad, onEnd }) {
    const loaded = new Set<string>();
    onLoad({ filter: /\.(ts|yaml)$/ }, ({ path }) => {
      const file = relative(root, path);
      if (!patches.some((patch) => patch.file === file)) return undefined;
      loaded.add(file);
      return {
        contents: applyPatches(file, readFileSync(path, 'utf8'), patches),
        loader: path.endsWith('.ts') ? 'ts' : 'text',
      };
    });
    onEnd(() => {
      const [missed] = patches.filter(({ file }) => !loaded.has(file));
      if (missed !== undefined) throw new PatchRefused(`${missed.file} is not a part of the simulation.`);
    });
  },
});

/** Leaves out logging and tracing: they are not under test, and cost more than what is. */
const quiet: Plugin = {
  name: 'quiet',
  setup({ onResolve }) {
    onResolve({ filter: /\/(telemetry|lambda)$/ }, ({ path }) =>
      path.startsWith('.') ? { path: join(import.meta.dirname, 'quiet-lambda.ts') } : undefined,
    );
  },
};

/** Puts lines of JSON in the place of Parquet, which is not under test here. */
const plain: Plugin = {
  name: 'plain',
  setup({ onResolve }) {
    const path = join(import.meta.dirname, 'plain-columns.ts');
    onResolve({ filter: /\/parquet\/columns$/ }, ({ importer }) => (importer === path ? undefined : { path }));
  },
};

/**
 * Bundles a simulation with the code under test, changed as the patches say.
 *
 * @param simulation - its folder in `test/simulation`
 */
const bundle = async (simulation: string, outfile: string, patches: readonly Patch[] = []): Promise<void> => {
  await build({
    entryPoints: [join(import.meta.dirname, '..', simulation, 'worker.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'silent',
    loader: { '.yaml': 'text' },
    plugins: [patching(patches), quiet, plain],
  });
};

export type { Patch };
export { bundle, PatchRefused, root };
