import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { createProcessContext, runForPeakMemory } from '../../bench/run-process.js'
import { projectRoot } from '../../script/root.js'
import { actionNode } from '../../script/runner.js'
import { bundle, life } from '../support/bundle.js'
import { demoAccount } from '../support/played.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

const folder = mkdtempSync(join(tmpdir(), 'atlas-snapshot-footprint-'))

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

it('the bundle has at most 360 kB in the file that every step loads and 700 kB in all files', () => {
  const dist = join(projectRoot(), 'dist')
  const sizes = new Map(readdirSync(dist).map((name) => [name, statSync(join(dist, name)).size]))
  expect(sizes.get('index.js')).toBeLessThan(370_000)
  const programs = [...sizes].filter(([name]) => name.endsWith('.js'))
  expect(programs.reduce((sum, [, bytes]) => sum + bytes, 0)).toBeLessThan(700_000)
})

describe('a step that waits', () => {
  it.each([
    ['an API key', {}],
    ['a service account', demoAccount],
  ])('sends two requests besides its polls and needs little memory with %s', async (_, account) => {
    const { operations, peakBytes } = await waitForSnapshot(account)
    const polls = operations.filter((operation) => operation === 'get').length
    expect(polls).toBeGreaterThan(3)
    expect(operations.filter((operation) => operation !== 'revoke')).toHaveLength(polls + 2)
    expect(peakBytes).toBeLessThan(60e6 + (await runForPeakMemory(actionNode(), ['-e', '0'], context())))
  })
})

function context(url = 'https://atlas.invalid', inputs: Readonly<Record<string, string>> = {}) {
  return createProcessContext(folder, { url }, inputs)
}

async function waitForSnapshot(inputs: Readonly<Record<string, string>>) {
  const { atlas, url, close } = await startSteppedAtlas(life)
  try {
    const waiting = { wait: 'true', 'poll-interval-seconds': '0.1', ...inputs }
    const peakBytes = await runForPeakMemory(actionNode(), [bundle], context(url, waiting))
    return { operations: atlas.requests.map(({ operation }) => operation), peakBytes }
  } finally {
    await close()
  }
}
