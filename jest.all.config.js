import config from './jest.config.js'

/** Every test, with the branches of `src` that they reach. */
export default {
  ...config,
  testPathIgnorePatterns: [],
  // These compute as well as wait.
  testTimeout: 300_000,
  maxWorkers: '100%',
  collectCoverage: true,
  collectCoverageFrom: ['src/**/*.ts', '!src/index.ts'],
  coverageThreshold: { global: { branches: 95 } },
  coverageDirectory: '.cache/coverage',
  coverageReporters: ['text', 'json-summary'],
}
