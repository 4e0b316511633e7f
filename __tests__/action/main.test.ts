import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Atlas, type AtlasOptions } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import { startServer } from '../../emulator/server.js'
import type { InputName } from '../../src/action/input-reader.js'
import { main } from '../../src/action/main.js'
import { actionYml } from '../support/action-yml.js'
import { thrownBy } from '../support/answers.js'
import { CapturedOutput } from '../support/captured-output.js'
import { startGitHub } from '../support/github.js'
import { joinRealms } from '../support/patch-instanceof.js'
import { readOutputs } from '../support/runner-files.js'
import { readSummary } from '../support/summary-page.js'

joinRealms()

const folder = mkdtempSync(join(tmpdir(), 'run-'))
const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') }
const untouched = { ...process.env }
const output = new CapturedOutput()
const cleanups: (() => Promise<void>)[] = []

beforeEach(() => {
  for (const file of Object.values(files)) writeFileSync(file, '')
})

afterEach(async () => {
  output.stop()
  for (const name of Object.keys(process.env)) if (!(name in untouched)) delete process.env[name]
  Object.assign(process.env, untouched)
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

afterAll(() => rmSync(folder, { recursive: true }))

/** An Atlas to run against, with snapshots that live for a moment. */
async function atlasServer(options: AtlasOptions = {}): Promise<{ atlas: Atlas; url: string }> {
  const atlas = new Atlas(
    { secondsToInProgress: 0.05, secondsToCompleted: 0.15, ...options },
    { now: () => Date.now(), randomHex: (bytes) => randomBytes(bytes).toString('hex') },
  )
  const { url, close } = await startServer(atlas)
  cleanups.push(close)
  return { atlas, url }
}

interface Ended {
  readonly succeeded: boolean
  /** 0 before the step, which leaves it to the guard. */
  readonly exitCode: typeof process.exitCode
  readonly lines: readonly string[]
  readonly errors: readonly string[]
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
}

/** Runs the step in this process, as the runner would set it up. */
async function step(
  inputs: Partial<Record<InputName, string>>,
  onWrite?: (text: string) => void,
): Promise<Ended> {
  const given: Record<string, string> = {
    'group-id': demo.groupId,
    'cluster-name': 'demo',
    'public-key': demo.publicKey,
    'private-key': demo.privateKey,
    wait: 'true',
    'poll-interval-seconds': '0.1',
    ...inputs,
  }
  for (const [name, { default: value = '' }] of Object.entries(actionYml().inputs))
    process.env[`INPUT_${name.toUpperCase()}`] = given[name] ?? value
  for (const [name, file] of Object.entries(files)) process.env[name] ??= file
  output.start(onWrite)
  process.exitCode = 0
  const succeeded = await main(process.env)
  const { exitCode } = process
  const lines = output.lines()
  output.stop()
  return {
    succeeded,
    exitCode,
    lines,
    errors: lines.filter((line) => line.startsWith('::error')),
    outputs: readOutputs(readFileSync(files.GITHUB_OUTPUT, 'utf8')),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  }
}

describe('a step that succeeds', () => {
  it('waits until Atlas says completed, and hands on everything', async () => {
    const { atlas, url } = await atlasServer({ secondsToInProgress: 0.3, secondsToCompleted: 0.8 })
    const ended = await step({ 'base-url': url, description: 'in process', 'retention-days': '3' })
    expect(ended).toMatchObject({ succeeded: true, exitCode: 0, errors: [] })
    const [snapshot] = atlas.snapshots()
    expect(atlas.snapshots()).toHaveLength(1)
    expect(ended.outputs).toMatchObject({
      'snapshot-id': snapshot?.id,
      status: 'completed',
      created: 'true',
      description: expect.stringMatching(/^in process \[as-[0-9a-f]{8}\]$/),
      url: `${url}/v2/${demo.groupId}#/clusters/backup/demo`,
    })
    expect(Object.keys(ended.outputs)).toEqual(actionYml().outputs)
    expect(readSummary(ended.summary)).toMatchObject({
      headline: '✅ The backup of demo is ready',
      rows: { Snapshot: snapshot?.id, Status: 'completed' },
      chart: expect.stringMatching(/\n {2}completed :milestone/),
    })
    expect(ended.lines.filter((line) => line.startsWith('::notice'))).toEqual([
      expect.stringMatching(
        new RegExp(
          `^::notice title=Atlas snapshot::Snapshot ${snapshot?.id} is completed, after .*, restore point `,
        ),
      ),
    ])
    expect(ended.lines).toContain(`Asking ${url} as API key ${demo.publicKey}, for at most 1 h.`)
  })

  it('does not wait unless asked to, and says that the point in time may lie ahead', async () => {
    const { url } = await atlasServer({ secondsToInProgress: 60, secondsToCompleted: 600 })
    const ended = await step({ 'base-url': url, wait: 'false', 'job-summary': 'false' })
    expect(ended).toMatchObject({ succeeded: true, exitCode: 0, summary: '' })
    expect(ended.outputs).toMatchObject({ status: 'queued', created: 'true', 'duration-seconds': '0' })
    expect(ended.lines.filter((line) => line.startsWith('::notice'))).toHaveLength(1)
  })

  it('masks the secret before it writes anything else, and writes it nowhere else', async () => {
    const { url } = await atlasServer()
    const ended = await step({ 'base-url': url })
    expect(ended.lines[0]).toBe(`::add-mask::${demo.privateKey}`)
    const rest = [...ended.lines.slice(1), ended.summary, JSON.stringify(ended.outputs)].join('\n')
    expect(rest).not.toContain(demo.privateKey)
    expect(rest).not.toContain('Digest')
  })

  it('describes the snapshot by its run where no description is given', async () => {
    const { atlas, url } = await atlasServer()
    Object.assign(process.env, {
      GITHUB_REPOSITORY: 'octo/shop',
      GITHUB_SHA: '0123456789abcdef',
      GITHUB_WORKFLOW: 'Deploy',
      GITHUB_RUN_ID: '77',
      GITHUB_RUN_ATTEMPT: '1',
    })
    await step({ 'base-url': url })
    expect(atlas.snapshots()[0]?.description).toMatch(/^octo\/shop@0123456 Deploy run 77\.1 \[as-/)
  })

  it('takes the key from the environment', async () => {
    const { url } = await atlasServer()
    process.env['MONGODB_ATLAS_PUBLIC_API_KEY'] = demo.publicKey
    process.env['MONGODB_ATLAS_PRIVATE_API_KEY'] = demo.privateKey
    expect(await step({ 'base-url': url, 'public-key': '', 'private-key': '' })).toMatchObject({
      succeeded: true,
    })
  })
})

describe('a step with snapshot-id', () => {
  it('attaches to that snapshot, and waits for it', async () => {
    const { atlas, url } = await atlasServer()
    atlas.createOtherSnapshot('demo', { description: 'taken early' })
    const id = atlas.snapshots()[0]?.id ?? 'none'
    const ended = await step({ 'base-url': url, 'snapshot-id': id.toUpperCase() })
    expect(ended).toMatchObject({ succeeded: true, exitCode: 0, errors: [] })
    expect(ended.outputs).toMatchObject({
      'snapshot-id': id,
      status: 'completed',
      created: 'false',
      description: 'taken early',
      'snapshot-ids': `["${id}"]`,
    })
    expect(ended.lines).toContain(
      `Attach to snapshot ${id} of cluster demo in project ${demo.groupId}, and wait until it is completed.`,
    )
    expect(atlas.snapshots()).toHaveLength(1)
  })

  it('fails where there is none of that id, and takes none', async () => {
    const { atlas, url } = await atlasServer()
    const ended = await step({ 'base-url': url, 'snapshot-id': 'a'.repeat(24) })
    expect(ended).toMatchObject({ succeeded: false, exitCode: 0 })
    expect(ended.errors).toEqual([expect.stringMatching(/^::error title=Snapshot not found::/)])
    expect(ended.outputs).toMatchObject({ 'snapshot-id': '', status: '', created: '' })
    expect(atlas.snapshots()).toHaveLength(0)
  })
})

describe('a step with reuse-within-minutes', () => {
  it('uses what an earlier step took, and takes none', async () => {
    const { atlas, url } = await atlasServer()
    const early = await step({ 'base-url': url })
    for (const file of Object.values(files)) writeFileSync(file, '')
    const ended = await step({ 'base-url': url, 'reuse-within-minutes': '5' })
    expect(ended).toMatchObject({ succeeded: true, exitCode: 0, errors: [] })
    expect(ended.outputs).toMatchObject({
      'snapshot-id': early.outputs['snapshot-id'],
      status: 'completed',
      created: 'false',
      'duration-seconds': '0',
    })
    expect(readSummary(ended.summary).headline).toBe(
      '✅ A backup of demo is ready, though this step did not take it',
    )
    expect(atlas.snapshots()).toHaveLength(1)
  })
})

describe('a step with github-token', () => {
  it('ends only when the commit has its status', async () => {
    const github = await startGitHub()
    cleanups.push(github.close)
    const { url } = await atlasServer()
    process.env['GITHUB_API_URL'] = `http://127.0.0.1:${github.port}`
    process.env['GITHUB_REPOSITORY'] = 'octo-org/shop'
    process.env['GITHUB_SHA'] = '7b1c9f0e3a5d2468ace013579bdf2468ace01357'
    const { lines } = await step({ 'base-url': url, 'github-token': 'ghs_5ec2e7' })
    expect(lines.at(-1)).toBe(
      `Commit ${process.env['GITHUB_SHA']} has the status atlas-snapshot/${demo.groupId}/demo: success.`,
    )
  })
})

describe('a dry run', () => {
  it('takes nothing, and says what the step would do', async () => {
    const { atlas, url } = await atlasServer()
    const ended = await step({ 'base-url': url, 'dry-run': 'true' })
    expect(ended).toMatchObject({ succeeded: true, exitCode: 0, errors: [] })
    expect(Object.keys(ended.outputs)).toEqual(actionYml().outputs)
    expect(ended.outputs).toMatchObject({ 'snapshot-id': '', status: '', created: '' })
    expect(readSummary(ended.summary).headline).toBe('✅ Dry run for demo passed: nothing was taken')
    expect(atlas.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('fails where the step would', async () => {
    const { url } = await atlasServer({ clusters: [{ name: 'demo', kind: 'paused' }] })
    const ended = await step({ 'base-url': url, 'dry-run': 'true' })
    expect(ended).toMatchObject({ succeeded: false, exitCode: 0 })
    expect(ended.errors).toEqual([expect.stringMatching(/^::error title=The cluster is paused::/)])
    expect(readSummary(ended.summary).headline).toBe('❌ Dry run for demo failed: The cluster is paused')
  })
})

describe('the outputs of a step', () => {
  it('are written when they are new, not at each look', async () => {
    const { atlas, url } = await atlasServer({ secondsToInProgress: 0.4, secondsToCompleted: 1.4 })
    expect(await step({ 'base-url': url })).toMatchObject({ succeeded: true })
    const looks = atlas.requests.filter(({ method }) => method === 'GET')
    expect(looks.length).toBeGreaterThan(5)
    const written = readFileSync(files.GITHUB_OUTPUT, 'utf8').matchAll(/^status<<.+\n(.*)\n/gm)
    expect(Array.from(written, ([, status]) => status)).toEqual(['queued', 'inProgress', 'completed'])
  })
})

describe('a step that fails', () => {
  it('reports a snapshot that failed with one error, outputs and summary', async () => {
    const { atlas, url } = await atlasServer({ failSnapshots: true })
    const ended = await step({ 'base-url': url })
    const id = atlas.snapshots()[0]?.id ?? 'none'
    expect(ended).toMatchObject({ succeeded: false, exitCode: 0 })
    expect(ended.errors).toHaveLength(1)
    expect(ended.errors[0]).toContain(id)
    expect(ended.outputs).toMatchObject({ 'snapshot-id': id, status: 'failed', created: 'true' })
    expect(ended.summary).toContain(id)
  })

  it('reports what Atlas refused with its code and its remedy', async () => {
    const { url } = await atlasServer()
    const ended = await step({ 'base-url': url, 'cluster-name': 'nowhere' })
    expect(ended).toMatchObject({ succeeded: false, exitCode: 0 })
    expect(ended.errors).toEqual([
      expect.stringMatching(
        /^::error title=Cluster not found::.*HTTP 404 Not Found, CLUSTER_NOT_FOUND.*Check cluster-name/,
      ),
    ])
    expect(ended.outputs).toMatchObject({ 'snapshot-id': '', status: '' })
    expect(readSummary(ended.summary)).toMatchObject({
      headline: '❌ No backup of nowhere to rely on: Cluster not found',
      chart: undefined,
      command: undefined,
    })
  })

  it('reports a wrong key, in words that do not hold it', async () => {
    const { url } = await atlasServer()
    const ended = await step({ 'base-url': url, 'private-key': 'wr0ng-5ec2e7', 'job-summary': 'false' })
    expect(ended.errors).toEqual([expect.stringContaining('title=Atlas does not accept the API key')])
    expect(ended.lines.slice(1).join()).not.toContain('5ec2e7')
    expect(ended.summary).toBe('')
  })

  it('says which snapshot goes on when it is cancelled', async () => {
    const { atlas, url } = await atlasServer({ secondsToCompleted: 600 })
    const listeners = process.listenerCount('SIGINT')
    const ended = await step({ 'base-url': url }, (text) => {
      if (/^Snapshot \w+ is queued/.test(text)) setImmediate(() => process.emit('SIGINT', 'SIGINT'))
    })
    const id = atlas.snapshots()[0]?.id ?? 'none'
    expect(ended).toMatchObject({ succeeded: false, exitCode: 0 })
    expect(ended.errors).toEqual([
      expect.stringMatching(new RegExp(`^::error title=Cancelled::.*SIGINT.*${id}`)),
    ])
    expect(ended.outputs['snapshot-id']).toBe(id)
    expect(process.listenerCount('SIGINT')).toBe(listeners)
  })

  it('takes what nobody foresaw for a bug, and says so', async () => {
    const { url } = await atlasServer()
    let thrown = false
    const ended = await step({ 'base-url': url }, (text) => {
      if (thrown || !text.startsWith('See it in Atlas')) return
      thrown = true
      throw new TypeError('broken to try it out')
    })
    expect(ended).toMatchObject({ succeeded: false, exitCode: 0 })
    expect(ended.errors).toEqual([
      expect.stringMatching(
        /^::error title=Unexpected error::broken to try it out\. This is a bug of the action\. Report this/,
      ),
    ])
    expect(ended.lines).toContainEqual(
      expect.stringMatching(/^TypeError: broken to try it out +at .*main\.test\.ts:/),
    )
    expect(ended.outputs['snapshot-id']).toMatch(/^[0-9a-f]{24}$/)
  })

  it('fails where the outputs cannot be written, with the snapshot that there is', async () => {
    const { atlas, url } = await atlasServer()
    process.env['GITHUB_OUTPUT'] = join(folder, 'missing', 'output')
    const ended = await step({ 'base-url': url })
    const id = atlas.snapshots()[0]?.id ?? 'none'
    expect(ended).toMatchObject({ succeeded: false, exitCode: 0, outputs: {} })
    expect(ended.errors).toEqual([
      expect.stringMatching(
        new RegExp(`^::error title=The outputs cannot be written::.*Snapshot ${id} exists`),
      ),
    ])
    expect(ended.lines.filter((line) => line.startsWith('::warning'))).toEqual([])
  })
})

describe('a step with bad inputs', () => {
  it('reports each of them, and asks nothing of Atlas', async () => {
    const { atlas, url } = await atlasServer()
    const ended = await step({ 'base-url': url, wait: 'yes', 'retention-days': '0', 'private-key': '' })
    expect(ended).toMatchObject({ succeeded: false, exitCode: 0, outputs: {} })
    expect(ended.errors).toEqual([
      expect.stringMatching(/^::error title=Bad input%3A private-key::private-key is empty/),
      '::error title=Bad input%3A retention-days::retention-days is "0", but has to be a whole number, 1 or more.',
      '::error title=Bad input%3A wait::wait is "yes", but has to be true or false.',
    ])
    expect(atlas.requests).toHaveLength(0)
    expect(readSummary(ended.summary).paragraphs).toEqual([
      expect.stringMatching(/^private-key is empty/),
      'retention-days is "0", but has to be a whole number, 1 or more.',
      'wait is "yes", but has to be true or false.',
      'Nothing was asked of Atlas.',
    ])
  })

  it.each([
    ['false', false],
    ['False', false],
    ['FALSE', false],
    ['true', true],
    ['short', true],
  ])('has a summary unless job-summary is false: %s', async (jobSummary, expected) => {
    const ended = await step({ wait: 'yes', 'job-summary': jobSummary })
    expect(ended.summary !== '').toBe(expected)
  })

  it('does not take a bug for a bad input', async () => {
    const env = {
      get MONGODB_ATLAS_PRIVATE_API_KEY(): string {
        throw new RangeError('broken to try it out')
      },
    }
    expect(await thrownBy(() => main(env))).toBeInstanceOf(RangeError)
  })
})
