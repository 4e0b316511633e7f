import { describe, expect, it } from '@jest/globals'
import { readMetadata } from '../../script/metadata.js'
import { holds } from '../support/expression.js'
import { workflowFiles } from '../support/workflow.js'

// zizmor audits the workflows (.ci/run). These are the rules that it lacks.

const files = workflowFiles()

function listPermissions(permissions: unknown): string[] {
  if (typeof permissions === 'string') return [permissions]
  return Object.entries(permissions ?? {}).map(([name, access]) => `${name}: ${access}`)
}

it('a step that uses this action has its required inputs and no unknown ones', () => {
  const { inputs } = readMetadata()
  const required = Object.keys(inputs).filter((name) => inputs[name]?.required)
  const steps = files
    .flatMap(({ workflow }) => workflow.jobs.flatMap((job) => job.steps))
    .filter(({ uses }) => uses === './')
  expect(steps).not.toHaveLength(0)
  for (const step of steps) {
    expect(Object.keys(step.inputs)).toStrictEqual(expect.arrayContaining(required))
    expect(Object.keys(inputs)).toStrictEqual(expect.arrayContaining(Object.keys(step.inputs)))
  }
})

/** Permissions that are safe for a job with code of a pull request. CodeQL writes its findings. */
const harmless = ['contents: read', 'security-events: write', 'pull-requests: read', 'actions: read']

it('the CI of this repository gives pull requests no secrets and no permission to write code', () => {
  const started = files.filter(({ workflow }) => workflow.triggers.includes('pull_request'))
  expect(started).not.toHaveLength(0)
  for (const { path, code, workflow } of started) {
    const permissions = workflow.jobs.flatMap((job) => listPermissions(job.permissions))
    const harmful = permissions.filter((each) => !harmless.includes(each))
    const usesSecrets = /\bsecrets\b/.test(code)
    expect({ path, harmful, usesSecrets }).toStrictEqual({ path, harmful: [], usesSecrets: false })
  }
})

describe('the job that a branch rule requires', () => {
  const jobs = files.find(({ path }) => path.endsWith('/ci.yml'))?.workflow.jobs ?? []
  const gate = jobs.at(-1)
  const runAll = (...odd: readonly string[]) =>
    Object.fromEntries((gate?.needs ?? []).map((id, index) => [id, { result: odd[index] ?? 'success' }]))
  /** Whether the only step of the job runs, which always fails. */
  const fails = (...odd: readonly string[]) => holds(gate?.steps[0]?.if, { needs: runAll(...odd) }, false)

  it('waits for every other job, whatever its result', () => {
    expect(gate?.if).toBe('always()')
    expect(gate?.needs).toStrictEqual(jobs.slice(0, -1).map(({ id }) => id))
    expect(gate?.steps).toStrictEqual([expect.objectContaining({ run: 'exit 1' })])
  })

  it('succeeds if all jobs succeeded', () => {
    expect(fails()).toBe(false)
  })

  it.each(['failure', 'cancelled', 'skipped'])('fails if the result of one job is %s', (result) => {
    expect(fails('success', result)).toBe(true)
  })
})
