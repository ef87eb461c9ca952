const typescript = {
  '^.+\\.[jt]s$': [
    '@swc/jest',
    { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
  ],
};

const project = (displayName, testMatch) => ({
  displayName,
  testMatch: testMatch.map((pattern) => `<rootDir>/test/${pattern}/**/*.test.ts`),
  transform: typescript,
  // Packages that are ES modules alone.
  transformIgnorePatterns: ['/node_modules/(?!@middy/|echarts/|zrender/)'],
  testEnvironment: 'node',
});

/** One project a kind of test, so that each can be run alone: `npx jest --selectProjects unit`. */
export default {
  projects: [
    project('unit', ['contract', 'core', 'functions', 'cli', 'samples', 'statemachines']),
    project('infra', ['infra']),
    project('page', ['page']),
  ],
};
