// Import rules for `npm run architecture`. docs/architecture.md explains them.

const everythingButSrc = '^(emulator|simulation|script|bench|__tests__)/'

export default {
  forbidden: [
    {
      name: 'core-imports-no-action',
      comment: 'Imports point inward: action, snapshot, atlas. The simulation runs the same core.',
      severity: 'error',
      from: { path: '^src/(snapshot|atlas)/|^src/(?!index\\.)[^/]+$' },
      to: { path: '^src/(action/|index\\.)' },
    },
    {
      name: 'atlas-imports-no-core',
      comment: 'The client reports what Atlas responds. The step decides what to do.',
      severity: 'error',
      from: { path: '^src/atlas/' },
      to: { path: '^src/snapshot/' },
    },
    {
      name: 'shared-imports-no-folder',
      comment: 'All three folders share the files beside them.',
      severity: 'error',
      from: { path: '^src/(?!index\\.)[^/]+$' },
      to: { path: '^src/[^/]+/' },
    },
    {
      name: 'entry-imports-only-the-action',
      comment: 'The entry contains no logic.',
      severity: 'error',
      from: { path: '^src/index\\.' },
      to: { pathNot: '^src/action/' },
    },
    {
      name: 'toolkit-only-in-action',
      comment: 'Only the adapter depends on GitHub Actions.',
      severity: 'error',
      from: { pathNot: '^src/action/' },
      to: { path: 'node_modules/@actions/(core|github)/' },
    },
    {
      name: 'http-only-at-the-seam',
      comment:
        'Every request passes through one function. environment.ts only reads the environment. error-response.ts and remedies.ts import status names and an IP address check.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(atlas/(node-http|error-response|remedies)|action/environment)\\.ts$',
      },
      to: { path: 'node_modules/@actions/http-client/|^(node:)?(http|https|http2|net|tls)$' },
    },
    {
      name: 'core-imports-no-io',
      comment: 'Time, randomness, and I/O are passed in, so the simulation can replace them.',
      severity: 'error',
      from: { path: '^src/snapshot/' },
      to: { pathNot: '^src/' },
    },
    {
      name: 'src-imports-only-src',
      comment: 'The action must not include test code.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: everythingButSrc },
    },
    {
      name: 'only-dependencies-in-the-bundle',
      comment: 'No license check covers a devDependency in dist/.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'emulator-imports-only-emulator',
      comment: 'The emulator must not repeat a mistake of the action that it tests.',
      severity: 'error',
      from: { path: '^emulator/' },
      to: { path: '^(src|simulation|script|bench|__tests__)/' },
    },
    {
      name: 'simulation-imports-only-src-and-emulator',
      comment: 'Tests, scripts, and benchmarks all run the simulation.',
      severity: 'error',
      from: { path: '^simulation/' },
      to: { path: '^(script|bench|__tests__)/' },
    },
    {
      name: 'oracle-imports-no-src',
      comment:
        'The oracle derives what a step must do from Atlas and the faults, not from the code that it checks.',
      severity: 'error',
      from: { path: '^simulation/oracle/' },
      to: { path: '^src/' },
    },
    {
      name: 'only-tests-import-tests',
      comment: 'Scripts and benchmarks are compiled without tests.',
      severity: 'error',
      from: { path: '^(script|bench)/' },
      to: { path: '^__tests__/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that import each other can only be understood together.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolved-imports',
      comment: 'The other rules ignore unresolved imports.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
