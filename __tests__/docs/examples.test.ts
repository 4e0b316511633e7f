import { describe, expect, it } from '@jest/globals'
import { parseInputs } from '../../src/action/inputs.js'
import { actionYml } from '../support/action-yml.js'
import { catchProblems } from '../support/assertions.js'
import { documents, readBlocks } from '../support/documents.js'
import { isOurs, type Job, readWorkflow, type Step, withExpressions } from '../support/workflow.js'

const action = actionYml()
const examples = documents()
  .flatMap((document) => readBlocks(document, 'yaml', 'yml'))
  .map(({ code, where }) => ({ where, workflow: readWorkflow(code) }))
const jobs = examples.flatMap(({ where, workflow }) => workflow.jobs.map((job) => ({ where, workflow, job })))
const ourSteps = jobs.flatMap(({ where, job }) =>
  job.steps.flatMap((step) => (isOurs(step) ? [{ where, step, inputs: step.inputs }] : [])),
)

/** Values for expressions, by input or variable. */
const PLAUSIBLE: Readonly<Record<string, string>> = {
  'group-id': '5f1e2d3c4b5a69788796a5b4',
  'cluster-name': 'shop-prod',
  'public-key': 'abcdefgh',
  'private-key': '01234567-89ab-cdef-0123-456789abcdef',
  'client-id': 'mdb_sa_id_5f1e2d3c4b5a69788796a5b4',
  'client-secret': 'mdb_sa_sk_secret',
  'snapshot-id': '66f1e2d3c4b5a69788796a5b',
  description: 'words',
  'github-token': 'token',
  MONGODB_ATLAS_CLIENT_ID: 'mdb_sa_id_5f1e2d3c4b5a69788796a5b4',
  MONGODB_ATLAS_CLIENT_SECRET: 'mdb_sa_sk_secret',
}

describe('the examples', () => {
  it('are complete workflows without permissions by default', () => {
    expect(examples.length).toBeGreaterThan(10)
    for (const { where, workflow } of examples) {
      expect({ where, permissions: workflow.permissions }).toEqual({ where, permissions: {} })
      expect({ where, triggers: workflow.triggers }).not.toEqual({ where, triggers: [] })
    }
  })

  it('use valid inputs', () => {
    expect(ourSteps.length).toBeGreaterThan(10)
    const problems = ourSteps.flatMap(({ where, step }) =>
      findProblems(step).map((problem) => `${where}: ${problem}`),
    )
    expect(problems).toEqual([])
  })

  it('set wait, and keep the project ID in a variable', () => {
    for (const { where, inputs } of ourSteps) {
      expect({ where, said: 'wait' in inputs || inputs['dry-run'] === 'true' }).toEqual({ where, said: true })
      expect(inputs['group-id']).toMatch(/^\$\{\{ vars\.\w+ \}\}$/)
    }
    expect(ourSteps[0]?.inputs['wait']).toBe('true')
  })

  it('pass credentials to this action only, not to builds and deployments', () => {
    const shown = jobs.flatMap(({ where, job }) =>
      job.steps
        .filter((step) => !isOurs(step) && /secrets\.ATLAS_(CLIENT|P)/.test(JSON.stringify(step.env)))
        .map(() => where),
    )
    expect(shown).toEqual([])
  })

  it('give the step more time than the action', () => {
    const limited = ourSteps.filter(({ step }) => step.timeoutMinutes !== undefined)
    expect(limited).not.toHaveLength(0)
    for (const { where, step, inputs } of limited) {
      const own = Number(inputs['timeout-minutes'] ?? action.inputs['timeout-minutes']?.default)
      expect({ where, longer: (step.timeoutMinutes ?? 0) > own }).toEqual({ where, longer: true })
    }
    const unlimited = ourSteps.filter(
      ({ step, inputs }) => inputs['wait'] === 'true' && step.timeoutMinutes === undefined,
    )
    expect(unlimited).toEqual([])
  })

  it('fail if the snapshot of an earlier step is missing, instead of creating another one', () => {
    const attaching = ourSteps
      .flatMap(({ inputs }) => inputs['snapshot-id'] ?? [])
      .filter((id) => !/^\$\{\{ inputs\.snapshot-id \}\}$/.test(id))
    expect(attaching).not.toHaveLength(0)
    for (const id of attaching) expect(id).toMatch(/^\$\{\{ \S+ \|\| '[^']+' \}\}$/)
  })

  it('refer only to steps, jobs, and outputs that exist', () => {
    const wrong = jobs.flatMap(({ where, workflow, job }) =>
      [...stepReferences(job), ...jobReferences(job, workflow.jobs)].map(
        (reference) => `${where}: ${reference}`,
      ),
    )
    expect(wrong).toEqual([])
  })

  it('contain no expression in a script', () => {
    const scripts = jobs.flatMap(({ job }) => job.steps.flatMap(({ run }) => run ?? []))
    expect(scripts).not.toHaveLength(0)
    expect(scripts.filter((script) => script.includes('${{'))).toEqual([])
  })
})

/** The problems that the action itself would report. */
function findProblems({ inputs, env }: Step): string[] {
  const unknown = Object.keys(inputs).filter((name) => !(name in action.inputs))
  if (unknown.length > 0) return unknown.map((name) => `${name} is no input`)
  const resolved = (name: string, text: string) => withExpressions(text, name, () => PLAUSIBLE[name])
  const given = (name: string) => resolved(name, inputs[name] ?? action.inputs[name]?.default ?? '')
  const environment = Object.fromEntries(
    Object.entries(env).flatMap(([name, text]) =>
      name.startsWith('MONGODB_ATLAS_') ? [[name, resolved(name, text)]] : [],
    ),
  )
  return catchProblems(() => parseInputs(given, environment)).map(({ message }) => message)
}

/** References to steps that do not exist, come later, or have no such output. */
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

/** References to jobs that are not needed or have no such output, and needs of jobs that do not exist. */
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
