import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { scenarios } from '../../script/scenarios.js'
import { findMissingLine, runDemo, type ScreenLines } from '../support/demo.js'

const succeeds: ScreenLines = [/^ {2}status {2,}completed$/, /^✅ /, /^Exit code 0 /, /^── /]

/** The lines of each scenario besides its checks. */
const screens: Readonly<Record<string, ScreenLines>> = {
  take: succeeds,
  sharded: ['  cluster-name    sharded', /^ {2}snapshot-ids {2,}\["[0-9a-f]{24}","[0-9a-f]{24}"/],
  conflict: [/[0-9a-f]{24} .*nightly/, '  create: 400', /^ {2}get: 200/, '  create: 200'],
  failed: [/^Error: /, /^ {2}status {2,}failed$/, /^Exit code 1 /],
  timeout: [
    '  timeout-minutes  0.1',
    /^Error: .* snapshot-id: [0-9a-f]{24}\b/,
    /^ {2}status {2,}(queued|inProgress)$/,
    /^Exit code 1 /,
  ],
  'lost-response': [/[0-9a-f]{24} .*\[as-[0-9a-f]{8}\]/, /^ {2}create: no /, '  list: 200'],
  'service-account': [
    `  client-id       ${demo.clientId}`,
    '  client-secret   ***',
    '  token: 200',
    '  create: 200',
    '  revoke: 200',
  ],
  reuse: [/ 1 of 2$/, ...succeeds.slice(0, 2), '  create: 200', / 2 of 2$/, /^ {2}created {2,}false$/],
}

describe('npm run demo', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-demo-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('has a test for every scenario', () => {
    expect(Object.keys(screens)).toEqual(scenarios.map(({ name }) => name))
  })

  it.concurrent.each(Object.entries(screens))(
    '-- --scenario %s shows the scenario, and all checks pass',
    async (name, lines) => {
      const { code, stdout, stderr } = await runDemo('--scenario', name)
      expect(findMissingLine(stdout, lines)).toBeUndefined()
      expect(stdout).toContain('✓')
      expect(stdout).not.toContain('✗')
      expect(stdout + stderr).not.toContain(demo.privateKey)
      expect(stdout + stderr).not.toContain(demo.clientSecret)
      expect(code).toBe(0)
    },
  )

  // The test replaces Node with a script, which Windows cannot run.
  const onPosix = process.platform === 'win32' ? it.skip : it.concurrent
  onPosix('-- --node PATH runs the action with that Node', async () => {
    const node = join(folder, 'node')
    // Many shells drop variables with a hyphen in their name, such as INPUT_GROUP-ID.
    const script = [
      `#!${process.execPath}`,
      "const { spawnSync } = require('node:child_process')",
      "if (process.argv[2] === '--version') console.log('v99')",
      "else process.exitCode = spawnSync(process.execPath, process.argv.slice(2), { stdio: 'inherit' }).status",
    ].join('\n')
    writeFileSync(node, script, { mode: 0o755 })
    const { code, stdout } = await runDemo('--node', node, '--speed', '200')
    expect(findMissingLine(stdout, [/v99/, ...succeeds])).toBeUndefined()
    expect(code).toBe(0)
  })
})
