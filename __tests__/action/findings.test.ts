import { rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { OutputRecorder } from '../../src/action/findings.js'
import type { SnapshotOptions } from '../../src/snapshot/task.js'
import { thrownBy } from '../support/answers.js'
import { joinRealms } from '../support/join-realms.js'
import { OutputFile } from '../support/output-file.js'
import { idOf, snapshot } from '../support/scripted-client.js'
import { Stage } from '../support/stage.js'

joinRealms()

const seen = (status: string) => ({ snapshot: snapshot({ status }), created: true })

describe('what a step has found', () => {
  const file = new OutputFile()
  beforeEach(() => file.start())
  afterEach(() => file.stop())

  /** Findings on a stage, which keeps the warnings that they give. */
  function rig(more: Partial<SnapshotOptions> = {}) {
    const stage = new Stage()
    return { stage, findings: new OutputRecorder(stage.task(more), stage.clock, stage.dependencies.logger) }
  }

  it('is handed on as soon as it is seen, and then as often as its status is another', () => {
    const { findings } = rig()
    findings.recordSnapshot(seen('queued'))
    expect(file.news()).toMatchObject({ 'snapshot-id': idOf(1), status: 'queued', created: 'true' })
    findings.recordSnapshot({ ...seen('queued'), snapshot: snapshot({ description: 'no news' }) })
    expect(file.news()).toEqual({})
    findings.recordSnapshot(seen('inProgress'))
    expect(file.news()).toMatchObject({ status: 'inProgress' })
  })

  it('is handed on with what is known at the end', () => {
    const { findings } = rig()
    findings.recordSnapshot(seen('completed'))
    file.news()
    findings.write({ durationMs: 7_000 })
    expect(file.news()).toEqual({ 'duration-seconds': '7' })
  })

  it.each([
    [true, '9'],
    [false, '0'],
  ])('of a step that failed lasted from when its id was known, where it waits: %s', async (wait, seconds) => {
    const { findings, stage } = rig({ wait })
    await stage.clock.advance(5_000)
    findings.recordSnapshot(seen('queued'))
    await stage.clock.advance(9_000)
    findings.writeOnFailure()
    expect(file.news()).toMatchObject({ 'duration-seconds': seconds })
  })

  it('is told of in a warning where it is lost at last', () => {
    const { findings, stage } = rig()
    rmSync(file.path)
    findings.writeOnFailure()
    expect(stage.lines).toEqual([expect.stringMatching(/^0 warning /)])
  })

  it('is told of once where its loss is why the step failed', async () => {
    const { findings, stage } = rig()
    rmSync(file.path)
    expect(await thrownBy(() => findings.recordSnapshot(seen('queued')))).toMatchObject({
      title: 'The outputs cannot be written',
    })
    findings.writeOnFailure()
    expect(stage.lines).toEqual([])
  })
})
