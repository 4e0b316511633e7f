import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { projectRoot } from '../../script/root.js'

/** In this order. Other lines can be between them. */
const shown = [
  /^── Run dist\/index\.js .* http:\/\/127\.0\.0\.1:\d+$/,
  /^ {2}private-key {2,}\*{3}$/,
  /^ {2}snapshot-id {2,}[0-9a-f]{24}$/,
  /^ {2}status {2,}completed$/,
  /^✅ .*demo/,
  /^ {2}create: 200$/,
  /^ {2}get: 200/,
  /^ {2}[0-9a-f]{24} \(status: completed, description: \[as-[0-9a-f]{8}\] .*\)$/,
  /^Exit code 0 /,
]

it('npm run demo shows inputs, log, outputs, summary, and requests of a step, and what is in Atlas', () => {
  const program = join(projectRoot(), 'build', 'script', 'demo.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' })
  expect(status).toBe(0)
  expect(stdout).toMatch(new RegExp(shown.map(({ source }) => source).join('[\\s\\S]*'), 'm'))
  expect(stdout + stderr).not.toContain(demo.privateKey)
})
