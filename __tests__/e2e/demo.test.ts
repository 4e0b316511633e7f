import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { findMissingLine, runDemo } from '../support/demo.js'

describe('npm run demo', () => {
  it('shows inputs, log, outputs, summary, requests, and checks of a step', async () => {
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
})
