import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { scenarios } from '../../script/scenarios.js'
import { findMissingLine, runDemo } from '../support/demo.js'

// The other scenarios are in demo.slow.test.ts.
describe('npm run demo', () => {
  it.concurrent('shows inputs, log, outputs, summary, requests, and checks of a step', async () => {
    const { code, stdout, stderr } = await runDemo('--speed', '200')
    const missing = findMissingLine(stdout, [
      /^── .*200 .* http:\/\/127\.0\.0\.1:\d+$/,
      `  public-key      ${demo.publicKey}`,
      '  private-key     ***',
      /^── /,
      /[0-9a-f]{24}/,
      /^── /,
      /^ {2}snapshot-id {2,}[0-9a-f]{24}$/,
      /^ {2}status {2,}completed$/,
      /^ {2}created {2,}true$/,
      /^── /,
      /^✅ .*demo/,
      /^── /,
      '  create: 401',
      '  create: 200',
      /^ {2}get: 200/,
      /^── /,
      /^Exit code 0 /,
      /^── /,
      /^ {2}✓ .*: 0$/,
      /^ {2}✓ .*: 1$/,
    ])
    expect(missing).toBeUndefined()
    expect(stdout).not.toContain('✗')
    expect(stdout + stderr).not.toContain(demo.privateKey)
    expect(code).toBe(0)
  })

  it.concurrent('-- --list describes every scenario', async () => {
    const { code, stdout } = await runDemo('--list')
    expect(stdout.trimEnd().split('\n')).toEqual(
      scenarios.map(({ name }) => expect.stringMatching(new RegExp(`^${name} +[A-Z].+\\.$`))),
    )
    expect(code).toBe(0)
  })

  it.concurrent('-- --help describes every option', async () => {
    const { code, stdout } = await runDemo('--help')
    expect(stdout).toMatch(/^usage: npm run demo/)
    expect([...stdout.matchAll(/^ {2}--([a-z]+)/gm)].map(([, name]) => name)).toEqual([
      ...['scenario', 'list', 'speed', 'node', 'help'],
    ])
    expect(code).toBe(0)
  })

  it.concurrent.each([
    [
      ['--speed', '0'],
      ['--speed', '0'],
    ],
    [
      ['--speed', 'fast'],
      ['--speed', 'fast'],
    ],
    [['--node', join('no', 'such', 'node')], ['--node']],
    [
      ['--scenario', 'sunshine'],
      ['--scenario', 'sunshine', ...scenarios.map(({ name }) => name)],
    ],
    [['--nonsense'], ['--nonsense']],
  ])('rejects %j', async (args, facts) => {
    const { code, stdout, stderr } = await runDemo(...args)
    for (const fact of facts) expect(stderr).toContain(fact)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })
})
