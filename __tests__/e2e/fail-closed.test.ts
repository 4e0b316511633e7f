import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { actionNode } from '../../script/runner.js'
import { play } from '../support/bundle.js'
import { mentioning } from '../support/played.js'
import { TITLES } from '../support/titles.js'

// Code that breaks Node's API in the process of the bundle.
const throwLate = `
  import http from 'node:http'
  const { request } = http
  http.request = (...args) => {
    setImmediate(() => { throw new Error('boom') })
    return request(...args)
  }`
const neverRespond = `
  import { EventEmitter } from 'node:events'
  import http from 'node:http'
  const { setTimeout: real } = globalThis
  globalThis.setTimeout = (...args) => real(...args).unref()
  http.request = () => Object.assign(new EventEmitter(), { setTimeout() {}, write() {}, end() {} })`
const keepAlive = 'setInterval(() => undefined, 1000)'

it.concurrent.each([
  [
    'fails on an exception that nothing catches',
    throwLate,
    1,
    [mentioning(TITLES.internalError, 'boom', '[as-…]')],
  ],
  ['fails if its event loop ends early', neverRespond, 1, [mentioning(TITLES.endedEarly, '[as-…]')]],
  ['succeeds without waiting for a timer that keeps its process alive', keepAlive, 0, []],
])('the bundle %s', async (_, code, exitCode, errors) => {
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(code)}`
  expect(await play({ env: { NODE_OPTIONS } })).toMatchObject({ exitCode, errors, warnings: [] })
})

const onLinux = process.platform === 'linux' ? describe : describe.skip

onLinux('the bundle in a shell (needs bash and /dev/full)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-shell-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Runs the bundle as `"$NODE" "$@"` in a shell script. */
  function runInShell(script: string, variables: Readonly<Record<string, string>> = {}) {
    const shell = join(folder, 'node.sh')
    // Other shells drop variables with a hyphen, such as the inputs.
    writeFileSync(shell, `#!/usr/bin/env bash\n${script}\n`, { mode: 0o755 })
    const env = { NODE: actionNode(), ...variables }
    return play({ node: shell, env, inputs: { wait: 'false' } })
  }

  it.each([
    ['on a full disk', '"$NODE" "$@" > /dev/full\necho "exit $?" >&2'],
    // printf writes until nothing reads anymore.
    [
      'without a reader',
      `{ trap '' PIPE; while printf . 2>&-; do :; done; "$NODE" "$@"; echo "exit $?" >&2; } | true`,
    ],
  ])('fails if its standard output is broken: %s', async (_, script) => {
    const { result } = await runInShell(script)
    expect(result.stderr).toContain('exit 1\n')
  })

  it('accepts its standard output as its output file, as in a trial run', async () => {
    const { exitCode, result } = await runInShell('set -o pipefail\n"$NODE" "$@" | cat', {
      GITHUB_OUTPUT: '/dev/stdout',
    })
    expect(exitCode).toBe(0)
    expect(result.lines.join('\n')).toMatch(/^snapshot-id<<.*\n[0-9a-f]{24}\n/m)
  })
})
