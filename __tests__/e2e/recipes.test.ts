import { describe, expect, it } from '@jest/globals'
import type { Atlas, AtlasOptions } from '../../emulator/atlas.js'
import { completeConfig, demo } from '../../emulator/config.js'
import { startAtlas } from '../../script/emulated-atlas.js'
import type { RunResult } from '../../script/runner.js'
import { documents, readBlocks } from '../support/documents.js'
import { isOurs, readWorkflow, type Step, type Workflow, withExpressions } from '../support/workflow.js'
import { life, startSnapshot } from './action.js'

const recipes = documents()
  .flatMap((document) => readBlocks(document, 'yaml'))
  .map(({ code, where }) => ({ where, workflow: readWorkflow(code) }))

const CLUSTERS = ['shop-prod', 'records-prod']
const VALUES: Readonly<Record<string, string>> = {
  'group-id': demo.groupId,
  'cluster-name': 'shop-prod',
  description: 'words',
}
const reader = { clientId: `mdb_sa_id_${'e'.repeat(24)}`, clientSecret: 'mdb_sa_sk_0nlyReads' }
/** What the recipes keep in secrets. */
const SECRETS: Readonly<Record<string, string>> = {
  ATLAS_CLIENT_ID: demo.clientId,
  ATLAS_CLIENT_SECRET: demo.clientSecret,
  ATLAS_READ_ONLY_CLIENT_ID: reader.clientId,
  ATLAS_READ_ONLY_CLIENT_SECRET: reader.clientSecret,
  ATLAS_PUBLIC_KEY: demo.publicKey,
  ATLAS_PRIVATE_KEY: demo.privateKey,
}
/** An Atlas that gives these the roles that README.md tells to give them, and no others. */
const LEAST_PRIVILEGE: AtlasOptions = {
  keys: [{ publicKey: demo.publicKey, privateKey: demo.privateKey, roles: ['GROUP_BACKUP_CREATOR'] }],
  serviceAccounts: [
    { clientId: demo.clientId, clientSecret: demo.clientSecret, roles: ['GROUP_BACKUP_CREATOR'] },
    { ...reader, roles: ['GROUP_READ_ONLY'] },
  ],
}

describe('a recipe does what it says on a runner', () => {
  it.each(recipes.filter(({ workflow }) => findOwnSteps(workflow).length > 0))(
    '$where',
    async ({ workflow }) => {
      const clusters = CLUSTERS.map((name) => ({ ...clusterLike(), name }))
      const { atlas, url, close } = await startAtlas({ ...life, ...LEAST_PRIVILEGE, clusters })
      const ended = await runWorkflow(workflow, url).finally(close)

      for (const { step, result } of ended) {
        const { wait = 'false', 'dry-run': dryRun = 'false' } = step.inputs
        const status = dryRun === 'true' ? '' : wait === 'true' ? 'completed' : 'queued'
        expect({ exitCode: result.exitCode, status: result.outputs['status'] }).toEqual({
          exitCode: 0,
          status,
        })
      }
      const taking = ended.filter(
        ({ step: { inputs } }) => !(inputs['snapshot-id']?.includes('.outputs.') || 'dry-run' in inputs),
      )
      expect(countCreated(atlas)).toBe(taking.length)
    },
    60_000,
  )
})

function findOwnSteps(workflow: Workflow): Step[] {
  return workflow.jobs.flatMap(({ steps }) => steps.filter(isOurs))
}

function clusterLike() {
  const [cluster] = completeConfig({}).clusters
  if (cluster === undefined) throw new Error('the emulator has no clusters')
  return cluster
}

function countCreated(atlas: Atlas): number {
  return atlas.snapshots().filter(({ takenBy }) => takenBy === 'request').length
}

/** Runs the workflow's steps of this action, one after the other, with the outputs of those before. */
async function runWorkflow(workflow: Workflow, url: string): Promise<{ step: Step; result: RunResult }[]> {
  const outputs = new Map<string, Readonly<Record<string, string>>>()
  const findMeaning = (name: string, expression: string) => {
    // Whoever starts the run by hand gives nothing.
    if (expression.includes('inputs.snapshot-id')) return ''
    const [, secret] = /secrets\.(\w+)/.exec(expression) ?? []
    if (secret !== undefined) return SECRETS[secret]
    const [, place = '', output = ''] = /((?:steps|needs)\.[\w-]+)\.outputs\.([\w-]+)/.exec(expression) ?? []
    return outputs.get(place)?.[output] ?? VALUES[name]
  }
  const findMeanings = (texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, withExpressions(text, name, findMeaning)]),
    )

  const ended: { step: Step; result: RunResult }[] = []
  for (const job of workflow.jobs) {
    for (const step of job.steps.filter(isOurs)) {
      const inputs = { ...NOTHING_OF_OURS, ...findMeanings(step.inputs), ...hereAt(url) }
      const result = await startSnapshot(url, { inputs, env: readCredentials(findMeanings(step.env)) }).result
      if (step.id !== undefined) outputs.set(`steps.${step.id}`, result.outputs)
      ended.push({ step, result })
    }
    outputs.set(`needs.${job.id}`, findMeanings(job.outputs))
  }
  return ended
}

/** What a recipe does not say. */
const NOTHING_OF_OURS = { 'public-key': '', 'private-key': '', wait: 'false' }

/** Where it is played, in place of where the recipe says; GitHub is not there. */
function hereAt(url: string): Readonly<Record<string, string>> {
  return { 'base-url': url, 'github-token': '', 'poll-interval-seconds': '0.1' }
}

/** Of a step's environment what Atlas knows; its proxies and certificates are not here. */
function readCredentials(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('MONGODB_ATLAS_')))
}
