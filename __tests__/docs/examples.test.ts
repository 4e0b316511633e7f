import { describe, expect, it } from '@jest/globals'
import { readMetadata } from '../../script/metadata.js'
import { interpolate } from '../support/expression.js'
import { examples, isOurs, type Workflow } from '../support/workflow.js'

const action = readMetadata()
const jobs = examples().flatMap(({ path, workflow }) => workflow.jobs.map((job) => ({ path, workflow, job })))
const ourSteps = jobs.flatMap(({ path, workflow, job }) =>
  job.steps.flatMap((step) => (isOurs(step) ? [{ path, workflow, job, step, inputs: step.inputs }] : [])),
)

describe('the examples', () => {
  it('have a trigger and no permissions by default', () => {
    expect(jobs.length).toBeGreaterThan(10)
    const isRight = ({ permissions, triggers }: Workflow) =>
      JSON.stringify(permissions) === '{}' && triggers.length > 0
    expect(jobs.flatMap(({ path, workflow }) => (isRight(workflow) ? [] : [path]))).toStrictEqual([])
  })

  // recipes.test.ts runs them, so the values are valid.
  it('use only inputs that exist', () => {
    expect(ourSteps.length).toBeGreaterThan(10)
    const names = ourSteps.flatMap(({ inputs }) => Object.keys(inputs))
    expect(names.filter((name) => !(name in action.inputs))).toStrictEqual([])
  })

  it('set wait, and keep the project ID in a variable', () => {
    for (const { path, inputs } of ourSteps) {
      expect({ path, isSet: 'wait' in inputs || inputs['dry-run'] === 'true' }).toStrictEqual({
        path,
        isSet: true,
      })
      expect(inputs['group-id']).toMatch(/^\$\{\{ vars\.\w+ \}\}$/)
    }
    expect(ourSteps[0]?.inputs['wait']).toBe('true')
  })

  it('use the same concurrency group for each snapshot of a cluster', () => {
    // A reusable workflow runs in the group of its caller.
    const creating = ourSteps.filter(
      ({ workflow, inputs }) => inputs['dry-run'] !== 'true' && !workflow.triggers.includes('workflow_call'),
    )
    const contexts = { github: { ref: 'refs/heads/main', run_id: '7' }, matrix: { cluster: 'billing-prod' } }
    const evaluate = (text = '') => interpolate(text, contexts)
    const wrong = creating.filter(({ workflow, job, inputs }) => {
      const groups = [evaluate(workflow.concurrency), evaluate(job.concurrency)]
      return !groups.includes(`atlas-${evaluate(inputs['cluster-name'])}`) || groups[0] === groups[1]
    })
    expect(wrong.map(({ path }) => path)).toStrictEqual([])
  })

  it('let the other jobs of a matrix continue if one fails', () => {
    const matrices = examples().filter(({ code }) => code.includes('matrix:'))
    expect(matrices).not.toHaveLength(0)
    for (const { code } of matrices) expect(code).toContain('fail-fast: false')
  })

  it('pass credentials to this action only, not to builds and deployments', () => {
    const shown = jobs.flatMap(({ path, job }) =>
      job.steps
        .filter((step) => !isOurs(step) && /secrets\.ATLAS_(CLIENT|P)/.test(JSON.stringify(step.env)))
        .map(() => path),
    )
    expect(shown).toStrictEqual([])
  })

  it('give the step more time than the action', () => {
    const limited = ourSteps.filter(({ step }) => step['timeout-minutes'] !== undefined)
    expect(limited).not.toHaveLength(0)
    for (const { path, step, inputs } of limited) {
      const own = Number(inputs['timeout-minutes'] ?? action.inputs['timeout-minutes']?.default)
      expect({ path, longer: Number(step['timeout-minutes']) > own }).toStrictEqual({ path, longer: true })
    }
  })

  it('fail if the snapshot of an earlier step is missing, instead of creating another one', () => {
    const ids = ourSteps
      .flatMap(({ inputs }) => inputs['snapshot-id'] ?? [])
      .filter((id) => !/^(\$\{\{ inputs\.snapshot-id \}\})?$/.test(id))
    expect(ids).not.toHaveLength(0)
    for (const id of ids) expect(id).toMatch(/^\$\{\{ \S+ \|\| '[^']+' \}\}$/)
  })

  // GitHub's language service checks references to steps and jobs (lint.test.ts).
  it('refer only to outputs that exist', () => {
    const names = examples().flatMap(({ code }) =>
      [...code.matchAll(/\bsteps\.[\w-]+\.outputs\.([\w-]+)/g)].map(([, name = '']) => name),
    )
    expect(names).not.toHaveLength(0)
    expect(names.filter((name) => !(name in action.outputs))).toStrictEqual([])
  })

  it('pin other actions to commits, and keep no token after a checkout', () => {
    const others = jobs.flatMap(({ job }) => job.steps.filter((step) => step.uses && !isOurs(step)))
    expect(others).not.toHaveLength(0)
    for (const { uses = '', inputs } of others) {
      expect(uses).toMatch(/@[0-9a-f]{40}$/)
      if (uses.startsWith('actions/checkout@')) expect(inputs['persist-credentials']).toBe('false')
    }
  })

  it('contain no expression in a script', () => {
    const scripts = jobs.flatMap(({ job }) => job.steps.flatMap(({ run }) => run ?? []))
    expect(scripts).not.toHaveLength(0)
    expect(scripts.filter((script) => script.includes('${{'))).toStrictEqual([])
  })
})
