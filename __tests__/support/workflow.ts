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
export type Workflow = ReturnType<typeof readWorkflow>
export type WorkflowStep = ReturnType<typeof readStep>

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

/** The examples of the documentation. The first line of each says what completes it. */
export function examples(): WorkflowFile[] {
  const blocks = documents().flatMap((document) => readBlocks(document, 'yaml', 'yml'))
  const base = blocks.find(({ where }) => where.startsWith('README.md:'))
  if (base === undefined) throw new Error('README.md contains no workflow')
  const whole = toFields(parse(base.code))
  return blocks.map(({ where: path, code }) => {
    if (code.startsWith('# .github/workflows/')) return { path, code, workflow: readWorkflow(parse(code)) }
    const completed = complete(whole, code, path)
    return { path, code: stringify(completed, { lineWidth: 0 }), workflow: readWorkflow(completed) }
  })
}

function complete(base: Fields, code: string, path: string): Fields {
  const part: unknown = parse(code)
  const [place] = code.split('\n')
  if (place === '# Changes in the base workflow') return toFields(merge(base, part))
  if (place === '# Instead of the snapshot job of the base workflow')
    return { ...base, jobs: { ...toFields(base['jobs']), ...toFields(toFields(part)['jobs']) } }
  if (place !== '# Steps of your deployment job')
    throw new Error(`${path} does not say where it goes: ${place}`)
  const { snapshot, deploy } = toFields(base['jobs'])
  const job = {
    'runs-on': toFields(snapshot)['runs-on'],
    permissions: toFields(deploy)['permissions'],
    steps: part,
  }
  return { ...base, jobs: { deploy: job } }
}

/** Merges mappings, and steps by their ID. Any other value replaces that of the base. */
function merge(base: unknown, change: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(change) && change.some(isStep)) return mergeSteps(base, change)
  if (!isFields(base) || !isFields(change)) return change
  const changed = Object.entries(change).map(([name, value]) => [name, merge(base[name], value)])
  return { ...base, ...Object.fromEntries(changed) }
}

/** A step with a known ID changes that step. The others go before or after it, as in the example. */
function mergeSteps(base: readonly unknown[], changes: readonly unknown[]): unknown[] {
  const steps = [...base]
  let added: unknown[] = []
  let end = 0
  for (const change of changes) {
    const id = toFields(change)['id']
    const index = steps.findIndex((step) => id !== undefined && toFields(step)['id'] === id)
    if (index < 0) added.push(change)
    else {
      steps.splice(index, 1, ...added, merge(steps[index], change))
      end = index + added.length + 1
      added = []
    }
  }
  return [...steps.slice(0, end), ...added, ...steps.slice(end)]
}

function isStep(value: unknown): boolean {
  return isFields(value) && ('id' in value || 'run' in value || 'uses' in value)
}

/** Whether the step uses this action by its published name. */
export function isOurs({ uses }: WorkflowStep): boolean {
  return uses?.startsWith(`${ACTION_NAME}@`) === true
}

/** @throws Error if there are no jobs */
function readWorkflow(document: unknown) {
  const { on, permissions, concurrency, env, jobs } = toFields(document)
  if (jobs === undefined) throw new Error('a workflow without jobs')
  return {
    triggers: typeof on === 'string' ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(toFields(on)),
    permissions,
    /** The name of the group. */
    concurrency: readGroup(concurrency),
    jobs: Object.entries(toFields(jobs)).map(([id, job]) => readJob(id, toFields(job), toTexts(env))),
  }
}

function readJob(id: string, job: Fields, env: Texts) {
  const variables = { ...env, ...toTexts(job['env']) }
  return {
    id,
    permissions: job['permissions'],
    /** The name of the group. */
    concurrency: readGroup(job['concurrency']),
    condition: toText(job['if']),
    needs: toList(job['needs']).map(String),
    /** Expressions by output name. */
    outputs: toTexts(job['outputs']),
    steps: toList(job['steps']).map((step) => readStep(toFields(step), variables)),
  }
}

function readStep(step: Fields, env: Texts) {
  const minutes = step['timeout-minutes']
  return {
    id: toText(step['id']),
    condition: toText(step['if']),
    uses: toText(step['uses']),
    run: toText(step['run']),
    /** Inputs by name. */
    inputs: toTexts(step['with']),
    /** Variables of the workflow, the job, and the step. */
    env: { ...env, ...toTexts(step['env']) },
    timeoutMinutes: typeof minutes === 'number' ? minutes : undefined,
  }
}

function readGroup(concurrency: unknown): string | undefined {
  return toText(concurrency) ?? toText(toFields(concurrency)['group'])
}

/** The fields of a mapping. Any other value has none. */
function toFields(value: unknown): Fields {
  return isFields(value) ? value : {}
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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
