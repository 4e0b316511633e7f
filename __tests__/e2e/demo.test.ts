import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
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
  /^ {2}create: 401 \(digest challenge\)\n {2}create: 200$/,
  /^ {2}get: 200/,
  /^ {2}[0-9a-f]{24} \(status: completed, description: \[as-[0-9a-f]{8}\] .*\)$/,
  /^Exit code 0 /,
  /^ {2}npm run demo -- --fail .*\n {2}npm run demo -- --fault create:reset:executed /,
]

const program = join(projectRoot(), 'build', 'script', 'demo.js')
const run = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })

it('npm run demo shows inputs, log, outputs, summary, and requests of a step, and what is in Atlas', () => {
  const { status, stdout, stderr } = run()
  expect(status).toBe(0)
  expect(stdout).toMatch(new RegExp(shown.map(({ source }) => source).join('[\\s\\S]*'), 'm'))
  expect(stdout + stderr).not.toContain(demo.privateKey)
})

it('npm run demo shows the text of an error in the summary as a browser does', () => {
  const { status, stdout } = run('--fault', 'create:403:detail=<"no">')
  expect(status).toBe(1)
  expect(stdout).toMatch(/^What happened: .*: <"no">\./m)
})

it.each(['--port', '--verbose'])('npm run demo rejects %s, which has no effect', (option) => {
  const { status, stdout, stderr } = run(option)
  expect([status, stdout, stderr]).toStrictEqual([2, '', expect.stringContaining(`${option} has no effect`)])
})

it('npm run demo ends without an error when its output is closed, and stops the action', async () => {
  const child = spawn(process.execPath, [program, '--seconds-to-completed', '200'])
  child.stdout.once('data', () => child.stdout.destroy())
  expect(await Promise.all([text(child.stderr), once(child, 'exit')])).toStrictEqual(['', [1, null]])
})
