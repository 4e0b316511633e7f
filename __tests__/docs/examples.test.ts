import { describe, expect, it } from '@jest/globals'
import { parseInputs } from '../../src/action/inputs.js'
import { actionYml } from '../support/action-yml.js'
import { catchProblems } from '../support/assertions.js'
import { examples } from '../support/examples.js'
import { interpolate } from '../support/expression.js'
import { isOurs, type Job, type Step, type Workflow } from '../support/workflow.js'

const action = actionYml()
const jobs = examples().flatMap(({ where, workflow }) =>
  workflow.jobs.map((job) => ({ where, workflow, job })),
)
const ourSteps = jobs.flatMap(({ where, workflow, job }) =>
  job.steps.flatMap((step) => (isOurs(step) ? [{ where, workflow, job, step, inputs: step.inputs }] : [])),
)

const earlier = { outputs: { 'snapshot-id': '66f1e2d3c4b5a69788796a5b' } }
/** The contexts of a re-run after a push. */
const CONTEXTS = {
  github: { event_name: 'push', run_attempt: '2', token: 'token' },
  inputs: {},
  matrix: { cluster: 'shop-prod' },
  needs: { snapshot: earlier },
  secrets: {
    ATLAS_CLIENT_ID: 'mdb_sa_id_5f1e2d3c4b5a69788796a5b4',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_secret',
    ATLAS_READ_ONLY_CLIENT_ID: 'mdb_sa_id_5f1e2d3c4b5a69788796a5b4',
    ATLAS_READ_ONLY_CLIENT_SECRET: 'mdb_sa_sk_secret',
  },
  steps: { early: earlier },
  vars: { ATLAS_PROJECT_ID: '5f1e2d3c4b5a69788796a5b4' },
}

describe('the examples', () => {
  it('have a trigger and no permissions by default', () => {
    expect(jobs.length).toBeGreaterThan(10)
    const isRight = ({ permissions, triggers }: Workflow) =>
      JSON.stringify(permissions) === '{}' && triggers.length > 0
    expect(jobs.flatMap(({ where, workflow }) => (isRight(workflow) ? [] : [where]))).toStrictEqual([])
  })

  it('use valid inputs', () => {
    expect(ourSteps.length).toBeGreaterThan(10)
    const problems = ourSteps.flatMap(({ where, step }) =>
      findProblems(step).map((problem) => `${where}: ${problem}`),
    )
    expect(problems).toStrictEqual([])
  })

  it('set wait, and keep the project ID in a variable', () => {
    for (const { where, inputs } of ourSteps) {
      expect({ where, isSet: 'wait' in inputs || inputs['dry-run'] === 'true' }).toStrictEqual({
        where,
        isSet: true,
      })
      expect(inputs['group-id']).toMatch(/^\$\{\{ vars\.\w+ \}\}$/)
    }
    expect(ourSteps[0]?.inputs['wait']).toBe('true')
  })

  it('use the same concurrency group for each snapshot of a cluster', () => {
    const creating = ourSteps.filter(({ inputs }) => inputs['dry-run'] !== 'true')
    const wrong = creating.filter(({ workflow, job, inputs }) => {
      const groups = [workflow.concurrency, job.concurrency]
      return !groups.includes(`atlas-${inputs['cluster-name']}`) || groups[0] === groups[1]
    })
    expect(wrong.map(({ where }) => where)).toStrictEqual([])
  })

  it('let the other jobs of a matrix continue if one fails', () => {
    const matrices = examples().filter(({ code }) => code.includes('matrix:'))
    expect(matrices).not.toHaveLength(0)
    for (const { code } of matrices) expect(code).toContain('fail-fast: false')
  })

  it('pass credentials to this action only, not to builds and deployments', () => {
    const shown = jobs.flatMap(({ where, job }) =>
      job.steps
        .filter((step) => !isOurs(step) && /secrets\.ATLAS_(CLIENT|P)/.test(JSON.stringify(step.env)))
        .map(() => where),
    )
    expect(shown).toStrictEqual([])
  })

  it('give the step more time than the action', () => {
    const limited = ourSteps.filter(({ step }) => step.timeoutMinutes !== undefined)
    expect(limited).not.toHaveLength(0)
    for (const { where, step, inputs } of limited) {
      const own = Number(inputs['timeout-minutes'] ?? action.inputs['timeout-minutes']?.default)
      expect({ where, longer: (step.timeoutMinutes ?? 0) > own }).toStrictEqual({ where, longer: true })
    }
  })

  it('fail if the snapshot of an earlier step is missing, instead of creating another one', () => {
    const ids = ourSteps
      .flatMap(({ inputs }) => inputs['snapshot-id'] ?? [])
      .filter((id) => !/^\$\{\{ inputs\.snapshot-id \}\}$/.test(id))
    expect(ids).not.toHaveLength(0)
    for (const id of ids) expect(id).toMatch(/^\$\{\{ \S+ \|\| '[^']+' \}\}$/)
  })

  it('refer only to steps, jobs, and outputs that exist', () => {
    const wrong = jobs.flatMap(({ where, workflow, job }) =>
      [...stepReferences(job), ...jobReferences(job, workflow.jobs)].map(
        (reference) => `${where}: ${reference}`,
      ),
    )
    expect(wrong).toStrictEqual([])
  })

  it('contain no expression in a script', () => {
    const scripts = jobs.flatMap(({ job }) => job.steps.flatMap(({ run }) => run ?? []))
    expect(scripts).not.toHaveLength(0)
    expect(scripts.filter((script) => script.includes('${{'))).toStrictEqual([])
  })
})

/** The problems that the action itself would report. */
function findProblems({ inputs }: Step): string[] {
  const unknown = Object.keys(inputs).filter((name) => !(name in action.inputs))
  if (unknown.length > 0) return unknown.map((name) => `unknown input: ${name}`)
  const given = (name: string) =>
    interpolate(inputs[name] ?? action.inputs[name]?.default ?? '', CONTEXTS, { failed: false })
  return catchProblems(() => parseInputs(given, {})).map(({ message }) => message)
}

/** References to missing or later steps, and to missing outputs. */
function stepReferences(job: Job): string[] {
  const places = [
    ...job.steps.map((step, index) => ({ text: step.text, before: job.steps.slice(0, index) })),
    { text: JSON.stringify(job.outputs), before: job.steps },
  ]
  return places.flatMap(({ text, before }) =>
    [...text.matchAll(/\bsteps\.([\w-]+)\.(?:outputs\.([\w-]+))?/g)].flatMap(([reference, id, output]) => {
      const step = before.find((candidate) => candidate.id === id)
      const exists =
        step !== undefined && (output === undefined || (isOurs(step) && action.outputs.includes(output)))
      return exists ? [] : [reference]
    }),
  )
}

/** Missing jobs in `needs`, and references to other jobs or to missing outputs. */
function jobReferences(job: Job, all: readonly Job[]): string[] {
  const missing = job.needs.filter((id) => !all.some((candidate) => candidate.id === id))
  const text = job.steps.map((step) => step.text).join('\n')
  const references = [...text.matchAll(/\bneeds\.([\w-]+)\.outputs\.([\w-]+)/g)]
  const wrong = references.flatMap(([reference, id = '', output = '']) => {
    const needed = job.needs.includes(id) ? all.find((candidate) => candidate.id === id) : undefined
    return needed !== undefined && output in needed.outputs ? [] : [reference]
  })
  return [...missing, ...wrong]
}
