import config from './jest.config.js'

/** All tests, with coverage of `src`. */
export default {
  ...config,
  // simulation.slow.test.ts includes the same seeds.
  testPathIgnorePatterns: ['/simulation\\.test\\.ts$'],
  // Slow tests compute for longer.
  testTimeout: 300_000,
  collectCoverage: true,
  collectCoverageFrom: ['src/**/*.ts', '!src/index.ts'],
  coverageThreshold: { global: { branches: 95 } },
  coverageDirectory: '.cache/coverage',
  coverageReporters: ['text', 'json-summary'],
}
