import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { help } from '../../emulator/help.js'
import { projectRoot } from '../../script/root.js'
import { listen } from '../support/listen.js'

const main = join(projectRoot(), 'build', 'emulator', 'main.js')

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/**
 * Runs the emulator until it ends.
 *
 * @param onListening called with the URL when the emulator listens
 */
function run(
  args: readonly string[],
  onListening: (url: string, child: ChildProcess) => unknown = () => undefined,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const isFirst = out === ''
      out += text
      if (isFirst) void onListening(/^listening on (\S+)/.exec(text)?.[1] ?? '', child)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text
    })
    child.on('error', reject).on('close', (code) => resolve({ code, out, err }))
  })
}

/** Starts the emulator, sends a request with a secret, and ends the emulator. */
async function serveOnce(
  args: readonly string[],
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<Ended & { outcome: unknown }> {
  let outcome: unknown
  const ended = await run(args, async (url, child) => {
    const headers = { authorization: 'Basic c2VjcmV0' }
    outcome = await fetch(`${url}/api/atlas/v2/groups?secret=1`, { headers }).then(
      ({ status }) => status,
      (error: Error) => JSON.stringify(error.cause),
    )
    child.kill(signal)
  })
  return { ...ended, outcome }
}

describe('npm run emulator', () => {
  it('prints its help', async () => {
    expect(await run(['--help'])).toEqual({ code: 0, out: help, err: '' })
  })

  it('exits with 2 for an unknown option', async () => {
    const { code, out, err } = await run(['--nonsense'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^emulator: .*'--nonsense'/)
    expect(err).not.toContain('    at ')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('prints its URL and exits with 0 on %s', async (signal) => {
    expect(await serveOnce(['--port', '0'], signal)).toEqual({
      code: 0,
      err: '',
      out: expect.stringMatching(/^listening on http:\/\/127\.0\.0\.1:\d+\n$/),
      outcome: 401,
    })
  })

  it('listens on --host and --port, and prints each request without secrets', async () => {
    const { port, close } = await listen(createServer())
    await close()
    const { out } = await serveOnce(['--host', 'localhost', '--port', String(port), '--verbose'])
    expect(out).toMatch(
      new RegExp(`^listening on http://\\S+:${port}\\nGET /api/atlas/v2/groups 401 \\d+ ms\\n$`),
    )
  })

  it('serves HTTPS with the given certificate', async () => {
    const pem = (name: string) =>
      join(projectRoot(), '__tests__', 'fixtures', 'tls', `self-signed.${name}.pem`)
    const { out, outcome } = await serveOnce(['--tls-cert', pem('cert'), '--tls-key', pem('key')])
    expect(out).toMatch(/^listening on https:/)
    expect(outcome).toContain('DEPTH_ZERO_SELF_SIGNED_CERT')
  })
})
