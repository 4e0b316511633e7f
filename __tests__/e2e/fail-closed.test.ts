import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { startAtlas } from '../../script/emulated-atlas.js'
import { actionNode } from '../../script/runner.js'
import { life, startSnapshot } from './action.js'
import { type Played, play, type Scenario } from './scenario.js'

/** Runs the bundle with some code in the process before it, which breaks what the bundle relies on. */
function playBroken(code: string, scenario: Scenario = {}): Promise<Played> {
  const module = `data:text/javascript,${encodeURIComponent(code)}`
  return play({ ...scenario, env: { NODE_OPTIONS: `--import=${module}` } })
}

const look =
  'Before running this again, look in the log above for a snapshot id, or for the tag [as-…] of a snapshot that Atlas may have taken.'
const report = 'Report this with the log, and look in it for a snapshot id before running this again.'

describe('the process never exits with 0 without the truth:', () => {
  it.each([
    ['an exception', 'new TypeError("boom")', 'boom'],
    ['a thrown string', '"boom"', 'boom'],
    ['a thrown nothing', 'undefined', 'thrown value of type undefined'],
  ])(
    '%s in the middle of the work',
    async (_, thrown, message) => {
      const found = await playBroken(`
      const { stringify } = JSON
      JSON.stringify = (value, ...rest) => {
        if (value?.retentionInDays !== undefined) throw ${thrown}
        return stringify(value, ...rest)
      }`)
      expect(found.errors).toEqual([
        `Unexpected error | ${message}. This is a bug of the action. Atlas may have taken a snapshot for this step, tagged [as-TAG], though no answer says so. Before running this again, look in the backups of the cluster (http://atlas/v2/${demo.groupId}#/clusters/backup/demo) for a description that ends in [as-TAG]; if it is there, give its id as snapshot-id. ${report}`,
      ])
      expect(found.exitCode).toBe(1)
    },
    60_000,
  )

  it.each([
    ['an exception that nobody catches', 'setImmediate(() => { throw new Error("boom") })'],
    ['a promise that nobody awaits', 'Promise.reject("boom")'],
  ])(
    '%s',
    async (_, code) => {
      const found = await playBroken(`
      import http from 'node:http'
      const { request } = http
      http.request = (...args) => {
        ${code}
        return request(...args)
      }`)
      expect(found.errors).toEqual([`Unexpected error | boom. ${look}`])
      expect(found.exitCode).toBe(1)
    },
    60_000,
  )

  it('an event loop that runs empty', async () => {
    const found = await playBroken(`
      import { EventEmitter } from 'node:events'
      import http from 'node:http'
      const { setTimeout: real } = globalThis
      globalThis.setTimeout = (...args) => real(...args).unref()
      http.request = () => Object.assign(new EventEmitter(), { setTimeout() {}, write() {}, end() {} })`)
    expect(found.errors).toEqual([
      `The step ended before its work was done | Nothing was left to wait for. ${look}`,
    ])
    expect(found.exitCode).toBe(1)
  }, 60_000)
})

const onPosix = process.platform === 'win32' ? it.skip : it

onPosix(
  'a step that succeeded does not wait for a connection that lingers',
  async () => {
    const found = await playBroken('setInterval(() => undefined, 1000)')
    expect(found.exitCode).toBe(0)
  },
  60_000,
)

const onLinux = process.platform === 'linux' ? describe : describe.skip

onLinux('where nothing can be written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-shell-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('a full disk under the outputs fails the step, which names the snapshot', async () => {
    const found = await play({ env: { GITHUB_OUTPUT: '/dev/full' } })
    expect(found.errors).toEqual([
      "The outputs cannot be written | ENOSPC: no space left on device, write. Snapshot ID exists and is queued. Look at the runner's disk and at its file GITHUB_OUTPUT. Then run this again with snapshot-id ID.",
    ])
    expect(found.warnings).toEqual([])
    expect(found.exitCode).toBe(1)
    expect(found.taken).toBe(1)
  }, 60_000)

  it('a full disk under the summary is a warning', async () => {
    const found = await play({ env: { GITHUB_STEP_SUMMARY: '/dev/full' } })
    expect(found.warnings).toEqual([expect.stringContaining('The job summary could not be written: ENOSPC')])
    expect(found.exitCode).toBe(0)
  }, 60_000)

  it.each([
    ['a full disk under standard output', '"$NODE" "$@" > /dev/full\necho "exit $?" >&2'],
    ['a standard output that nobody reads', '{ "$NODE" "$@"; echo "exit $?" >&2; } | true'],
  ])(
    '%s fails the step',
    async (name, script) => {
      const shell = join(folder, `${name.replaceAll(' ', '-')}.sh`)
      writeFileSync(shell, `#!/bin/sh\n${script}\n`)
      chmodSync(shell, 0o755)
      const { url, close } = await startAtlas(life)
      try {
        const env = { NODE: actionNode() }
        const result = await startSnapshot(url, { node: shell, env, inputs: { wait: 'false' } }).result
        expect(result.stderr).toContain('exit 1\n')
      } finally {
        await close()
      }
    },
    60_000,
  )
})
