import { describe, expect, it } from '@jest/globals'
import type { Atlas } from '../../emulator/atlas.js'
import { completeConfig, demo } from '../../emulator/config.js'
import { startAtlas } from '../../script/emulated-atlas.js'
import type { RunResult } from '../../script/runner.js'
import { blocksOf, documents } from '../support/documents.js'
import { isOurs, readWorkflow, type Step, type Workflow, withExpressions } from '../support/workflow.js'
import { life, startSnapshot } from './action.js'

const recipes = documents()
  .flatMap((document) => blocksOf(document, 'yaml'))
  .map(({ code, where }) => ({ where, workflow: readWorkflow(code) }))

const CLUSTERS = ['shop-prod', 'records-prod']
const VALUES: Readonly<Record<string, string>> = {
  'group-id': demo.groupId,
  'cluster-name': 'shop-prod',
  description: 'words',
}
/** Where it is played, in place of where the recipe says; GitHub is not there. */
const HERE = { 'client-id': '', 'client-secret': '', 'github-token': '', 'poll-interval-seconds': '0.1' }

describe('a recipe does what it says on a runner', () => {
  it.each(recipes.filter(({ workflow }) => ourStepsOf(workflow).length > 0))(
    '$where',
    async ({ workflow }) => {
      const clusters = CLUSTERS.map((name) => ({ ...clusterLike(), name }))
      const { atlas, url, close } = await startAtlas({ ...life, clusters })
      const ended = await runWorkflow(workflow, url).finally(close)

      for (const { step, result } of ended) {
        const { wait = 'false', 'dry-run': dryRun = 'false' } = step.inputs
        const status = dryRun === 'true' ? '' : wait === 'true' ? 'completed' : 'queued'
        expect({ exitCode: result.exitCode, status: result.outputs['status'] }).toEqual({
          exitCode: 0,
          status,
        })
      }
      const taking = ended.filter(({ step: { inputs } }) => !('snapshot-id' in inputs || 'dry-run' in inputs))
      expect(takenIn(atlas)).toBe(taking.length)
    },
    60_000,
  )
})

function ourStepsOf(workflow: Workflow): Step[] {
  return workflow.jobs.flatMap(({ steps }) => steps.filter(isOurs))
}

function clusterLike() {
  const [cluster] = completeConfig({}).clusters
  if (cluster === undefined) throw new Error('the emulator has no clusters')
  return cluster
}

function takenIn(atlas: Atlas): number {
  return atlas.snapshots().filter(({ takenBy }) => takenBy === 'request').length
}

/** Runs the workflow's steps of this action, one after the other, with the outputs of those before. */
async function runWorkflow(workflow: Workflow, url: string): Promise<{ step: Step; result: RunResult }[]> {
  const outputs = new Map<string, Readonly<Record<string, string>>>()
  const meaningOf = (name: string, expression: string) => {
    const [, place = '', output = ''] = /((?:steps|needs)\.[\w-]+)\.outputs\.([\w-]+)/.exec(expression) ?? []
    return outputs.get(place)?.[output] ?? VALUES[name]
  }
  const meaningsOf = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, withExpressions(text, name, meaningOf)]),
    )

  const ended: { step: Step; result: RunResult }[] = []
  for (const job of workflow.jobs) {
    for (const step of job.steps.filter(isOurs)) {
      const inputs = { wait: 'false', ...meaningsOf(step.inputs), ...HERE, ...keyAt(url) }
      const result = await startSnapshot(url, { inputs }).result
      if (step.id !== undefined) outputs.set(`steps.${step.id}`, result.outputs)
      ended.push({ step, result })
    }
    outputs.set(`needs.${job.id}`, meaningsOf(job.outputs))
  }
  return ended
}

function keyAt(url: string): Readonly<Record<string, string>> {
  return { 'base-url': url, 'public-key': demo.publicKey, 'private-key': demo.privateKey }
}
