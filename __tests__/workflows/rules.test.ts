import { describe, expect, it } from '@jest/globals'
import { holds } from '../support/expression.js'
import { workflowFiles } from '../support/workflow.js'

// zizmor audits the workflows (.ci/run). These are the rules that it lacks.

const files = workflowFiles()

function listPermissions(permissions: unknown): string[] {
  if (typeof permissions === 'string') return [permissions]
  return Object.entries(permissions ?? {}).map(([name, access]) => `${name}: ${access}`)
}

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

// The bash of macOS is 3.2, which ignores `set -e` for [[.
it('a condition of a script is its last command, so that it can fail the step', () => {
  const scripts = files.flatMap(({ workflow }) => workflow.jobs.flatMap(({ steps }) => steps))
  const lines = scripts.flatMap(({ run = '' }) => run.trimEnd().split('\n').slice(0, -1))
  expect(lines.length).toBeGreaterThan(10)
  expect(lines.filter((line) => /^\s*\[\[.*\]\]$/.test(line))).toStrictEqual([])
})

describe('the job that a branch rule requires', () => {
  const jobs = files.find(({ path }) => path.endsWith('/ci.yml'))?.workflow.jobs ?? []
  const gate = jobs.at(-1)
  const runAll = (...odd: readonly string[]) =>
    Object.fromEntries((gate?.needs ?? []).map((id, index) => [id, { result: odd[index] ?? 'success' }]))
  /** Whether the only step of the job runs, which always fails. */
  const fails = (...odd: readonly string[]) => holds(gate?.steps[0]?.if ?? '', { needs: runAll(...odd) })

  it('waits for every other job, whatever its result', () => {
    expect(gate?.if).toBe('always()')
    expect(gate?.needs).toStrictEqual(jobs.slice(0, -1).map(({ id }) => id))
    expect(gate?.steps).toStrictEqual([expect.objectContaining({ run: 'exit 1' })])
  })

  it('fails unless the result of each job is success', () => {
    const results = ['success', 'failure', 'cancelled', 'skipped']
    expect(results.map((result) => fails('success', result))).toStrictEqual([false, true, true, true])
  })
})
