import { spawnSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { readMetadata } from '../../script/metadata.js'
import { parseInputs } from '../../src/action/inputs.js'
import { holds, interpolate } from '../support/expression.js'
import { examples, isOurs, type Workflow, type WorkflowStep } from '../support/workflow.js'

type Texts = Readonly<Record<string, string>>
type Outcome = 'success' | 'failure' | 'cancelled' | 'skipped'

const recipes = examples().filter(({ workflow }) => workflow.jobs.some(({ steps }) => steps.some(isOurs)))

/** The contexts of a first run after a push. */
const CONTEXTS = {
  env: { ATLAS_CLIENT_ID: demo.clientId, ATLAS_CLIENT_SECRET: demo.clientSecret },
  github: { event_name: 'push', ref: 'refs/heads/main', run_attempt: '1', token: 'token' },
  inputs: { 'cluster-name': 'shop-prod' }, // of the reusable workflow
  matrix: { cluster: 'shop-prod' },
  secrets: {
    ATLAS_CLIENT_ID: demo.clientId,
    ATLAS_CLIENT_SECRET: demo.clientSecret,
    ATLAS_READ_ONLY_CLIENT_ID: demo.clientId,
    ATLAS_READ_ONLY_CLIENT_SECRET: demo.clientSecret,
  },
  vars: { ATLAS_PROJECT_ID: demo.groupId },
}
/** The outputs of a step that has a snapshot. */
const SNAPSHOT = { 'snapshot-id': '66f1e2d3c4b5a69788796a5b', 'created-at': '2026-11-25T10:00:00Z' }

const succeed = () => 'success' as const

// Without the snapshot of an earlier step, the ID would be `none`, which is invalid.
it.each(recipes)('the example at $path has valid inputs', ({ workflow }) => {
  const { inputs: declared } = readMetadata()
  const { inputs } = run(workflow, succeed)
  expect(inputs).toHaveLength(workflow.jobs.flatMap(({ steps }) => steps.filter(isOurs)).length)
  for (const given of inputs)
    expect(parseInputs((name) => given[name] ?? declared[name]?.default ?? '', {})).toHaveProperty('options')
})

describe('the conditions of the examples', () => {
  const DEPLOYS = /deploy\.sh/
  const deploying = recipes.filter(({ code }) => DEPLOYS.test(code))
  /** All but those that are only steps. */
  const withBase = deploying.filter(({ workflow }) => workflow.jobs.length > 1)
  const failSnapshot = (step: WorkflowStep) => (isOurs(step) ? 'failure' : 'success')
  const failAgeCheck = ({ id }: WorkflowStep) => (id === 'age' ? 'failure' : 'success')
  const endDeployment =
    (outcome: Outcome) =>
    ({ run = '' }: WorkflowStep) =>
      DEPLOYS.test(run) ? outcome : 'success'

  it.each(deploying)('at $path allow a deployment only after the snapshot step succeeded', ({ workflow }) => {
    expect(run(workflow, succeed).scripts).toContainEqual(expect.stringMatching(DEPLOYS))
    expect(run(workflow, failSnapshot).scripts).not.toContainEqual(expect.stringMatching(DEPLOYS))
  })

  it.each(withBase)('at $path deploy only main, and only after the age check succeeded', ({ workflow }) => {
    const branch = {
      github: { ...CONTEXTS.github, event_name: 'workflow_dispatch', ref: 'refs/heads/try' },
    }
    expect(run(workflow, succeed, branch).scripts).toStrictEqual([])
    expect(run(workflow, failAgeCheck).scripts).not.toContainEqual(expect.stringMatching(DEPLOYS))
  })

  it('deploy with a snapshot that a person chose, however old, but not in a re-run', () => {
    const chosen = { inputs: { 'snapshot-id': SNAPSHOT['snapshot-id'] } }
    const again = { ...chosen, github: { ...CONTEXTS.github, run_attempt: '2' } }
    for (const { workflow } of withBase) {
      expect(run(workflow, failAgeCheck, chosen).scripts).toContainEqual(expect.stringMatching(DEPLOYS))
      expect(run(workflow, failAgeCheck, again).scripts).not.toContainEqual(expect.stringMatching(DEPLOYS))
    }
  })

  it('report a failed or canceled deployment only with a snapshot to restore', () => {
    const reports = (end: (step: WorkflowStep) => Outcome, inputs = {}) =>
      deploying
        .flatMap(({ workflow }) => run(workflow, end, { inputs }).scripts)
        .filter((run) => run.includes('Deployment failed'))
    for (const outcome of ['failure', 'cancelled'] as const)
      expect(reports(endDeployment(outcome))).toHaveLength(withBase.length)
    const others = [succeed, failSnapshot, failAgeCheck].flatMap((end) => reports(end))
    expect(others).toStrictEqual([])
    const withBypass = reports(endDeployment('failure'), { 'skip-snapshot': true })
    expect(withBypass).toHaveLength(withBase.length - 1)
  })

  it('skip the snapshot only if someone asks for it', () => {
    const skippable = deploying.filter(({ code }) => code.includes('skip-snapshot'))
    expect(skippable).not.toHaveLength(0)
    for (const { workflow } of skippable) {
      const isWarning = (run: string) => run.includes('::warning')
      expect(run(workflow, failSnapshot).scripts).toStrictEqual([])
      expect(run(workflow, succeed).scripts.filter(isWarning)).toStrictEqual([])
      const skipped = run(workflow, failSnapshot, { inputs: { 'skip-snapshot': true } }).scripts
      expect(skipped).toStrictEqual([expect.stringContaining('::warning'), expect.stringMatching(DEPLOYS)])
    }
  })
})

// The check needs GNU date.
const itOnLinux = process.platform === 'linux' ? it : it.skip

itOnLinux.each([
  ['passes if the snapshot is fresh', hoursAgo(1), 0],
  ['fails if the snapshot is old', hoursAgo(3), 1],
  ['fails if there is no snapshot', '', 1],
  ['fails if the time is not valid', 'soon', 1],
])('the age check of the examples %s', (when, createdAt, exitCode) => {
  const needs = { snapshot: { outputs: { ...SNAPSHOT, 'created-at': createdAt } } }
  const steps = recipes.flatMap(({ workflow }) => workflow.jobs.flatMap((job) => job.steps))
  const checks = new Map(steps.filter(({ id }) => id === 'age').map((step) => [step.run, step.env]))
  expect(checks.size).toBeGreaterThan(0)
  for (const [script = '', variables] of checks) {
    const env = { PATH: process.env['PATH'], ...interpolateAll(variables, { ...CONTEXTS, needs }) }
    // As the runner runs a script without `shell`, on the machine and in a container.
    for (const shell of ['bash', 'sh']) {
      const { status, stdout } = spawnSync(shell, ['-e', '-c', script], { env, encoding: 'utf8' })
      expect({ script, shell, status }).toStrictEqual({ script, shell, status: exitCode })
      expect(stdout.includes('::error title=Snapshot too old::')).toBe(when.endsWith('old'))
    }
  }
})

function hoursAgo(hours: number): string {
  return new Date(Date.now() - hours * 3_600_000).toISOString()
}

/** The inputs of the steps of this action, and the scripts that run, if the steps end like this. */
function run({ jobs }: Workflow, end: (step: WorkflowStep) => Outcome, more: object = {}) {
  const inputs: Texts[] = []
  const scripts: string[] = []
  const needs: Record<string, { readonly result: Outcome; readonly outputs: Texts }> = {}
  for (const job of jobs.toSorted((one, other) => one.needs.length - other.needs.length)) {
    const steps: Record<string, { readonly outcome: Outcome; readonly outputs: Texts }> = {}
    const contexts = { ...CONTEXTS, ...more, needs, steps }
    let failed = job.needs.some((id) => needs[id]?.result !== 'success')
    const isSkipped = !holds(job.if, contexts, { failed })
    for (const step of isSkipped ? [] : job.steps) {
      if (isOurs(step)) inputs.push(interpolateAll(step.inputs, contexts))
      const env = interpolateAll(step.env, contexts)
      const runs = holds(step.if, { ...contexts, env }, { failed })
      if (runs && step.run !== undefined) scripts.push(step.run)
      const outcome = runs ? end(step) : 'skipped'
      const outputs: Texts = isOurs(step) && outcome === 'success' ? SNAPSHOT : {}
      if (step.id !== undefined) steps[step.id] = { outcome, outputs }
      failed ||= outcome === 'failure' || outcome === 'cancelled'
    }
    const result = isSkipped ? 'skipped' : failed ? 'failure' : 'success'
    needs[job.id] = { result, outputs: interpolateAll(job.outputs ?? {}, contexts) }
  }
  return { inputs, scripts }
}

function interpolateAll(texts: Texts, contexts: object): Texts {
  const values = Object.entries(texts).map(([name, text]) => [name, interpolate(text, { ...contexts })])
  return Object.fromEntries(values)
}
