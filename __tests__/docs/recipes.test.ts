import { expect, it } from '@jest/globals'
import type { AtlasOptions } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import type { RunResult } from '../../script/runner.js'
import { documents, readBlocks } from '../support/documents.js'
import { createWorld, runStep, type World } from '../support/in-process.js'
import { joinRealms } from '../support/patch-instanceof.js'
import { isOurs, readWorkflow, type Step, type Workflow, withExpressions } from '../support/workflow.js'

joinRealms()

type Texts = Readonly<Record<string, string>>

const recipes = documents()
  .flatMap((document) => readBlocks(document, 'yaml'))
  .map(({ code, where }) => ({ where, workflow: readWorkflow(code) }))
  .filter(({ workflow: { jobs } }) => jobs.some(({ steps }) => steps.some(isOurs)))

const VALUES: Texts = {
  'group-id': demo.groupId,
  'cluster-name': 'shop-prod',
  description: 'words',
}
const reader = { clientId: `mdb_sa_id_${'e'.repeat(24)}`, clientSecret: 'mdb_sa_sk_0nlyReads' }
/** What the recipes keep in secrets. */
const SECRETS: Texts = {
  ATLAS_CLIENT_ID: demo.clientId,
  ATLAS_CLIENT_SECRET: demo.clientSecret,
  ATLAS_READ_ONLY_CLIENT_ID: reader.clientId,
  ATLAS_READ_ONLY_CLIENT_SECRET: reader.clientSecret,
  ATLAS_PUBLIC_KEY: demo.publicKey,
  ATLAS_PRIVATE_KEY: demo.privateKey,
}
/** An Atlas whose credentials have the roles that README.md requires, and no others. */
const LEAST_PRIVILEGE: AtlasOptions = {
  clusters: [
    { name: 'shop-prod', kind: 'replicaSet' },
    { name: 'records-prod', kind: 'replicaSet' },
  ],
  keys: [{ publicKey: demo.publicKey, privateKey: demo.privateKey, roles: ['GROUP_BACKUP_CREATOR'] }],
  serviceAccounts: [
    { clientId: demo.clientId, clientSecret: demo.clientSecret, roles: ['GROUP_BACKUP_CREATOR'] },
    { ...reader, roles: ['GROUP_READ_ONLY'] },
  ],
}
/** What a recipe leaves out, in place of the inputs of other tests. */
const DEFAULTS: Texts = { 'public-key': '', 'private-key': '', wait: 'false' }
/** GitHub and the Atlas that the recipe names are not there. */
const HERE: Texts = { 'base-url': 'http://127.0.0.1:80', 'github-token': '' }

it.each(recipes)('the recipe at $where does what it says', async ({ workflow }) => {
  const world = createWorld(LEAST_PRIVILEGE)
  let creating = 0
  for (const { step, result } of await runWorkflow(workflow, world)) {
    const { wait = 'false', 'dry-run': dryRun = 'false', 'snapshot-id': id = '' } = step.inputs
    const status = dryRun === 'true' ? '' : wait === 'true' ? 'completed' : 'queued'
    expect(result).toMatchObject({ exitCode: 0, outputs: { status } })
    if (dryRun === 'false' && !id.includes('.outputs.')) creating += 1
  }
  const own = world.atlas.snapshots().filter(({ takenBy }) => takenBy === 'request')
  expect(own).toHaveLength(creating)
})

/** Runs the workflow's steps of this action, one after the other, with the outputs of those before. */
async function runWorkflow(
  { jobs }: Workflow,
  world: World,
): Promise<readonly { readonly step: Step; readonly result: RunResult }[]> {
  const outputs = new Map<string, Texts>()
  const findMeaning = (name: string, expression: string) => {
    // An input of a run that is started by hand, where it is empty.
    if (expression.includes('inputs.snapshot-id')) return ''
    const [, secret] = /secrets\.(\w+)/.exec(expression) ?? []
    if (secret !== undefined) return SECRETS[secret]
    const [, place = '', output = ''] = /((?:steps|needs)\.[\w-]+)\.outputs\.([\w-]+)/.exec(expression) ?? []
    return outputs.get(place)?.[output] ?? VALUES[name]
  }
  const evaluate = (texts: Texts): Texts =>
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [name, withExpressions(text, name, findMeaning)]),
    )
  const ended: { step: Step; result: RunResult }[] = []
  for (const job of jobs) {
    for (const step of job.steps.filter(isOurs)) {
      const inputs = { ...DEFAULTS, ...evaluate(step.inputs), ...HERE }
      const seed = `step ${ended.length}`
      const { result } = await runStep(world, { inputs, env: findCredentials(evaluate(step.env)), seed })
      if (step.id !== undefined) outputs.set(`steps.${step.id}`, result.outputs)
      ended.push({ step, result })
    }
    outputs.set(`needs.${job.id}`, evaluate(job.outputs))
  }
  return ended
}

/** Of a step's environment what is for Atlas. Its proxies and certificates are not here. */
function findCredentials(env: Texts): Texts {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('MONGODB_ATLAS_')))
}
