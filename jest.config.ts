import type { Config } from 'jest';

const swc = { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }] };
const common = { transform: swc, extensionsToTreatAsEsm: [], testEnvironment: 'node' } as const;

/** One project a kind of test, so that each can be run alone: `npx jest --selectProjects unit`. */
const config: Config = {
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/test/{functions,cli,samples,statemachines}/**/*.test.ts'] },
    { ...common, displayName: 'infra', testMatch: ['<rootDir>/test/infra/**/*.test.ts'] },
  ],
};

export default config;
