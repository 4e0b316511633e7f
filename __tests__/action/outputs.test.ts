import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import { parseOutputs } from '../../script/commands.js'
import { readMetadata } from '../../script/metadata.js'
import { clusterRef } from '../../simulation/options.js'
import { OutputRecorder, type PartialResult, toOutputs } from '../../src/action/outputs.js'
import { setEnvironment } from '../support/environment.js'
import { thrownBy } from '../support/http-responses.js'
import { snapshot } from '../support/scripted-client.js'
import { TITLES } from '../support/titles.js'

const id = '6a7f1e2d3c4b5a6978879601'
const completed = (fields = {}) => snapshot({ id, status: 'completed', ...fields })

function outputs(known: PartialResult): ReturnType<typeof toOutputs> {
  return toOutputs(clusterRef('shop-prod'), known)
}

describe('the outputs', () => {
  it('are those of action.yml', () => {
    expect(Object.keys(outputs({}))).toStrictEqual(Object.keys(readMetadata().outputs))
  })

  it('are empty except for the URL if only the cluster is known, and if a snapshot lacks them', () => {
    const { url, ...rest } = outputs({})
    expect(url).toBe('https://cloud.mongodb.com/v2/5f1e2d3c4b5a69788796a5b4#/clusters/backup/shop-prod')
    expect(new Set(Object.values(rest))).toStrictEqual(new Set(['']))
    expect(outputs({ snapshot: completed() })).toMatchObject({ 'created-at': '', 'expires-at': '' })
  })

  it('describe a completed snapshot', () => {
    const resource = {
      description: 'nightly [as-1f2e3d4c]',
      createdAt: '2026-08-10T03:28:08Z',
      expiresAt: '2026-08-11T03:29:24Z',
      storageSizeBytes: 5_000_000_001,
    }
    const known = { snapshot: completed({ ...resource, links: [1] }), created: true }
    expect(outputs(known)).toStrictEqual({
      'snapshot-id': id,
      status: 'completed',
      created: 'true',
      'created-at': '2026-08-10T03:28:08Z',
      'expires-at': '2026-08-11T03:29:24Z',
      url: 'https://cloud.mongodb.com/v2/5f1e2d3c4b5a69788796a5b4#/clusters/backup/shop-prod',
      snapshot: JSON.stringify({ ...completed().resource, ...resource }),
    })
  })
})

const seen = (fields: Readonly<Record<string, unknown>>) => ({ snapshot: snapshot(fields), created: true })
const queued = seen({ status: 'queued' })

describe('an output recorder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outputs-'))
  const file = join(folder, 'output')
  beforeEach(() => {
    setEnvironment({ GITHUB_OUTPUT: file })
    rmSync(file, { force: true })
    writeFileSync(file, '')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** The outputs since the last call. */
  function news(): Readonly<Record<string, string>> {
    const outputs = parseOutputs(readFileSync(file, 'utf8'))
    writeFileSync(file, '')
    return outputs
  }

  const create = () => new OutputRecorder(clusterRef('shop-prod'))

  it('writes at each report only the values that changed', () => {
    const recorder = create()
    recorder.record({})
    expect(news()).toMatchObject({ 'snapshot-id': '', url: expect.stringContaining('shop-prod') })
    recorder.record(queued)
    expect(Object.keys(news())).toStrictEqual(['snapshot-id', 'status', 'created', 'snapshot'])
    recorder.record(seen({ status: 'queued', expiresAt: '2026-08-11T03:29:24Z' }))
    expect(Object.keys(news())).toStrictEqual(['expires-at', 'snapshot'])
    recorder.record(seen({ status: 'inProgress', expiresAt: '2026-08-11T03:29:24Z' }))
    expect(news()).toMatchObject({ status: 'inProgress' })
  })

  it('fails with its cause, and says that nothing was created if there is no snapshot, and writes the value at the next report', async () => {
    const recorder = create()
    rmSync(file)
    expect(await thrownBy(() => recorder.record({}))).toMatchObject({
      help: { title: TITLES.outputsNotWritten },
      message: `Missing file at path: ${file}. No snapshot was created.`,
      cause: expect.any(Error),
    })
    writeFileSync(file, '')
    recorder.record({})
    expect(news()).toMatchObject({ 'snapshot-id': '' })
  })

  it('does not report a response that it cannot convert as a failed write', async () => {
    const depth = 100_000
    const nested: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
    expect(await thrownBy(() => create().record(seen({ nested })))).toBeInstanceOf(RangeError)
  })
})
