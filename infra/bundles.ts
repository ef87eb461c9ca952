import { cpSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssetHashType, type AssetOptions, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { nodeBundle } from './node-bundle.js';
import { buildPageScript } from './page-script.js';
import { root } from './sources';

const folder = join(root, 'functions');

/** The names of the functions: a file each. */
const functionFiles = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => basename(name, '.ts'))
    .sort();

/** Formats of files, which the functions read from `formats/` beside their code. */
const copyFormats = (outdir: string): void =>
  cpSync(join(root, 'formats'), join(outdir, 'formats'), {
    recursive: true,
    filter: (path) => !basename(path).includes('.') || path.endsWith('.json'),
  });

const build = (outdir: string): void => {
  buildSync({
    ...nodeBundle,
    entryPoints: functionFiles().map((file) => join(folder, `${file}.ts`)),
    outdir,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    define: { PAGE_SCRIPT: JSON.stringify(buildPageScript(root)) },
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  });
  copyFormats(outdir);
};

/** An asset that this machine builds, whose content tells whether it has changed. */
const builtHere = (tryBundle: (output: string) => void): AssetOptions => ({
  assetHashType: AssetHashType.OUTPUT,
  bundling: {
    image: DockerImage.fromRegistry('scratch'),
    local: {
      tryBundle: (output) => {
        tryBundle(output);
        return true;
      },
    },
  },
});

/**
 * The code of the functions with all that they import, the AWS SDK too. All are in one asset, `<file>.mjs` each, with what they
 * share in modules beside, and the formats of files: one run of esbuild takes half a second where one a function takes a second each.
 */
const functionsCode = (): Code => Code.fromAsset(folder, builtHere(build));

const isModule = (path: string): boolean => !path.endsWith('__pycache__') && !path.endsWith('.ts');

/** What the streaming job imports: a zip with its packages at the root, as Python finds them on its path. */
const jobModules = (scope: Construct, id: string): Asset =>
  new Asset(scope, id, {
    path: join(root, 'glue', 'cellflow'),
    ...builtHere((output) => {
      cpSync(join(root, 'glue', 'cellflow'), join(output, 'cellflow'), { recursive: true, filter: isModule });
      cpSync(join(root, 'contract'), join(output, 'contract'), { recursive: true, filter: isModule });
    }),
  });

export { functionFiles, functionsCode, jobModules };
