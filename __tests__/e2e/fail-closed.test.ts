import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { startAtlas } from '../../script/emulated-atlas.js'
import { actionNode } from '../../script/runner.js'
import { TITLES } from '../../src/titles.js'
import { life, startSnapshot } from '../support/bundle.js'
import { playAll, type Scenario } from '../support/play-bundle.js'
import { mentioning } from '../support/played.js'

/** The facts in the one error, without which the step succeeds, and in the one warning. */
interface Row {
  readonly name: string
  readonly scenario: Scenario
  readonly error?: readonly string[]
  readonly warning?: readonly string[]
}

/** The bundle after some code in its process, which breaks what the bundle relies on. */
function broken(code: string): Scenario {
  return { env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` } }
}

const rows: readonly Row[] = [
  {
    name: 'fails on an exception while it creates the snapshot',
    scenario: broken(`
      const { stringify } = JSON
      JSON.stringify = (value, ...rest) => {
        if (value?.retentionInDays !== undefined) throw new TypeError('boom')
        return stringify(value, ...rest)
      }`),
    error: [TITLES.unexpected, 'boom', '[as-TAG]', 'snapshot-id'],
  },
  {
    name: 'fails on an exception that nothing catches',
    scenario: broken(`
      import http from 'node:http'
      const { request } = http
      http.request = (...args) => {
        setImmediate(() => { throw new Error('boom') })
        return request(...args)
      }`),
    error: [TITLES.unexpected, 'boom', '[as-…]'],
  },
  {
    name: 'fails if its event loop runs empty',
    scenario: broken(`
      import { EventEmitter } from 'node:events'
      import http from 'node:http'
      const { setTimeout: real } = globalThis
      globalThis.setTimeout = (...args) => real(...args).unref()
      http.request = () => Object.assign(new EventEmitter(), { setTimeout() {}, write() {}, end() {} })`),
    error: [TITLES.endedEarly, '[as-…]'],
  },
  {
    name: 'succeeds without waiting for what keeps its process alive',
    scenario: broken('setInterval(() => undefined, 1000)'),
  },
]

const onFullDisks: readonly Row[] = [
  {
    name: 'fails on a full disk under its outputs, and names its snapshot',
    scenario: { env: { GITHUB_OUTPUT: '/dev/full' } },
    error: [TITLES.outputsNotWritten, 'ENOSPC', 'queued', 'GITHUB_OUTPUT', 'snapshot-id ID'],
  },
  {
    name: 'succeeds with a warning on a full disk under its summary',
    scenario: { env: { GITHUB_STEP_SUMMARY: '/dev/full' } },
    warning: ['ENOSPC'],
  },
]

const isLinux = process.platform === 'linux'

describe('the bundle', () => {
  const all = isLinux ? [...rows, ...onFullDisks] : rows
  const played = playAll(all)

  it.each(all)('$name', async ({ name, error, warning }) => {
    const { errors, warnings, exitCode } = await played(name)
    expect(errors).toEqual(error === undefined ? [] : [mentioning(...error)])
    expect(warnings).toEqual(warning === undefined ? [] : [mentioning(...warning)])
    expect(exitCode).toBe(error === undefined ? 0 : 1)
  })
})

const onLinux = isLinux ? describe : describe.skip

onLinux('the bundle fails if its standard output is broken:', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-shell-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each([
    ['on a full disk', '"$NODE" "$@" > /dev/full\necho "exit $?" >&2'],
    ['without a reader', '{ "$NODE" "$@"; echo "exit $?" >&2; } | true'],
  ])('%s', async (name, script) => {
    const shell = join(folder, `${name.replaceAll(' ', '-')}.sh`)
    writeFileSync(shell, `#!/bin/sh\n${script}\n`)
    chmodSync(shell, 0o755)
    const { url, close } = await startAtlas(life)
    const env = { NODE: actionNode() }
    const result = await startSnapshot(url, { node: shell, env, inputs: { wait: 'false' } }).result
    await close()
    expect(result.stderr).toContain('exit 1\n')
  })
})
