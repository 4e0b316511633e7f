import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'

const main = join(projectRoot(), 'build', 'emulator', 'main.js')

describe('npm run emulator', () => {
  it('exits with 2 for an unknown option', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, '--nonsense'], { encoding: 'utf8' })
    expect([status, stdout]).toStrictEqual([2, ''])
    expect(stderr).toMatch(/^emulator: .*'--nonsense'/)
    expect(stderr).not.toContain('    at ')
  })

  it('prints its URL and each request without secrets, and exits with 0 when it is interrupted', async () => {
    const child = spawn(process.execPath, [main, '--verbose'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines: AsyncIterator<string> = createInterface(child.stdout)[Symbol.asyncIterator]()
    try {
      const { value: first } = await lines.next()
      const [, url] = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(first) ?? []
      const headers = { authorization: 'Basic c2VjcmV0' }
      await fetch(`${url}/api/atlas/v2/groups?secret=1`, { headers })
      const { value: second } = await lines.next()
      expect(second).toMatch(/^GET \/api\/atlas\/v2\/groups 401 \d+ ms$/)
    } finally {
      child.kill()
    }
    // On Windows, the signal ends the process before it can react.
    const end = process.platform === 'win32' ? [null, 'SIGTERM'] : [0, null]
    expect(await once(child, 'close')).toStrictEqual(end)
  })
})
