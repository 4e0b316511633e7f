import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Findings } from '../../src/action/findings.js'
import type { Task } from '../../src/snapshot/task.js'
import { thrownBy } from '../support/answers.js'
import { joinRealms } from '../support/join-realms.js'
import { readOutputs } from '../support/runner-files.js'
import { idOf, snapshot } from '../support/scripted-client.js'
import { Stage } from '../support/stage.js'

joinRealms()

const seen = (status: string) => ({ snapshot: snapshot({ status }), created: true })

describe('what a step has found', () => {
  const before = process.env['GITHUB_OUTPUT']
  let folder = ''
  let file = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'findings-'))
    file = join(folder, 'output')
    writeFileSync(file, '')
    process.env['GITHUB_OUTPUT'] = file
  })
  afterEach(() => {
    if (before === undefined) delete process.env['GITHUB_OUTPUT']
    else process.env['GITHUB_OUTPUT'] = before
    rmSync(folder, { recursive: true })
  })

  /** Findings on a stage, which keeps the warnings that they give. */
  function rig(more: Partial<Task> = {}) {
    const stage = new Stage()
    return { stage, findings: new Findings(stage.task(more), stage.clock, stage.dependencies.logger) }
  }

  /** The outputs that were handed on since the last look. */
  function news(): Readonly<Record<string, string>> {
    const outputs = readOutputs(readFileSync(file, 'utf8'))
    writeFileSync(file, '')
    return outputs
  }

  it('is handed on as soon as it is seen, and then as often as its status is another', () => {
    const { findings } = rig()
    findings.sighted(seen('queued'))
    expect(news()).toMatchObject({ 'snapshot-id': idOf(1), status: 'queued', created: 'true' })
    findings.sighted({ ...seen('queued'), snapshot: snapshot({ description: 'no news' }) })
    expect(news()).toEqual({})
    findings.sighted(seen('inProgress'))
    expect(news()).toMatchObject({ status: 'inProgress' })
  })

  it('is handed on with what is known at the end', () => {
    const { findings } = rig()
    findings.sighted(seen('completed'))
    news()
    findings.handOn({ durationMs: 7_000 })
    expect(news()).toEqual({ 'duration-seconds': '7' })
  })

  it.each([
    [true, '9'],
    [false, '0'],
  ])('of a step that failed lasted from when its id was known, where it waits: %s', async (wait, seconds) => {
    const { findings, stage } = rig({ wait })
    await stage.clock.advance(5_000)
    findings.sighted(seen('queued'))
    await stage.clock.advance(9_000)
    findings.handOnAtLast()
    expect(news()).toMatchObject({ 'duration-seconds': seconds })
  })

  it('is told of in a warning where it is lost at last', () => {
    const { findings, stage } = rig()
    rmSync(file)
    findings.handOnAtLast()
    expect(stage.lines).toEqual([expect.stringMatching(/^0 warning /)])
  })

  it('is told of once where its loss is why the step failed', async () => {
    const { findings, stage } = rig()
    rmSync(file)
    expect(await thrownBy(() => findings.sighted(seen('queued')))).toMatchObject({
      title: 'The outputs cannot be written',
    })
    findings.handOnAtLast()
    expect(stage.lines).toEqual([])
  })
})
