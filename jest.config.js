/** The tests that `npm test` runs. `jest.all.config.js` adds the slow ones. */
export default {
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['\\.slow\\.test\\.ts$'],
  testEnvironment: 'node',
  // Many tests start processes, and machines are busy.
  testTimeout: 60_000,
  // Most end-to-end tests wait for a process, so every core can have more than one file of them.
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
