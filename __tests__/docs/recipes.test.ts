import { spawnSync } from 'node:child_process'
import { describe, expect, it } from '@jest/globals'
import type { AtlasOptions } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import type { RunResult } from '../../script/runner.js'
import { createWorld, type World } from '../../simulation/world.js'
import { holds, interpolate } from '../support/expression.js'
import { runStep } from '../support/in-process.js'
import { examples, isOurs, type Step, type Workflow } from '../support/workflow.js'

type Texts = Readonly<Record<string, string>>

const recipes = examples().filter(({ workflow }) => workflow.jobs.some(({ steps }) => steps.some(isOurs)))

const reader = { clientId: `mdb_sa_id_${'e'.repeat(24)}`, clientSecret: 'mdb_sa_sk_0nlyReads' }
/** The contexts of a first run after a push. */
const CONTEXTS = {
  env: { ATLAS_CLIENT_ID: demo.clientId, ATLAS_CLIENT_SECRET: demo.clientSecret },
  github: { event_name: 'push', ref: 'refs/heads/main', run_attempt: '1', token: 'token' },
  inputs: { 'cluster-name': 'shop-prod' }, // of the reusable workflow
  matrix: { cluster: 'shop-prod' },
  secrets: {
    ATLAS_CLIENT_ID: demo.clientId,
    ATLAS_CLIENT_SECRET: demo.clientSecret,
    ATLAS_READ_ONLY_CLIENT_ID: reader.clientId,
    ATLAS_READ_ONLY_CLIENT_SECRET: reader.clientSecret,
  },
  vars: { ATLAS_PROJECT_ID: demo.groupId },
}
/** The outputs of a step that has a snapshot. */
const SNAPSHOT = { 'snapshot-id': '66f1e2d3c4b5a69788796a5b', 'created-at': '2026-11-25T10:00:00Z' }
/** An Atlas whose credentials have only the roles that the documentation requires. */
const LEAST_PRIVILEGE: AtlasOptions = {
  clusters: [{ name: 'shop-prod', kind: 'replicaSet' }],
  serviceAccounts: [
    { clientId: demo.clientId, clientSecret: demo.clientSecret, roles: ['GROUP_BACKUP_CREATOR'] },
    { ...reader, roles: ['GROUP_READ_ONLY'] },
  ],
}
/** Replacements for the default inputs of other tests. */
const DEFAULTS: Texts = { 'public-key': '', 'private-key': '', wait: 'false' }
/** Replacements for hosts that tests can't reach. */
const HERE: Texts = { 'base-url': 'http://127.0.0.1:80', 'github-token': '' }

it.each(recipes)('the example at $path creates its snapshots and no others', async ({ workflow }) => {
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

describe('the conditions of the examples', () => {
  const DEPLOYS = /deploy\.sh/
  const deploying = recipes.filter(({ code }) => DEPLOYS.test(code))
  /** All but those that are only steps. */
  const withBase = deploying.filter(({ workflow }) => workflow.jobs.length > 1)
  const succeed = () => 'success' as const
  const failSnapshot = (step: Step) => (isOurs(step) ? 'failure' : 'success')
  const failAgeCheck = ({ id }: Step) => (id === 'age' ? 'failure' : 'success')
  const endDeployment =
    (outcome: Outcome) =>
    ({ run = '' }: Step) =>
      DEPLOYS.test(run) ? outcome : 'success'

  it.each(deploying)('at $path allow a deployment only after the snapshot step succeeded', ({ workflow }) => {
    expect(listScripts(workflow, succeed)).toContainEqual(expect.stringMatching(DEPLOYS))
    expect(listScripts(workflow, failSnapshot)).not.toContainEqual(expect.stringMatching(DEPLOYS))
  })

  it.each(withBase)('at $path deploy only main, and only after the age check succeeded', ({ workflow }) => {
    const branch = {
      github: { ...CONTEXTS.github, event_name: 'workflow_dispatch', ref: 'refs/heads/try' },
    }
    expect(listScripts(workflow, succeed, branch)).toStrictEqual([])
    expect(listScripts(workflow, failAgeCheck)).not.toContainEqual(expect.stringMatching(DEPLOYS))
  })

  it('deploy with a snapshot that a person chose, however old, but not in a re-run', () => {
    const chosen = { inputs: { 'snapshot-id': SNAPSHOT['snapshot-id'] } }
    const again = { ...chosen, github: { ...CONTEXTS.github, run_attempt: '2' } }
    for (const { workflow } of withBase) {
      expect(listScripts(workflow, failAgeCheck, chosen)).toContainEqual(expect.stringMatching(DEPLOYS))
      expect(listScripts(workflow, failAgeCheck, again)).not.toContainEqual(expect.stringMatching(DEPLOYS))
    }
  })

  it('report a failed or canceled deployment only with a snapshot to restore', () => {
    const reports = (end: (step: Step) => Outcome, inputs = {}) =>
      deploying
        .flatMap(({ workflow }) => listScripts(workflow, end, { inputs }))
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
      expect(listScripts(workflow, failSnapshot)).toStrictEqual([])
      expect(listScripts(workflow, succeed).filter(isWarning)).toStrictEqual([])
      const skipped = listScripts(workflow, failSnapshot, { inputs: { 'skip-snapshot': true } })
      expect(skipped).toStrictEqual([expect.stringContaining('::warning'), expect.stringMatching(DEPLOYS)])
    }
  })
})

// The check needs GNU date.
const itOnLinux = process.platform === 'linux' ? it : it.skip

describe('the age check of the examples', () => {
  const checks = recipes.flatMap(({ path, workflow }) =>
    workflow.jobs.flatMap(({ steps }) =>
      steps.filter(({ id }) => id === 'age').map((step) => ({ path, step })),
    ),
  )

  itOnLinux.each([
    { when: 'passes if the snapshot is fresh', createdAt: () => hoursAgo(1), exitCode: 0 },
    { when: 'fails if the snapshot is old', createdAt: () => hoursAgo(3), exitCode: 1 },
    { when: 'fails if there is no snapshot', createdAt: () => '', exitCode: 1 },
    { when: 'fails if the time is not valid', createdAt: () => 'soon', exitCode: 1 },
  ])('$when', ({ when, createdAt, exitCode }) => {
    expect(checks).not.toHaveLength(0)
    const outputs: Texts = { 'snapshot-id': SNAPSHOT['snapshot-id'], 'created-at': createdAt() }
    const needs = { snapshot: { outputs } }
    for (const { path, step } of checks) {
      const env = { PATH: process.env['PATH'], ...interpolateAll(step.env, { ...CONTEXTS, needs }) }
      // As the runner runs a script without `shell`, on the machine and in a container.
      for (const shell of ['bash', 'sh']) {
        const { status, stdout } = spawnSync(shell, ['-e', '-c', `${step.run}`], { env, encoding: 'utf8' })
        expect({ path, shell, status }).toStrictEqual({ path, shell, status: exitCode })
        expect(stdout.includes('::error title=Snapshot too old::')).toBe(
          when === 'fails if the snapshot is old',
        )
      }
    }
  })

  function hoursAgo(hours: number): string {
    return new Date(Date.now() - hours * 3_600_000).toISOString()
  }
})

type Outcome = 'success' | 'failure' | 'cancelled' | 'skipped'

/** The scripts that run if the steps end like this. */
function listScripts({ jobs }: Workflow, end: (step: Step) => Outcome, more: object = {}): string[] {
  const needs: Record<string, { readonly result: Outcome; readonly outputs: Texts }> = {}
  const ordered = jobs.toSorted((one, other) => one.needs.length - other.needs.length)
  return ordered.flatMap((job) => {
    const steps: Record<string, { readonly outcome: Outcome; readonly outputs: Texts }> = {}
    const contexts = { ...CONTEXTS, ...more, needs, steps }
    let failed = job.needs.some((id) => needs[id]?.result !== 'success')
    const isSkipped = !holds(job.condition, contexts, { failed })
    const scripts = isSkipped
      ? []
      : job.steps.flatMap((step) => {
          const env = interpolateAll(step.env, contexts)
          const runs = holds(step.condition, { ...contexts, env }, { failed })
          const outcome = runs ? end(step) : 'skipped'
          const outputs: Texts = isOurs(step) && outcome === 'success' ? SNAPSHOT : {}
          if (step.id !== undefined) steps[step.id] = { outcome, outputs }
          failed ||= outcome === 'failure' || outcome === 'cancelled'
          return runs ? (step.run ?? []) : []
        })
    const result = isSkipped ? 'skipped' : failed ? 'failure' : 'success'
    needs[job.id] = { result, outputs: interpolateAll(job.outputs, contexts) }
    return scripts
  })
}

function interpolateAll(texts: Texts, contexts: object): Texts {
  const values = Object.entries(texts).map(([name, text]) => [name, interpolate(text, { ...contexts })])
  return Object.fromEntries(values)
}

/** Runs the steps of this action one after the other and passes on their outputs. */
async function runWorkflow(
  { jobs }: Workflow,
  world: World,
): Promise<readonly { readonly step: Step; readonly result: RunResult }[]> {
  const steps: Record<string, { readonly outputs: Texts }> = {}
  const needs: Record<string, { readonly outputs: Texts }> = {}
  const evaluate = (texts: Texts) => interpolateAll(texts, { ...CONTEXTS, steps, needs })
  const ended: { step: Step; result: RunResult }[] = []
  for (const job of jobs) {
    for (const step of job.steps.filter(isOurs)) {
      const inputs = { ...DEFAULTS, ...evaluate(step.inputs), ...HERE }
      const { result } = await runStep(world, { inputs, seed: `step ${ended.length}` })
      steps[step.id ?? ''] = result
      ended.push({ step, result })
    }
    needs[job.id] = { outputs: evaluate(job.outputs) }
  }
  return ended
}
