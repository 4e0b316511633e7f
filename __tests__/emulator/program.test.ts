import { describe, expect, it } from '@jest/globals'
import { help } from '../../emulator/help.js'
import { run } from './program.js'

describe('the program', () => {
  it('explains itself', async () => {
    expect(await run(['--help'])).toEqual({ code: 0, out: help, err: '' })
  })

  it.each([
    [['--nonsense'], "emulator: Unknown option '--nonsense'"],
    [['--host', '0.0.0.0'], 'emulator: --host must be a loopback address'],
  ])('ends with 2 and a reason on %j', async (args, reason) => {
    const { code, out, err } = await run(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(reason)
    expect(err).not.toContain('    at ')
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('says where it listens, and ends with 0 on %s', async (signal) => {
    const { code, out, err } = await run(['--port', '0'], (_, child) => child.kill(signal))
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\n$/)
  })
})
