import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type OutputFile } from 'esbuild';
import { root } from './sources';

const folder = join(root, 'functions');

/** One run of esbuild for all functions, which parses what they share once: a second instead of one a function. */
const build = (files: readonly string[]): OutputFile[] =>
  buildSync({
    entryPoints: files.map((file) => join(folder, `${file}.ts`)),
    outdir: folder,
    write: false,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // The laptop edition runs the same bundles with the Node.js that is there, which may be older than Lambda's.
    target: 'node20',
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
  }).outputFiles;

let built: OutputFile[] | undefined;

/** The code of a function with all that it imports, the AWS SDK too, as `<file>.js`. */
const bundle = (file: string, all: readonly string[]): Code =>
  Code.fromAsset(folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('scratch'),
      // Tells this asset from the others of the same folder.
      command: [file],
      local: {
        tryBundle: (output) => {
          built ??= build(all);
          for (const { path, contents } of built) {
            const name = basename(path);
            if (name === `${file}.js` || name === `${file}.js.map`) writeFileSync(join(output, name), contents);
          }
          return true;
        },
      },
    },
  });

export { bundle };
