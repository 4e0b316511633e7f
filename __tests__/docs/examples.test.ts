import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { demo } from '../../emulator/config.js'
import { readMetadata } from '../../script/metadata.js'
import { parseInputs } from '../../src/action/inputs.js'
import { holds, interpolate } from '../support/expression.js'
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

const key = { ATLAS_PUBLIC_KEY: demo.publicKey, ATLAS_PRIVATE_KEY: demo.privateKey }
/** The contexts of a first run after a push, in all examples. */
const CONTEXTS = {
  github: { ref: 'refs/heads/main', run_attempt: '1', run_id: '7', token: 'token' },
  inputs: { 'project-id': demo.groupId, 'cluster-name': 'shop-prod', 'skip-snapshot': false },
  needs: { snapshot: { outputs: { attempt: '1' } } },
  secrets: key,
  steps: {
    early: { outputs: { 'snapshot-id': demo.groupId } },
    pending: { outputs: { migrations: 'some' } },
    vault: { outputs: key },
  },
  vars: { ATLAS_PROJECT_ID: demo.groupId },
}

describe('the examples', () => {
  it('have no permissions by default', () => {
    expectAll(all, ({ workflow }) => JSON.stringify(workflow.permissions) === '{}')
  })

  it('have valid inputs', () => {
    expectAll(ours, ({ inputs }) => {
      const read = (name: string) => interpolate(inputs[name] ?? action.inputs[name]?.default ?? '', CONTEXTS)
      return Object.keys(inputs).every((name) => name in action.inputs) && 'options' in parseInputs(read, {})
    })
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

  it('remain valid if only the first # of a line to change is removed', () => {
    const changed = all.flatMap(({ path, code }) => {
      const uncommented = code.replace(/^( *)#(?=[a-z]+:)/gm, '$1')
      return uncommented === code ? [] : [{ path, jobs: parse(uncommented).jobs }]
    })
    expectAll(changed, ({ jobs }) => JSON.stringify(jobs).includes('"environment":"production"'))
  })

  it('use the same concurrency group for each snapshot of a cluster', () => {
    // A reusable workflow runs in the group of its caller.
    const creating = ours.filter(
      ({ workflow, inputs }) => inputs['dry-run'] !== 'true' && !workflow.triggers.includes('workflow_call'),
    )
    expectAll(creating, ({ workflow, inputs }) => {
      const group = interpolate(workflow.concurrency ?? '', CONTEXTS)
      return group === `atlas-${inputs['cluster-name']}`
    })
  })

  it('let the other jobs of a matrix continue if one fails', () => {
    const matrices = all.filter(({ code }) => code.includes('matrix:'))
    expectAll(matrices, ({ code }) => code.includes('fail-fast: false'))
  })

  it('pass credentials to this action only, not to builds and deployments', () => {
    expectAll(others, ({ step }) => !/secrets\.ATLAS_/.test(JSON.stringify(step.env)))
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

/** What is true in which run. A job or step without a condition runs unless an earlier one was canceled. */
const RUNS = {
  first: CONTEXTS,
  're-run of failed jobs': { ...CONTEXTS, github: { ...CONTEXTS.github, run_attempt: '2' } },
  're-run of all jobs': {
    ...CONTEXTS,
    github: { ...CONTEXTS.github, run_attempt: '2' },
    needs: { snapshot: { outputs: { attempt: '2' } } },
  },
  'snapshot canceled': CONTEXTS,
  'snapshot skipped': {
    ...CONTEXTS,
    inputs: { 'skip-snapshot': true },
    steps: { pending: { outputs: { migrations: 'none' } } },
  },
  'on another branch': { ...CONTEXTS, github: { ...CONTEXTS.github, ref: 'refs/heads/try' } },
}
const always = Object.keys(RUNS).filter((run) => run !== 'snapshot canceled')

it('each condition of the examples holds in these runs', () => {
  const conditions = all.flatMap(({ workflow: { jobs } }) =>
    jobs.flatMap((job) => [job.if ?? [], ...job.steps.map((step) => step.if ?? [])].flat()),
  )
  const found = [...new Set(conditions)].map((condition) => [
    condition,
    Object.entries(RUNS).flatMap(([run, contexts]) =>
      holds(condition, contexts, run === 'snapshot canceled') ? [run] : [],
    ),
  ])
  expect(Object.fromEntries(found)).toStrictEqual({
    'needs.snapshot.outputs.attempt != github.run_attempt': ['re-run of failed jobs'],
    "steps.pending.outputs.migrations != 'none'": always.filter((run) => run !== 'snapshot skipped'),
    '${{ !inputs.skip-snapshot }}': always.filter((run) => run !== 'snapshot skipped'),
    'inputs.skip-snapshot': ['snapshot skipped'],
    "github.ref == 'refs/heads/main'": always.filter((run) => run !== 'on another branch'),
  })
})
