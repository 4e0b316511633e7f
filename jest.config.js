/** The quick tests, for `npm test`. `jest.all.config.js` adds the slow ones. */
export default {
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['\\.slow\\.test\\.ts$'],
  testEnvironment: 'node',
  // Tests that start processes are slow on a busy machine.
  testTimeout: 60_000,
  // With more, the workers slow each other down.
  maxWorkers: '100%',
  // On a busy machine, a worker can take longer than the default of 0.5 s to exit, and Jest would report a leak.
  workerGracefulExitTimeout: 10_000,
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transformIgnorePatterns: ['/node_modules/(?!@actions/(languageservice|workflow-parser)/)'],
  transform: {
    '\\.js$': '<rootDir>/jest.json-imports.js',
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
