/** The quick tests, for `npm test`. `jest.all.config.js` adds the slow ones. */
export default {
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['\\.slow\\.test\\.ts$'],
  testEnvironment: 'node',
  // Tests that start processes are slow on a busy machine.
  testTimeout: 60_000,
  // Most end-to-end tests wait for a process, so a core can run more than one.
  maxWorkers: '150%',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
}
