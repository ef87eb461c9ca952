import { fileURLToPath } from 'node:url';
import { buildPageScript } from './infra/page-script.js';

const typescript = {
  '^.+\\.[jt]s$': [
    '@swc/jest',
    { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
  ],
};

const pageScript = buildPageScript(fileURLToPath(new URL('.', import.meta.url)));

// A global name is slow to look up in the context that tests run in: the language's own are handed to each module instead.
// None that a test replaces, such as Date, or that a package declares for itself, such as Buffer.
const builtIns = [
  ...['Object', 'Array', 'String', 'Number', 'Boolean', 'BigInt', 'Symbol', 'RegExp', 'Error', 'Promise', 'Proxy'],
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'JSON', 'Math', 'Reflect', 'Intl', 'isNaN', 'parseInt', 'parseFloat'],
  ...['ArrayBuffer', 'DataView', 'Uint8Array', 'Uint16Array', 'Uint32Array', 'Int32Array', 'Float64Array'],
];

const project = (displayName, testMatch) => ({
  displayName,
  testMatch: testMatch.map((pattern) => `<rootDir>/test/${pattern}/**/*.test.ts`),
  transform: typescript,
  // Packages that are ES modules alone.
  transformIgnorePatterns: ['/node_modules/(?!@middy/|echarts/|zrender/|hyparquet)'],
  testEnvironment: 'node',
  sandboxInjectedGlobals: builtIns,
  // As the bundler puts it in.
  globals: { PAGE_SCRIPT: pageScript },
});

/** One project a kind of test, so that each can be run alone: `npx jest --selectProjects unit`. */
export default {
  // On a busy machine; what hangs is told by it.
  testTimeout: 30_000,
  projects: [
    project('unit', ['contract', 'core', 'formats', 'functions', 'cli', 'samples', 'statemachines']),
    project('infra', ['infra']),
    project('page', ['page']),
  ],
};
