import { describe, expect, it } from '@jest/globals'
import { actionYml } from '../support/action-yml.js'
import { holds } from '../support/expression.js'
import { readWorkflow, type WorkflowFile, workflowFiles } from '../support/workflow.js'

const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/

/** What is wrong with a workflow of this project; empty where nothing is. */
function findProblems({ code, workflow }: WorkflowFile): string[] {
  const uses = [...code.matchAll(/^\s*(?:- )?uses: *(.+)$/gm)].map(([, what = '']) => what)
  const unpinned = uses.filter((what) => !what.startsWith('./') && !PINNED.test(what))
  const steps = workflow.jobs.flatMap((job) => job.steps.map((step) => ({ job, step })))
  const known = Object.entries(actionYml().inputs)
  const ours = steps.filter(({ step }) => step.uses === './').map(({ step }) => Object.keys(step.inputs))
  const leftBehind = steps.filter(
    ({ job, step }) =>
      step.uses?.startsWith('actions/checkout@') === true &&
      step.inputs['persist-credentials'] !== 'false' &&
      !mayPush(job.permissions),
  )
  return [
    ...(JSON.stringify(workflow.permissions) === '{}' ? [] : ['it does not start from no permissions']),
    ...unpinned.map((what) => `not pinned by a commit, with its version as a comment: ${what}`),
    ...ours
      .flat()
      .filter((name) => !known.some(([input]) => input === name))
      .map((name) => `${name} is no input of the action`),
    ...ours.flatMap((given) =>
      known
        .filter(([name, { required }]) => required && !given.includes(name))
        .map(([name]) => `the action is not given ${name}`),
    ),
    ...steps
      .filter(({ step }) => step.run?.includes('${{'))
      .map(({ step }) => `an expression is pasted into a script: ${step.run}`),
    ...leftBehind.map(({ job }) => `a checkout in ${job.id} leaves its token behind`),
  ]
}

/** Whether the job is there to push, for which it needs the token of its checkout. */
function mayPush(permissions: unknown): boolean {
  return (
    typeof permissions === 'object' &&
    permissions !== null &&
    'contents' in permissions &&
    permissions.contents === 'write'
  )
}

const files = workflowFiles()
const SHA = 'a'.repeat(40)
const TITLE = `\${{ github.event.pull_request.title }}`

describe('the workflows', () => {
  it.each(files)('$path keeps the rules', (file) => {
    expect(findProblems(file)).toEqual([])
  })

  it('pin an action to the same commit everywhere', () => {
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
    ['no permissions at the top', workflow('', 'run: true'), 'it does not start from no permissions'],
    [
      'permissions for every job',
      workflow('permissions: { contents: read }', 'run: true'),
      'it does not start from no permissions',
    ],
    [
      'an action by its tag',
      workflow('permissions: {}', 'uses: actions/cache@v4'),
      'not pinned by a commit, with its version as a comment: actions/cache@v4',
    ],
    [
      'an action without its version',
      workflow('permissions: {}', `uses: actions/cache@${SHA}`),
      `not pinned by a commit, with its version as a comment: actions/cache@${SHA}`,
    ],
    [
      'an input that there is not',
      ofOurs('group-id: a, cluster-name: b, waits: true'),
      'waits is no input of the action',
    ],
    ['an input too few', ofOurs('group-id: a'), 'the action is not given cluster-name'],
    [
      'a title in a script',
      workflow('permissions: {}', `run: echo ${TITLE}`),
      `an expression is pasted into a script: echo ${TITLE}`,
    ],
    [
      'a token on disk',
      workflow('permissions: {}', `uses: actions/checkout@${SHA} # v7.0.1`),
      'a checkout in a leaves its token behind',
    ],
  ])('are broken by %s', (_, code, problem) => {
    expect(findProblems({ path: 'bad.yml', code, workflow: readWorkflow(code) })).toEqual([problem])
  })
})

describe('the one result a branch rule has to name', () => {
  const jobs = files.find(({ path }) => path.endsWith('/ci.yml'))?.workflow.jobs ?? []
  const gate = jobs.at(-1)
  const runAll = (...odd: readonly string[]) =>
    Object.fromEntries((gate?.needs ?? []).map((id, index) => [id, { result: odd[index] ?? 'success' }]))
  /** Whether the gate's one step, which fails, runs. */
  const fails = (...odd: readonly string[]) =>
    holds(gate?.steps[0]?.condition, { needs: runAll(...odd) }, { failed: false })

  it('waits for every other job, however it ends', () => {
    expect(gate?.condition).toBe('always()')
    expect(gate?.needs).toEqual(jobs.slice(0, -1).map(({ id }) => id))
    expect(gate?.steps).toEqual([expect.objectContaining({ run: 'exit 1' })])
  })

  it('is good where all jobs are', () => {
    expect(fails()).toBe(false)
  })

  it.each(['failure', 'cancelled', 'skipped'])('is bad where one job ended as %s', (result) => {
    expect(fails('success', result)).toBe(true)
  })
})
