import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'

const main = join(projectRoot(), 'build', 'emulator', 'main.js')

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the emulator. When it listens, sends a request with a secret, then ends the emulator. */
function run(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      const [, url] = /^listening on (\S+)\n$/.exec(out) ?? []
      if (url === undefined) return
      const headers = { authorization: 'Basic c2VjcmV0' }
      fetch(`${url}/api/atlas/v2/groups?secret=1`, { headers }).then(() => child.kill(), reject)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    child.on('error', reject).on('close', (code) => resolve({ code, out, err }))
  })
}

describe('npm run emulator', () => {
  it('exits with 2 for an unknown option', async () => {
    const { code, out, err } = await run('--nonsense')
    expect([code, out]).toStrictEqual([2, ''])
    expect(err).toMatch(/^emulator: .*'--nonsense'/)
    expect(err).not.toContain('    at ')
  })

  it('prints its URL and each request without secrets, and exits with 0 when it is interrupted', async () => {
    const { code, out, err } = await run('--verbose')
    expect([code, err]).toStrictEqual([0, ''])
    expect(out).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\nGET \/api\/atlas\/v2\/groups 401 \d+ ms\n$/)
  })
})
