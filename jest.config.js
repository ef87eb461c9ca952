import { fileURLToPath } from 'node:url';
import { buildPageScript } from './infra/page-script.js';

const typescript = {
  '^.+\\.[jt]s$': [
    '@swc/jest',
    { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
  ],
};

const pageScript = buildPageScript(fileURLToPath(new URL('.', import.meta.url)));

const project = (displayName, testMatch) => ({
  displayName,
  testMatch: testMatch.map((pattern) => `<rootDir>/test/${pattern}/**/*.test.ts`),
  transform: typescript,
  // Packages that are ES modules alone.
  transformIgnorePatterns: ['/node_modules/(?!@middy/|echarts/|zrender/)'],
  testEnvironment: 'node',
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
