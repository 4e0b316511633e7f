import { mkdirSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { writeOutputs } from '../../src/action/output-writer.js'
import { type Outputs, toOutputs } from '../../src/action/outputs.js'
import { parseSnapshot } from '../../src/atlas/snapshot.js'
import { thrownBy } from '../support/answers.js'
import { cluster } from '../support/cluster.js'
import { joinRealms } from '../support/join-realms.js'
import { OutputFile } from '../support/output-file.js'

joinRealms()

const id = '6a7f1e2d3c4b5a6978879601'

/** The outputs about a snapshot, or about none. */
function outputsAbout(resource?: Readonly<Record<string, unknown>>): Outputs {
  const snapshot = resource && parseSnapshot({ id, type: 'replicaSet', ...resource })
  return toOutputs(cluster, snapshot === undefined ? {} : { snapshot })
}

describe('writing the outputs', () => {
  const file = new OutputFile()
  beforeEach(() => file.start())
  afterEach(() => file.stop())

  it('hands them to the runner, of which the last one of a name wins', () => {
    const written = new Map<string, string>()
    writeOutputs(outputsAbout({ status: 'queued' }), written)
    const last = outputsAbout({ status: 'completed', description: 'two\nlines\nsnapshot-id=x' })
    writeOutputs(last, written)
    expect(file.news()).toEqual(last)
  })

  it('says nothing twice', () => {
    const written = new Map<string, string>()
    const queued = outputsAbout({ status: 'queued' })
    writeOutputs(queued, written)
    file.news()
    writeOutputs({ ...queued, status: 'inProgress' }, written)
    expect(file.news()).toEqual({ status: 'inProgress' })
  })

  it('fails where the file cannot be written, and says which snapshot there is', async () => {
    rmSync(file.path)
    expect(await thrownBy(() => writeOutputs(outputsAbout({ status: 'queued' }), new Map()))).toMatchObject({
      name: 'ActionError',
      title: 'The outputs cannot be written',
      message: expect.stringMatching(new RegExp(`^.+\\. Snapshot ${id} exists and is queued\\.$`)),
      remedy: `Look at the runner's disk and at its file GITHUB_OUTPUT. Then run this again with snapshot-id ${id}.`,
      cause: expect.any(Error),
    })
  })

  it('names no snapshot where there is none', async () => {
    rmSync(file.path)
    mkdirSync(file.path)
    const error = await thrownBy(() => writeOutputs(outputsAbout(), new Map()))
    expect(error).toMatchObject({
      title: 'The outputs cannot be written',
      message: expect.stringContaining('EISDIR'),
      remedy: "Look at the runner's disk and at its file GITHUB_OUTPUT.",
    })
    expect(String(error)).not.toContain('exists and is')
  })
})
