import config from './jest.config.js'

/** Every test, with the branches of `src` that they reach. */
export default {
  ...config,
  // The slow one has the same seeds and more.
  testPathIgnorePatterns: ['/simulation\\.test\\.ts$'],
  // These compute as well as wait.
  testTimeout: 300_000,
  collectCoverage: true,
  collectCoverageFrom: ['src/**/*.ts', '!src/index.ts'],
  coverageThreshold: { global: { branches: 95 } },
  coverageDirectory: '.cache/coverage',
  coverageReporters: ['text', 'json-summary'],
}
