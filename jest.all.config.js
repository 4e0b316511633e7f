import config from './jest.config.js'

/** Every test, with the branches of `src` that they reach. */
export default {
  ...config,
  testPathIgnorePatterns: [],
  collectCoverage: true,
  collectCoverageFrom: ['src/**/*.ts', '!src/index.ts'],
  coverageThreshold: { global: { branches: 95 } },
  coverageDirectory: '.cache/coverage',
  coverageReporters: ['text', 'json-summary'],
}
