import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { readMetadata } from '../../script/metadata.js'
import { holds } from '../support/expression.js'
import { examples, workflowFiles } from '../support/workflow.js'

// GitHub's language service checks the syntax and all references (lint.test.ts).

const all = examples()
type Workflow = (typeof all)[number]['workflow']
type Step = Workflow['jobs'][number]['steps'][number]

/** The contexts of a first run after a push. */
const FIRST_RUN = {
  github: { ref: 'refs/heads/main', run_attempt: '1', event: {} },
  needs: { snapshot: { outputs: { attempt: '1' } } },
  steps: { pending: { outputs: { migrations: 'some' } } },
}

/** Whether the step uses this action, by its name in the examples or in a workflow of this repository. */
function isOurs({ uses }: Step): boolean {
  return uses === './' || uses?.startsWith('OWNER/REPO@') === true
}

/** Names what is wrong with a workflow. */
function checkWorkflow({ permissions, triggers, concurrency = '', jobs }: Workflow): string[] {
  return [
    ...(JSON.stringify(permissions) === '{}' ? [] : ['has permissions by default']),
    // Check Atlas and a reusable workflow run without a group of their own.
    ...(concurrency.includes('atlas-shop-prod') || !triggers.includes('push') ? [] : ['is in no group']),
    ...jobs.flatMap(({ steps }) =>
      steps.flatMap((step) => (isOurs(step) ? checkOurs(step) : checkOther(step))),
    ),
  ]
}

/** Names what is wrong with a step that uses this action. */
function checkOurs({ inputs }: Step): string[] {
  return [
    ...('wait' in inputs ? [] : ['does not say whether it waits']),
    ...(/^\$\{\{ (vars|inputs)\./.test(inputs['group-id'] ?? '') ? [] : ['the project ID is not a variable']),
    ...(/\|\| '[^']+' \}\}$/.test(inputs['snapshot-id'] ?? "|| 'x' }}") ? [] : ['creates if skipped']),
  ]
}

/** Names what is wrong with another step. */
function checkOther({ uses, run = '', inputs, env }: Step): string[] {
  const keepsToken = uses?.startsWith('actions/checkout@') && inputs['persist-credentials'] !== 'false'
  return [
    ...(uses === undefined || /@[0-9a-f]{40}$/.test(uses) ? [] : [`${uses} is not pinned`]),
    ...(run.includes('${{') ? ['an expression in a script'] : []),
    ...(JSON.stringify(env).includes('secrets.ATLAS_') ? ['credentials for another step'] : []),
    ...(keepsToken ? ['keeps a token'] : []),
  ]
}

/** The scripts that GitHub runs after a push if the snapshot of one job fails. A job starts after the success of all that it needs. */
function listScripts(jobs: Workflow['jobs'], failing: string): string[] {
  const succeeded: string[] = []
  return jobs.flatMap(({ id, needs, if: condition = 'true', steps }) => {
    if (!needs.every((job) => succeeded.includes(job)) || !holds(condition, FIRST_RUN)) return []
    const started = steps.filter((step) => holds(step.if ?? 'true', FIRST_RUN))
    const fails = (step: Step) => id === failing && isOurs(step) && step['continue-on-error'] === undefined
    const end = started.findIndex(fails)
    if (end === -1) succeeded.push(id)
    const scripts = started.slice(0, end === -1 ? started.length : end).flatMap(({ run }) => run ?? [])
    return scripts.map((script) => `${id}: ${script}`)
  })
}

describe('the workflow with staging and production', () => {
  const { jobs = [] } = all.find(({ code }) => code.includes('environment: staging'))?.workflow ?? {}

  it('deploys nothing if the snapshot of staging fails', () => {
    expect(listScripts(jobs, 'staging')).toStrictEqual(['test: ./test.sh'])
  })

  it('deploys only to staging if the snapshot of production fails', () => {
    const deployed = ['test: ./test.sh', 'staging: ./migrate.sh', 'staging: ./deploy.sh']
    expect(listScripts(jobs, 'production')).toStrictEqual(deployed)
  })
})

describe('the examples', () => {
  it('are safe to copy', () => {
    const wrong = all.flatMap(({ path, workflow }) =>
      checkWorkflow(workflow).map((what) => `${path}: ${what}`),
    )
    expect(all.length).toBeGreaterThan(10)
    expect(wrong).toStrictEqual([])
  })

  it('and the workflows of this repository have the required inputs and no unknown ones', () => {
    const declared = Object.entries(readMetadata().inputs)
    const required = declared.flatMap(([name, input]) => (input.required ? [name] : []))
    for (const { workflow } of [...all, ...workflowFiles()])
      for (const { inputs } of workflow.jobs.flatMap(({ steps }) => steps.filter(isOurs))) {
        expect(Object.keys(inputs)).toStrictEqual(expect.arrayContaining(required))
        expect(declared.map(([name]) => name)).toStrictEqual(expect.arrayContaining(Object.keys(inputs)))
      }
  })

  it('remain valid if only the first # of a line to change is removed', () => {
    const changed = all.flatMap(({ code }) => {
      const uncommented = code.replace(/^( *)#(?=[a-z]+:)/gm, '$1')
      return uncommented === code ? [] : [JSON.stringify(parse(uncommented).jobs)]
    })
    expect(changed).toHaveLength(2)
    for (const jobs of changed) expect(jobs).toContain('"environment":"production"')
  })

  it('have conditions that hold, or not, in a first run after a push', () => {
    const conditions = all.flatMap(({ workflow: { jobs } }) =>
      jobs.flatMap((job) => [job.if ?? [], ...job.steps.map((step) => step.if ?? [])].flat()),
    )
    const found = [...new Set(conditions)].map((condition) => [condition, holds(condition, FIRST_RUN)])
    expect(Object.fromEntries(found)).toStrictEqual({
      'needs.snapshot.outputs.attempt != github.run_attempt': false,
      "steps.pending.outputs.migrations != 'none'": true,
      "github.event.inputs.skip-snapshot != 'true'": true,
      "github.event.inputs.skip-snapshot == 'true'": false,
      "github.ref == 'refs/heads/main'": true,
    })
  })
})
