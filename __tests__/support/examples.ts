import { parse, stringify } from 'yaml'
import { documents, readBlocks } from './documents.js'
import { type Fields, readWorkflow, toFields, type Workflow } from './workflow.js'

/** A workflow in the documentation. */
export interface Example {
  /** Page and line. */
  readonly where: string
  readonly code: string
  readonly workflow: Workflow
}

/** The examples of the documentation. The base workflow of docs/recipes.md completes those that are only a part. */
export function examples(): Example[] {
  const blocks = documents().flatMap((document) => readBlocks(document, 'yaml', 'yml'))
  const base = blocks.find(({ where }) => where.startsWith('docs/recipes.md:'))
  if (base === undefined) throw new Error('docs/recipes.md contains no workflow')
  const whole = toFields(parse(base.code))
  return blocks.map(({ where, code }) => {
    const part: unknown = parse(code)
    const isWhole = toFields(part)['name'] !== undefined
    const completed = isWhole ? code : stringify(complete(whole, part), { lineWidth: 0 })
    return { where, code: completed, workflow: readWorkflow(completed) }
  })
}

/** Steps and workflow keys replace those of the base workflow. Other keys are for its snapshot step. */
function complete(base: Fields, part: unknown): Fields {
  const fields = toFields(part)
  if ('jobs' in fields) return { ...base, ...fields }
  const [[id, job] = ['', {}]] = Object.entries(toFields(base['jobs']))
  const steps = Array.isArray(part) ? part : [toFields(job)['steps'] ?? []].flat().map(addToSnapshotStep)
  return { ...base, jobs: { [id]: { ...toFields(job), steps } } }

  function addToSnapshotStep(step: unknown): Fields {
    const own = toFields(step)
    const inputs = { ...toFields(own['with']), ...toFields(fields['with']) }
    return own['id'] === 'snapshot' ? { ...own, ...fields, with: inputs } : own
  }
}
