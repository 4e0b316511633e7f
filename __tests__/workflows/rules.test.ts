import { describe, expect, it } from '@jest/globals'
import { actionYml } from '../support/action-yml.js'
import { holds } from '../support/expression.js'
import { readWorkflow, type WorkflowFile, workflowFiles } from '../support/workflow.js'

const known = Object.entries(actionYml().inputs)
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/

/** The rules that a workflow of this project violates. */
function findProblems({ code, workflow }: WorkflowFile): string[] {
  const uses = [...code.matchAll(/^\s*(?:- )?uses: *(.+)$/gm)].map(([, what = '']) => what)
  const unpinned = uses.filter((what) => !what.startsWith('./') && !PINNED.test(what))
  const steps = workflow.jobs.flatMap((job) => job.steps.map((step) => ({ job, step })))
  const ours = steps.filter(({ step }) => step.uses === './').map(({ step }) => Object.keys(step.inputs))
  const withToken = steps.filter(
    ({ job, step }) =>
      step.uses?.startsWith('actions/checkout@') === true &&
      step.inputs['persist-credentials'] !== 'false' &&
      // A job that pushes needs the token of its checkout.
      !listPermissions(job.permissions).includes('contents: write'),
  )
  return [
    ...(JSON.stringify(workflow.permissions) === '{}' ? [] : ['permissions: {} is missing']),
    ...unpinned.map((what) => `not pinned to a commit with its version as a comment: ${what}`),
    ...ours
      .flat()
      .filter((name) => !known.some(([input]) => input === name))
      .map((name) => `${name} is not an input of the action`),
    ...ours.flatMap((given) =>
      known
        .filter(([name, { required }]) => required && !given.includes(name))
        .map(([name]) => `the input ${name} is missing`),
    ),
    ...steps
      .filter(({ step }) => step.run?.includes('${{'))
      .map(({ step }) => `a script contains an expression: ${step.run}`),
    ...withToken.map(({ job }) => `a checkout in ${job.id} keeps its token`),
  ]
}

function listPermissions(permissions: unknown): string[] {
  if (typeof permissions === 'string') return [permissions]
  return Object.entries(permissions ?? {}).map(([name, access]) => `${name}: ${access}`)
}

const files = workflowFiles()
const SHA = 'a'.repeat(40)
const TITLE = `\${{ github.event.pull_request.title }}`

describe('the workflows', () => {
  it.each(files)('$path follows the rules', (file) => {
    expect(findProblems(file)).toEqual([])
  })

  it('pin each action to one commit', () => {
    const pins = files.flatMap(({ code }) => [...code.matchAll(/uses: ([\w.-]+\/[\w.-]+)\S*@(.+)$/gm)])
    const actions = new Set(pins.map(([, action]) => action))
    expect(actions.size).toBeGreaterThan(3)
    expect(new Set(pins.map(([, action, pin]) => `${action}@${pin}`)).size).toBe(actions.size)
  })
})

describe('the rules for workflows', () => {
  const workflow = (permissions: string, step: string) =>
    `on: push\n${permissions}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - ${step}\n`
  const ofOurs = (inputs: string) => workflow('permissions: {}', `uses: ./\n        with: { ${inputs} }`)

  it.each([
    ['missing permissions', workflow('', 'run: true'), 'permissions: {} is missing'],
    [
      'permissions for every job',
      workflow('permissions: { contents: read }', 'run: true'),
      'permissions: {} is missing',
    ],
    [
      'an action with a tag',
      workflow('permissions: {}', 'uses: actions/cache@v4'),
      'not pinned to a commit with its version as a comment: actions/cache@v4',
    ],
    [
      'an action without its version',
      workflow('permissions: {}', `uses: actions/cache@${SHA}`),
      `not pinned to a commit with its version as a comment: actions/cache@${SHA}`,
    ],
    [
      'an unknown input',
      ofOurs('group-id: a, cluster-name: b, waits: true'),
      'waits is not an input of the action',
    ],
    ['a missing input', ofOurs('group-id: a'), 'the input cluster-name is missing'],
    [
      'an expression in a script',
      workflow('permissions: {}', `run: echo ${TITLE}`),
      `a script contains an expression: echo ${TITLE}`,
    ],
    [
      'a checkout that keeps its token',
      workflow('permissions: {}', `uses: actions/checkout@${SHA} # v7.0.1`),
      'a checkout in a keeps its token',
    ],
  ])('reject %s', (_, code, problem) => {
    expect(findProblems({ path: 'bad.yml', code, workflow: readWorkflow(code) })).toEqual([problem])
  })
})

describe('the CI of this repository', () => {
  /** Permissions that are safe for a job with code of a pull request. CodeQL writes its findings. */
  const harmless = ['contents: read', 'security-events: write', 'pull-requests: read', 'actions: read']

  it('gives pull requests no secrets and no permission to write code', () => {
    const started = files.filter(({ workflow }) => workflow.triggers.includes('pull_request'))
    expect(started).not.toHaveLength(0)
    for (const { path, code, workflow } of started) {
      const permissions = workflow.jobs.flatMap((job) => listPermissions(job.permissions))
      expect({ path, harmful: permissions.filter((each) => !harmless.includes(each)) }).toEqual({
        path,
        harmful: [],
      })
      expect({ path, secrets: /\bsecrets\b/.test(code) }).toEqual({ path, secrets: false })
    }
  })

  it('does not run code of a pull request with permissions of the target branch', () => {
    const triggers = files.flatMap(({ workflow }) => workflow.triggers)
    expect(triggers.filter((trigger) => /^(pull_request_target|workflow_run)$/.test(trigger))).toEqual([])
  })
})

describe('the job that a branch rule requires', () => {
  const jobs = files.find(({ path }) => path.endsWith('/ci.yml'))?.workflow.jobs ?? []
  const gate = jobs.at(-1)
  const runAll = (...odd: readonly string[]) =>
    Object.fromEntries((gate?.needs ?? []).map((id, index) => [id, { result: odd[index] ?? 'success' }]))
  /** Whether the only step of the job runs, which always fails. */
  const fails = (...odd: readonly string[]) =>
    holds(gate?.steps[0]?.condition, { needs: runAll(...odd) }, { failed: false })

  it('waits for every other job, whatever its result', () => {
    expect(gate?.condition).toBe('always()')
    expect(gate?.needs).toEqual(jobs.slice(0, -1).map(({ id }) => id))
    expect(gate?.steps).toEqual([expect.objectContaining({ run: 'exit 1' })])
  })

  it('succeeds if all jobs succeeded', () => {
    expect(fails()).toBe(false)
  })

  it.each(['failure', 'cancelled', 'skipped'])('fails if the result of one job is %s', (result) => {
    expect(fails('success', result)).toBe(true)
  })
})
