// Who may import whom; docs/architecture.md says why. `npm run architecture` checks it.

const everythingButSrc = '^(emulator|simulation|script|bench|__tests__)/'

export default {
  forbidden: [
    {
      name: 'core-knows-nothing-of-actions',
      comment: 'Imports point inwards: action, snapshot, atlas. The same core runs in the simulation.',
      severity: 'error',
      from: { path: '^src/(snapshot|atlas)/|^src/(?!index\\.)[^/]+$' },
      to: { path: '^src/(action/|index\\.)' },
    },
    {
      name: 'atlas-knows-nothing-of-snapshots-taken',
      comment: 'The client reports what Atlas responds, not what a step does about it.',
      severity: 'error',
      from: { path: '^src/atlas/' },
      to: { path: '^src/snapshot/' },
    },
    {
      name: 'shared-knows-nobody',
      comment: 'The files beside the three folders are for all of them.',
      severity: 'error',
      from: { path: '^src/(?!index\\.)[^/]+$' },
      to: { path: '^src/[^/]+/' },
    },
    {
      name: 'entry-starts-the-action-alone',
      comment: 'The entry holds no logic.',
      severity: 'error',
      from: { path: '^src/index\\.' },
      to: { pathNot: '^src/action/' },
    },
    {
      name: 'toolkit-in-action-alone',
      comment: 'Only the adapter knows that this runs on GitHub.',
      severity: 'error',
      // The usual action is there for comparison.
      from: { pathNot: '^(src/action/|bench/contenders/)' },
      to: { path: 'node_modules/@actions/(core|github)/' },
    },
    {
      name: 'http-at-the-seam-alone',
      comment:
        'Every request passes through one function. network-environment.ts only reads the environment; response-errors.ts and remedies.ts import names of statuses and a test of IP addresses.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(atlas/(node-http|response-errors|remedies)|action/network-environment)\\.ts$',
      },
      to: { path: 'node_modules/@actions/http-client/|^(node:)?(http|https|http2|net|tls)$' },
    },
    {
      name: 'snapshot-does-nothing-by-itself',
      comment:
        'Time, randomness and I/O are passed in, so that the simulation can put its own in their place.',
      severity: 'error',
      from: { path: '^src/snapshot/' },
      to: { pathNot: '^src/' },
    },
    {
      name: 'src-stands-alone',
      comment: 'Users run nothing that is there to test it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: everythingButSrc },
    },
    {
      name: 'only-dependencies-in-the-bundle',
      comment: 'A devDependency would get into dist/ without a check of its licence.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'emulator-stands-alone',
      comment: 'A mistake in the action must not be repeated in the Atlas that it is tested against.',
      severity: 'error',
      from: { path: '^emulator/' },
      to: { path: '^(src|simulation|script|bench|__tests__)/' },
    },
    {
      name: 'simulation-stands-on-src-and-emulator',
      comment: 'Tests, scripts and benchmarks all run it.',
      severity: 'error',
      from: { path: '^simulation/' },
      to: { path: '^(script|bench|__tests__)/' },
    },
    {
      name: 'oracle-stands-on-truth-alone',
      comment:
        'What a step must do follows from Atlas and the faults. The code that it judges must not say it.',
      severity: 'error',
      from: { path: '^simulation/oracle/' },
      to: { path: '^src/' },
    },
    {
      name: 'only-tests-import-tests',
      comment: 'Scripts and benchmarks are compiled and run without them.',
      severity: 'error',
      from: { path: '^(script|bench)/' },
      to: { path: '^__tests__/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that import each other cannot be understood apart.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every-import-is-found',
      comment: 'The other rules do not see an import that is not found.',
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
