import { describe, expect, it } from '@jest/globals'
import { readMetadata } from '../../script/metadata.js'
import { interpolate } from '../support/expression.js'
import { examples, isOurs } from '../support/workflow.js'

const action = readMetadata()
const all = examples()
const steps = all.flatMap(({ path, workflow }) =>
  workflow.jobs.flatMap((job) =>
    job.steps.map((step) => ({ path, workflow, job, step, inputs: step.inputs })),
  ),
)
const ours = steps.filter(({ step }) => isOurs(step))
const others = steps.filter(({ step }) => !isOurs(step))

/** Expects that there is something to check, and all of it is right. */
function expectAll<T extends { readonly path: string }>(
  items: readonly T[],
  isRight: (item: T) => boolean,
): void {
  expect(items).not.toHaveLength(0)
  expect(items.filter((item) => !isRight(item)).map(({ path }) => path)).toStrictEqual([])
}

describe('the examples', () => {
  it('have no permissions by default', () => {
    expectAll(all, ({ workflow }) => JSON.stringify(workflow.permissions) === '{}')
  })

  // recipes.test.ts runs them, so the values are valid.
  it('use only inputs that exist', () => {
    expectAll(ours, ({ inputs }) => Object.keys(inputs).every((name) => name in action.inputs))
  })

  it('set wait, and keep the project ID in a variable', () => {
    expectAll(ours, ({ inputs }) => 'wait' in inputs || inputs['dry-run'] === 'true')
    // A reusable workflow gets it from its caller.
    expectAll(ours, ({ inputs }) => /^\$\{\{ (vars\.\w+|inputs\.[\w-]+) \}\}$/.test(inputs['group-id'] ?? ''))
    expect(ours[0]?.inputs['wait']).toBe('true')
  })

  it('start with a whole workflow that fits on a screen', () => {
    expect(all[0]?.code.startsWith('# .github/workflows/deploy.yml\n')).toBe(true)
    expect(all[0]?.code.trimEnd().split('\n').length).toBeLessThanOrEqual(24)
  })

  it('use the same concurrency group for each snapshot of a cluster', () => {
    // A reusable workflow runs in the group of its caller.
    const creating = ours.filter(
      ({ workflow, inputs }) => inputs['dry-run'] !== 'true' && !workflow.triggers.includes('workflow_call'),
    )
    const contexts = { github: { ref: 'refs/heads/main', run_id: '7' } }
    expectAll(creating, ({ workflow, inputs }) => {
      const group = interpolate(workflow.concurrency ?? '', contexts)
      return group === `atlas-${inputs['cluster-name']}`
    })
  })

  it('let the other jobs of a matrix continue if one fails', () => {
    const matrices = all.filter(({ code }) => code.includes('matrix:'))
    expectAll(matrices, ({ code }) => code.includes('fail-fast: false'))
  })

  it('pass credentials to this action only, not to builds and deployments', () => {
    expectAll(others, ({ step }) => !/secrets\.ATLAS_(CLIENT|P)/.test(JSON.stringify(step.env)))
  })

  it('fail if the snapshot of an earlier step is missing, instead of creating another one', () => {
    const given = ours.filter(({ inputs }) => 'snapshot-id' in inputs)
    expectAll(given, ({ inputs }) => /^\$\{\{ \S+ \|\| '[^']+' \}\}$/.test(inputs['snapshot-id'] ?? ''))
  })

  // GitHub's language service checks references to steps and jobs (lint.test.ts).
  it('refer only to outputs that exist', () => {
    const named = ours.flatMap(({ path, step: { id }, workflow }) =>
      [...JSON.stringify(workflow).matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)]
        .filter(([, of]) => of === id)
        .map(([, , name = '']) => ({ path, name })),
    )
    expectAll(named, ({ name }) => name in action.outputs)
  })

  it('pin other actions to commits, and keep no token after a checkout', () => {
    const used = others.filter(({ step }) => step.uses)
    expectAll(used, ({ step }) => /@[0-9a-f]{40}$/.test(step.uses ?? ''))
    const checkouts = used.filter(({ step }) => step.uses?.startsWith('actions/checkout@'))
    expectAll(checkouts, ({ inputs }) => inputs['persist-credentials'] === 'false')
  })

  it('contain no expression in a script', () => {
    const scripts = others.filter(({ step }) => step.run)
    expectAll(scripts, ({ step }) => !step.run?.includes('${{'))
  })
})
