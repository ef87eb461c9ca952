import type { BuildOptions } from 'esbuild';

/** How a program becomes ES modules for Node.js, as esbuild is told. */
declare const nodeBundle: BuildOptions;

export { nodeBundle };
