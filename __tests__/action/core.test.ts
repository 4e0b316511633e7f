import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as toolkit from '@actions/core'
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import * as core from '../../src/action/core.js'
import { thrownBy } from '../support/answers.js'
import { CapturedOutput } from '../support/captured-output.js'
import { hostileText } from '../support/hostile-text.js'
import { joinRealms } from '../support/join-realms.js'
import { assertProperty } from '../support/property.js'

joinRealms()

/** What both have. */
type Core = typeof core

const folder = mkdtempSync(join(tmpdir(), 'core-'))
const file = join(folder, 'output')
const untouched = { ...process.env }
const output = new CapturedOutput()

beforeEach(() => output.start())
afterEach(() => {
  output.stop()
  for (const name of Object.keys(process.env)) if (!(name in untouched)) delete process.env[name]
  Object.assign(process.env, untouched)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Asserts that both say the same to the runner, and that it is something. */
function expectSame(of: (say: Core) => string): void {
  const [ours, theirs] = [of(core), of(toolkit)]
  expect(ours).toBe(theirs)
  expect(ours).not.toBe('')
}

/** What is written to standard output. */
function written(act: () => void): string {
  output.clear()
  act()
  return output.text()
}

/** What is appended to the file of outputs, with the same delimiter each time. */
function appended(act: () => void): string {
  writeFileSync(file, '')
  act()
  return readFileSync(file, 'utf8').replaceAll(/ghadelimiter_[0-9a-f-]{36}/g, 'DELIMITER')
}

describe('as @actions/core does, byte by byte,', () => {
  it.each<[string, (say: Core, text: string) => void]>([
    ['a line', (say, text) => say.info(text)],
    ['a line for debugging', (say, text) => say.debug(text)],
    ['a notice', (say, text) => say.notice('text', { title: text })],
    ['a warning', (say, text) => say.warning(text, { title: text })],
    ['an error', (say, text) => say.error(text, { title: 'title' })],
    ['a secret', (say, text) => say.setSecret(text)],
  ])('%s is said', (_, act) => {
    assertProperty(fc.property(hostileText, (text) => expectSame((say) => written(() => act(say, text)))))
  })

  it('an output is handed on through the file', () => {
    process.env['GITHUB_OUTPUT'] = file
    assertProperty(
      fc.property(hostileText, (text) => expectSame((say) => appended(() => say.setOutput('name', text)))),
      { numRuns: 30 },
    )
  })

  it.each([undefined, ''])('an output is handed on as a command where the file is %j', (path) => {
    if (path === undefined) delete process.env['GITHUB_OUTPUT']
    else process.env['GITHUB_OUTPUT'] = path
    assertProperty(
      fc.property(hostileText, (text) => expectSame((say) => written(() => say.setOutput('name', text)))),
    )
  })

  it('an output fails where the file is missing', async () => {
    process.env['GITHUB_OUTPUT'] = join(folder, 'missing')
    const failures = [core, toolkit].map((say) => thrownBy(() => say.setOutput('name', 'value')))
    const [ours, theirs] = await Promise.all(failures)
    expect(ours).toEqual(theirs)
    expect(ours).toBeInstanceOf(Error)
  })

  it.each(['base-url', 'The Base URL', 'snapshot-id'])('input %s is read', (name) => {
    const variable = `INPUT_${name.toUpperCase().replaceAll(' ', '_')}`
    delete process.env[variable]
    expect([core.getInput(name), toolkit.getInput(name)]).toEqual(['', ''])
    const noNul = hostileText.map((text) => `x${text.replaceAll('\0', '')}`)
    assertProperty(
      fc.property(noNul, (text) => {
        process.env[variable] = ` \n${text} \t`
        expectSame((say) => say.getInput(name))
      }),
    )
  })
})
