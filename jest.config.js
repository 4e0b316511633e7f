/** The quick tests, for `npm test`. `jest.all.config.js` adds the slow ones. */
export default {
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['\\.slow\\.test\\.ts$'],
  testEnvironment: 'node',
  // Tests that start processes are slow on a busy machine.
  testTimeout: 60_000,
  // With more, the workers slow each other down, and Jest reports that one has failed to exit.
  maxWorkers: '100%',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '\\.ts$': [
  transformIgnorePatterns: ['/node_modules/(?!@actions/(languageservice|workflow-parser)/)'],
      '@swc/jest',
    '\\.js$': '<rootDir>/jest.json-imports.js',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
}
