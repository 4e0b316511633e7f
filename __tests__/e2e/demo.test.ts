import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { projectRoot } from '../../script/root.js'

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

describe('npm run demo', () => {
  // At the same time, since each takes the two seconds until the first look at the snapshot.
  const completing = runDemo('--speed', '200')
  const failing = runDemo('--speed', '200', '--fail')
  const sharded = runDemo('--speed', '200', '--sharded', '--node', process.execPath)

  it('shows the log and the outputs of a snapshot that completes', async () => {
    const { code, stdout } = await completing
    expect(stdout).toMatch(/^ {2}snapshot-id {2,}[0-9a-f]{24}$/m)
    expect(stdout).toMatch(/^ {2}status {2,}completed$/m)
    expect(stdout).toContain('Exit code 0')
    expect(code).toBe(0)
  }, 60_000)

  it('ends well with --fail, where the action has to fail', async () => {
    const { code, stdout } = await failing
    expect(stdout).toMatch(/^ {2}status {2,}failed$/m)
    expect(stdout).toMatch(/^Error: /m)
    expect(stdout).toContain('Exit code 1')
    expect(code).toBe(0)
  }, 60_000)

  it('shows the members of a sharded cluster, on a given Node', async () => {
    const { code, stdout } = await sharded
    expect(stdout).toMatch(/^ {2}snapshot-ids {2,}\["[0-9a-f]{24}","[0-9a-f]{24}"/m)
    expect(code).toBe(0)
  }, 60_000)

  it('shows no secret', async () => {
    for (const { stdout, stderr } of await Promise.all([completing, failing, sharded])) {
      expect(`${stdout}${stderr}`).not.toContain(demo.privateKey)
    }
  }, 60_000)

  it('explains its options', async () => {
    const { code, stdout } = await runDemo('--help')
    expect(stdout).toMatch(/^usage: npm run demo/)
    expect(code).toBe(0)
  })

  it.each([
    [['--speed', '0'], '--speed'],
    [['--node', join('no', 'such', 'node')], '--node'],
    [['--nonsense'], '--nonsense'],
  ])('refuses %j', async (args, named) => {
    const { code, stderr } = await runDemo(...args)
    expect(stderr).toContain(named)
    expect(code).toBe(1)
  })
})

/** Runs the demo as `npm run demo` does, once the clone is ready. */
function runDemo(...args: string[]): Promise<Ended> {
  const program = join(projectRoot(), 'build', 'script', 'demo.js')
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr })
    })
  })
}
