import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { readMetadata } from '../../script/metadata.js'
import { holds, interpolate } from '../support/expression.js'
import { examples, isOurs } from '../support/workflow.js'

// GitHub's language service checks the syntax and all references (lint.test.ts).

const all = examples()
const action = readMetadata()
type Workflow = (typeof all)[number]['workflow']
type Step = Workflow['jobs'][number]['steps'][number]

/** The contexts of a first run after a push. */
const FIRST_RUN = {
  github: { ref: 'refs/heads/main', run_attempt: '1', run_id: '7', event: {} },
  needs: { snapshot: { outputs: { attempt: '1' } } },
  steps: { pending: { outputs: { migrations: 'some' } } },
}
/** A re-run of failed jobs, on another branch, without migrations, of a bypass. */
const OPPOSITE = {
  ...FIRST_RUN,
  github: {
    ref: 'refs/heads/try',
    run_attempt: '2',
    run_id: '7',
    event: { inputs: { 'skip-snapshot': 'true' } },
  },
  steps: { pending: { outputs: { migrations: 'none' } } },
}

/** Names what is wrong with a workflow. */
function checkWorkflow({ permissions, triggers, concurrency = '' }: Workflow): string[] {
  const isGrouped = interpolate(concurrency, FIRST_RUN) === 'atlas-shop-prod'
  return [
    ...(JSON.stringify(permissions) === '{}' ? [] : ['has permissions by default']),
    // Check Atlas and a reusable workflow run without a group of their own.
    ...(isGrouped || !triggers.includes('push') ? [] : ['does not use the concurrency group of the cluster']),
  ]
}

/** Names what is wrong with a step. */
function checkStep(step: Step): string[] {
  const { uses, run = '', inputs, env } = step
  if (isOurs(step)) {
    const unknown = Object.keys(inputs).filter((name) => !(name in action.inputs))
    const missing = ['group-id', 'cluster-name', 'wait'].filter((name) => !(name in inputs))
    const groupId = inputs['group-id'] ?? ''
    return [
      ...[...unknown, ...missing].map((name) => `unknown or missing: ${name}`),
      ...(/^\$\{\{ (vars|inputs)\./.test(groupId) ? [] : ['the project ID is not a variable']),
      ...(/\|\| '[^']+' \}\}$/.test(inputs['snapshot-id'] ?? "|| 'x' }}") ? [] : ['creates if skipped']),
    ]
  }
  return [
    ...(uses === undefined || /@[0-9a-f]{40}$/.test(uses) ? [] : [`${uses} is not pinned`]),
    ...(run.includes('${{') ? ['an expression in a script'] : []),
    ...(JSON.stringify(env).includes('secrets.ATLAS_') ? ['credentials for another step'] : []),
    ...(uses?.startsWith('actions/checkout@') && inputs['persist-credentials'] !== 'false'
      ? ['keeps a token']
      : []),
  ]
}

describe('the examples', () => {
  it('are safe to copy', () => {
    const wrong = all.flatMap(({ path, workflow }) =>
      [checkWorkflow(workflow), workflow.jobs.flatMap(({ steps }) => steps.flatMap(checkStep))]
        .flat()
        .map((what) => `${path}: ${what}`),
    )
    expect(all.length).toBeGreaterThan(10)
    expect(wrong).toStrictEqual([])
  })

  it('remain valid if only the first # of a line to change is removed', () => {
    const changed = all.flatMap(({ code }) => {
      const uncommented = code.replace(/^( *)#(?=[a-z]+:)/gm, '$1')
      return uncommented === code ? [] : [JSON.stringify(parse(uncommented).jobs)]
    })
    expect(changed).toHaveLength(2)
    for (const jobs of changed) expect(jobs).toContain('"environment":"production"')
  })

  it('have conditions that hold in the right runs', () => {
    const conditions = all.flatMap(({ workflow: { jobs } }) =>
      jobs.flatMap((job) => [job.if ?? [], ...job.steps.map((step) => step.if ?? [])].flat()),
    )
    const found = [...new Set(conditions)].map((condition) => [
      condition,
      [holds(condition, FIRST_RUN, false), holds(condition, OPPOSITE, false)],
    ])
    expect(Object.fromEntries(found)).toStrictEqual({
      'needs.snapshot.outputs.attempt != github.run_attempt': [false, true],
      "steps.pending.outputs.migrations != 'none'": [true, false],
      "github.event.inputs.skip-snapshot != 'true'": [true, false],
      "github.event.inputs.skip-snapshot == 'true'": [false, true],
      "github.ref == 'refs/heads/main'": [true, false],
    })
  })
})
