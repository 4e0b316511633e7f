// Who may import whom; docs/architecture.md says why. `npm run architecture` checks it.

const anythingElseOfOurs = '^(emulator|script|__tests__|bench)/'

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
      comment: 'The client says what Atlas answers, not what a step makes of it.',
      severity: 'error',
      from: { path: '^src/atlas/' },
      to: { path: '^src/snapshot/' },
    },
    {
      name: 'shared-knows-nobody',
      comment: 'What lies beside the three folders is used by all of them.',
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
      // The naive action is there to be compared with.
      from: { pathNot: '^(src/action/|bench/contenders/)' },
      to: { path: 'node_modules/@actions/(core|github)/' },
    },
    {
      name: 'http-at-the-seam-alone',
      comment:
        'Every request passes through one function. network-environment.ts only reads what it reads of the environment; response-errors.ts and remedies.ts take names of statuses and a test of addresses.',
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
      comment: 'What users run holds nothing of what tests it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: anythingElseOfOurs },
    },
    {
      name: 'only-dependencies-in-the-bundle',
      comment: 'A devDependency would be in dist/ unseen by whoever looks after the licences.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'emulator-stands-alone',
      comment: 'A mistake of the action must not be made again by the Atlas that it is tested against.',
      severity: 'error',
      from: { path: '^emulator/' },
      to: { path: '^(src|script|__tests__|bench)/' },
    },
    {
      name: 'no-cycles',
      comment: 'Of two files that need each other neither can be read alone.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every-import-is-found',
      comment: 'What is not found is held against none of the rules above.',
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
