import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { projectRoot } from '../../script/root.js'
import { documents, readBlocks } from './documents.js'

/** The name of this action in the examples. */
const ACTION_NAME = 'OWNER/REPO'

type Fields = Readonly<Record<string, unknown>>
type Texts = Readonly<Record<string, string>>

/** The parts of a workflow that tests read. */
export interface Workflow {
  readonly triggers: readonly string[]
  readonly permissions: unknown
  /** The name of the group. */
  readonly concurrency: string | undefined
  readonly jobs: readonly Job[]
}

export interface Job {
  readonly id: string
  readonly permissions: unknown
  /** The name of the group. */
  readonly concurrency: string | undefined
  readonly condition: string | undefined
  readonly needs: readonly string[]
  /** Expressions by output name. */
  readonly outputs: Texts
  readonly steps: readonly Step[]
}

export interface Step {
  readonly id: string | undefined
  readonly condition: string | undefined
  readonly uses: string | undefined
  readonly run: string | undefined
  /** Inputs by name. */
  readonly inputs: Texts
  /** Variables of the workflow, the job, and the step. */
  readonly env: Texts
  readonly timeoutMinutes: number | undefined
}

export interface WorkflowFile {
  /** Relative to the project folder, with the line of an example. */
  readonly path: string
  readonly code: string
  readonly workflow: Workflow
}

/** The workflows of this project. */
export function workflowFiles(): WorkflowFile[] {
  const folder = '.github/workflows'
  return readdirSync(join(projectRoot(), folder)).map((name) => {
    const path = `${folder}/${name}`
    const code = readFileSync(join(projectRoot(), path), 'utf8')
    return { path, code, workflow: readWorkflow(parse(code)) }
  })
}

/** The examples of the documentation. The base workflow of docs/recipes.md completes those that are only a part. */
export function examples(): WorkflowFile[] {
  const blocks = documents().flatMap((document) => readBlocks(document, 'yaml', 'yml'))
  const base = blocks.find(({ where }) => where.startsWith('docs/recipes.md:'))
  if (base === undefined) throw new Error('docs/recipes.md contains no workflow')
  const whole = toFields(parse(base.code))
  return blocks.map(({ where: path, code }) => {
    const part: unknown = parse(code)
    if ('name' in toFields(part)) return { path, code, workflow: readWorkflow(part) }
    const completed = complete(whole, part)
    return { path, code: stringify(completed, { lineWidth: 0 }), workflow: readWorkflow(completed) }
  })
}

/** Steps and workflow keys replace those of the base workflow. Other keys are for its snapshot step. */
function complete(base: Fields, part: unknown): Fields {
  const fields = toFields(part)
  if ('jobs' in fields) return { ...base, ...fields }
  const [[id, job] = ['', {}]] = Object.entries(toFields(base['jobs']))
  const steps = Array.isArray(part) ? part : toList(toFields(job)['steps']).map(addToSnapshotStep)
  return { ...base, jobs: { [id]: { ...toFields(job), steps } } }

  function addToSnapshotStep(step: unknown): Fields {
    const own = toFields(step)
    const inputs = { ...toFields(own['with']), ...toFields(fields['with']) }
    return own['id'] === 'snapshot' ? { ...own, ...fields, with: inputs } : own
  }
}

/** Whether the step uses this action by its published name. */
export function isOurs({ uses }: Step): boolean {
  return uses?.startsWith(`${ACTION_NAME}@`) === true
}

/** @throws Error if there are no jobs */
function readWorkflow(document: unknown): Workflow {
  const { on, permissions, concurrency, env, jobs } = toFields(document)
  if (jobs === undefined) throw new Error('a workflow without jobs')
  return {
    triggers: typeof on === 'string' ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(toFields(on)),
    permissions,
    concurrency: readGroup(concurrency),
    jobs: Object.entries(toFields(jobs)).map(([id, job]) => readJob(id, toFields(job), toTexts(env))),
  }
}

function readJob(id: string, job: Fields, env: Texts): Job {
  const variables = { ...env, ...toTexts(job['env']) }
  return {
    id,
    permissions: job['permissions'],
    concurrency: readGroup(job['concurrency']),
    condition: toText(job['if']),
    needs: toList(job['needs']).map(String),
    outputs: toTexts(job['outputs']),
    steps: toList(job['steps']).map((step) => readStep(toFields(step), variables)),
  }
}

function readStep(step: Fields, env: Texts): Step {
  const minutes = step['timeout-minutes']
  return {
    id: toText(step['id']),
    condition: toText(step['if']),
    uses: toText(step['uses']),
    run: toText(step['run']),
    inputs: toTexts(step['with']),
    env: { ...env, ...toTexts(step['env']) },
    timeoutMinutes: typeof minutes === 'number' ? minutes : undefined,
  }
}

function readGroup(concurrency: unknown): string | undefined {
  return toText(concurrency) ?? toText(toFields(concurrency)['group'])
}

/** The fields of a mapping. Any other value has none. */
function toFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

function toList(value: unknown): unknown[] {
  return [value ?? []].flat()
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function toTexts(value: unknown): Texts {
  return Object.fromEntries(Object.entries(toFields(value)).map(([name, text]) => [name, String(text)]))
}
