import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { writeOutputs } from '../../src/action/output-writer.js'
import { type Outputs, outputsOf } from '../../src/action/outputs.js'
import { snapshotOf } from '../../src/atlas/snapshot.js'
import { thrownBy } from '../support/answers.js'
import { cluster } from '../support/cluster.js'
import { joinRealms } from '../support/join-realms.js'
import { readOutputs } from '../support/runner-files.js'

joinRealms()

const id = '6a7f1e2d3c4b5a6978879601'

/** The outputs about a snapshot, or about none. */
function outputsAbout(resource?: Readonly<Record<string, unknown>>): Outputs {
  const snapshot = resource && snapshotOf({ id, type: 'replicaSet', ...resource })
  return outputsOf(cluster, snapshot === undefined ? {} : { snapshot })
}

describe('writing the outputs', () => {
  const before = process.env['GITHUB_OUTPUT']
  let folder = ''
  let file = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outputs-'))
    file = join(folder, 'output')
    writeFileSync(file, '')
    process.env['GITHUB_OUTPUT'] = file
  })
  afterEach(() => {
    if (before === undefined) delete process.env['GITHUB_OUTPUT']
    else process.env['GITHUB_OUTPUT'] = before
    rmSync(folder, { recursive: true })
  })

  it('hands them to the runner, of which the last one of a name wins', () => {
    const written = new Map<string, string>()
    writeOutputs(outputsAbout({ status: 'queued' }), written)
    const last = outputsAbout({ status: 'completed', description: 'two\nlines\nsnapshot-id=x' })
    writeOutputs(last, written)
    expect(readOutputs(readFileSync(file, 'utf8'))).toEqual(last)
  })

  it('says nothing twice', () => {
    const written = new Map<string, string>()
    const queued = outputsAbout({ status: 'queued' })
    writeOutputs(queued, written)
    writeFileSync(file, '')
    writeOutputs({ ...queued, status: 'inProgress' }, written)
    expect(readOutputs(readFileSync(file, 'utf8'))).toEqual({ status: 'inProgress' })
  })

  it('fails where the file cannot be written, and says which snapshot there is', async () => {
    rmSync(file)
    expect(await thrownBy(() => writeOutputs(outputsAbout({ status: 'queued' }), new Map()))).toMatchObject({
      name: 'Failure',
      title: 'The outputs cannot be written',
      message: expect.stringMatching(new RegExp(`^.+\\. Snapshot ${id} exists and is queued\\.$`)),
      remedy: `Look at the runner's disk and at its file GITHUB_OUTPUT. Then run this again with snapshot-id ${id}.`,
      cause: expect.any(Error),
    })
  })

  it('names no snapshot where there is none', async () => {
    process.env['GITHUB_OUTPUT'] = folder
    const error = await thrownBy(() => writeOutputs(outputsAbout(), new Map()))
    expect(error).toMatchObject({
      title: 'The outputs cannot be written',
      message: expect.stringContaining('EISDIR'),
      remedy: "Look at the runner's disk and at its file GITHUB_OUTPUT.",
    })
    expect(String(error)).not.toContain('exists and is')
  })
})
