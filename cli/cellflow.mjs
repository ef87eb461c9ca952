#!/usr/bin/env node
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from './bundle.js';

/** The command line as one file; where none can be made, from its sources, which takes longer. */
const program = async () => {
  try {
    return pathToFileURL(await bundle(fileURLToPath(new URL('..', import.meta.url)), 'cli/main.ts')).href;
  } catch {
    const { register } = await import('tsx/esm/api');
    register();
    return './main.ts';
  }
};

await import(await program());
