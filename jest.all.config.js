import config from './jest.config.js'

/** All tests, with coverage of `src`. */
export default {
  ...config,
  // Also the slow ones.
  testPathIgnorePatterns: [],
  // Slow tests compute for longer.
  testTimeout: 300_000,
  collectCoverage: true,
  collectCoverageFrom: ['src/**/*.ts', '!src/index.ts'],
  coverageThreshold: { global: { branches: 95 } },
  coverageDirectory: '.cache/coverage',
  coverageReporters: ['text', 'json-summary'],
}
