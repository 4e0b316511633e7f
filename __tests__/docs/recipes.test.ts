import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { readMetadata } from '../../script/metadata.js'
import { parseInputs } from '../../src/action/inputs.js'
import { holds, interpolate } from '../support/expression.js'
import { examples, isOurs, type Workflow, type WorkflowStep } from '../support/workflow.js'

type Texts = Readonly<Record<string, string>>
type Outcome = 'success' | 'failure' | 'cancelled' | 'skipped'
/** Results and outputs of jobs by ID. */
type Needs = Readonly<Record<string, { readonly result: Outcome; readonly outputs: Texts }>>

const all = examples()
const recipes = all.filter(({ workflow }) => workflow.jobs.some(({ steps }) => steps.some(isOurs)))

/** The contexts of a first run after a push. */
const CONTEXTS = {
  env: { ATLAS_CLIENT_ID: demo.clientId, ATLAS_CLIENT_SECRET: demo.clientSecret },
  github: { event_name: 'push', ref: 'refs/heads/main', run_attempt: '1', token: 'token' },
  inputs: {},
  matrix: { region: 'eu' },
  secrets: { ATLAS_CLIENT_ID: demo.clientId, ATLAS_CLIENT_SECRET: demo.clientSecret },
  vars: { ATLAS_PROJECT_ID: demo.groupId },
}
/** A re-run of the same commit. */
const SECOND_ATTEMPT = { github: { ...CONTEXTS.github, run_attempt: '2' } }
/** The inputs of the reusable workflow, some by default. */
const CALLED = {
  inputs: {
    'project-id': demo.groupId,
    'cluster-name': 'shop-prod',
    'timeout-minutes': '60',
    'retention-days': '7',
    'on-conflict': 'wait',
    'reuse-within-minutes': '',
  },
}

// Without the snapshot of an earlier step, the ID would be `missing`, which is invalid.
it.each(recipes)('the example at $path has valid inputs', ({ workflow }) => {
  const { inputs: declared } = readMetadata()
  const { inputs } = run(workflow, { contexts: workflow.triggers.includes('workflow_call') ? CALLED : {} })
  expect(inputs).toHaveLength(workflow.jobs.flatMap(({ steps }) => steps.filter(isOurs)).length)
  for (const given of inputs)
    expect(parseInputs((name) => given[name] ?? declared[name]?.default ?? '', {})).toHaveProperty('options')
})

describe('the conditions of the examples', () => {
  const DEPLOYS = /deploy\.sh/
  const deploying = all.filter(({ code }) => DEPLOYS.test(code))
  const deploys = ({ scripts }: { readonly scripts: readonly string[] }) =>
    scripts.some((script) => DEPLOYS.test(script))
  const endSnapshot = (outcome: Outcome) => (step: WorkflowStep) => (isOurs(step) ? outcome : 'success')
  const endDeployment =
    (outcome: Outcome) =>
    ({ run = '' }: WorkflowStep) =>
      DEPLOYS.test(run) ? outcome : 'success'

  it.each(deploying)('at $path deploy only after this attempt took a snapshot', ({ workflow }) => {
    expect(deploys(run(workflow))).toBe(true)
    for (const outcome of ['failure', 'cancelled'] as const) {
      const first = run(workflow, { end: endSnapshot(outcome) })
      expect(deploys(first)).toBe(false)
      const failedJobs = run(workflow, { contexts: SECOND_ATTEMPT, kept: keepSucceeded(first.needs) })
      expect([failedJobs.taken > 0, deploys(failedJobs)]).toStrictEqual([true, true])
    }
  })

  it.each(deploying)('at $path never deploy a re-run without a new snapshot', ({ workflow }) => {
    for (const outcome of ['failure', 'cancelled'] as const) {
      const { needs } = run(workflow, { end: endDeployment(outcome) })
      const failedJobs = run(workflow, { contexts: SECOND_ATTEMPT, kept: keepSucceeded(needs) })
      expect(deploys(failedJobs)).toBe(failedJobs.taken > 0)
      const allJobs = run(workflow, { contexts: SECOND_ATTEMPT })
      expect([allJobs.taken > 0, deploys(allJobs)]).toStrictEqual([true, true])
    }
  })

  it('of two jobs stop a re-run of failed jobs with an error, and skip a deployment without a snapshot job', () => {
    const separate = deploying.filter(({ workflow }) => workflow.jobs.length > 1)
    expect(separate.length).toBeGreaterThan(1)
    for (const { workflow } of separate) {
      const { needs } = run(workflow, { end: endDeployment('failure') })
      const { scripts } = run(workflow, { contexts: SECOND_ATTEMPT, kept: keepSucceeded(needs) })
      expect(scripts).toStrictEqual([expect.stringContaining('::error title=No new snapshot::')])
      const skipped = { snapshot: { result: 'skipped' as const, outputs: {} } }
      expect(run(workflow, { kept: skipped }).scripts).toStrictEqual([])
    }
  })

  it('skip the snapshot only if someone asks for it on main', () => {
    const skippable = deploying.filter(({ code }) => code.includes('skip-snapshot'))
    expect(skippable).not.toHaveLength(0)
    for (const { workflow } of skippable) {
      const end = endSnapshot('failure')
      expect(run(workflow, { end }).scripts).toStrictEqual([])
      expect(run(workflow).scripts).toStrictEqual([expect.stringMatching(DEPLOYS)])
      const inputs = { 'skip-snapshot': true }
      const skipped = run(workflow, { end, contexts: { inputs } })
      expect(skipped.scripts).toStrictEqual([
        expect.stringContaining('::warning'),
        expect.stringMatching(DEPLOYS),
      ])
      const branch = { inputs, github: { ...CONTEXTS.github, ref: 'refs/heads/try' } }
      expect(run(workflow, { contexts: branch }).scripts).toStrictEqual([])
    }
  })

  it('take a snapshot unless the database answers that no migrations are pending', () => {
    const conditional = deploying.filter(({ code }) => code.includes('pending-migrations'))
    expect(conditional).not.toHaveLength(0)
    for (const { workflow } of conditional) {
      const count = (outputs: Texts) => run(workflow, { outputs: { pending: outputs } }).taken
      expect(['none', 'some', ''].map((migrations) => count({ migrations }))).toStrictEqual([0, 1, 1])
      expect(count({})).toBe(1)
    }
  })
})

/** What *Re-run failed jobs* keeps. */
function keepSucceeded(needs: Needs): Needs {
  return Object.fromEntries(Object.entries(needs).filter(([, { result }]) => result === 'success'))
}

interface Circumstances {
  /** How a step ends. A script that exits with 1 fails. */
  readonly end?: (step: WorkflowStep) => Outcome
  readonly contexts?: object
  /** Jobs of an earlier attempt, which don't run. */
  readonly kept?: Needs
  /** Outputs of steps by ID. */
  readonly outputs?: Readonly<Record<string, Texts>>
}

/** The inputs of the steps of this action, the number of those that run, the scripts that run, and the jobs. */
function run(
  { jobs }: Workflow,
  { end = () => 'success', contexts: more = {}, kept = {}, outputs: known = {} }: Circumstances = {},
) {
  const inputs: Texts[] = []
  const scripts: string[] = []
  let taken = 0
  const needs: Record<string, Needs[string]> = { ...kept }
  for (const job of jobs.toSorted((one, other) => one.needs.length - other.needs.length)) {
    if (job.id in kept) continue
    const steps: Record<string, { readonly outcome: Outcome; readonly outputs: Texts }> = {}
    const contexts = { ...CONTEXTS, ...more, needs, steps }
    let failed = job.needs.some((id) => needs[id]?.result !== 'success')
    const isSkipped = !holds(job.if, contexts, failed)
    if (job.uses !== undefined && !isSkipped) {
      const called = run(findCalled(job.uses), { end, contexts: { ...more, ...CALLED } })
      inputs.push(...called.inputs)
      taken += called.taken
      const results = Object.values(called.needs)
      const outputs = Object.assign({}, ...results.map((each) => each.outputs))
      needs[job.id] = {
        result: results.find(({ result }) => result !== 'success')?.result ?? 'success',
        outputs,
      }
      continue
    }
    for (const step of isSkipped ? [] : job.steps) {
      if (isOurs(step)) inputs.push(interpolateAll(step.inputs, contexts))
      const env = { ...CONTEXTS.env, ...interpolateAll(step.env, contexts) }
      const runs = holds(step.if, { ...contexts, env }, failed)
      if (runs && step.run !== undefined) scripts.push(step.run)
      if (runs && isOurs(step)) taken += 1
      const outcome = runs ? (/^exit 1$/m.test(step.run ?? '') ? 'failure' : end(step)) : 'skipped'
      const ofStep: Texts = isOurs(step) && outcome === 'success' ? { 'snapshot-id': demo.groupId } : {}
      if (step.id !== undefined) steps[step.id] = { outcome, outputs: known[step.id] ?? ofStep }
      failed ||= outcome === 'failure' || outcome === 'cancelled'
    }
    const result = isSkipped ? 'skipped' : failed ? 'failure' : 'success'
    needs[job.id] = { result, outputs: interpolateAll(job.outputs ?? {}, contexts) }
  }
  return { inputs, taken, scripts, needs }
}

/** The reusable workflow among the examples. Its outputs have the names of its job's outputs. */
function findCalled(uses: string): Workflow {
  const path = /[.]github.*(?=@)/.exec(uses)?.[0]
  const called = all.find(({ code }) => code.startsWith(`# ${path}\n`))
  if (called === undefined) throw new Error(`no example is ${uses}`)
  return called.workflow
}

function interpolateAll(texts: Texts, contexts: object): Texts {
  const values = Object.entries(texts).map(([name, text]) => [name, interpolate(text, { ...contexts })])
  return Object.fromEntries(values)
}
