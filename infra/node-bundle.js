/** How a program becomes ES modules for Node.js, as esbuild is told. */
export const nodeBundle = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  // The ES modules of packages, of which only what is used comes in: a cold start takes a third less.
  mainFields: ['module', 'main'],
  // The laptop edition runs the bundles of the functions with the Node.js that is there, which may be older than Lambda's.
  target: 'node20',
  // CommonJS libraries in an ES module still call `require` for what Node.js has built in.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
};
