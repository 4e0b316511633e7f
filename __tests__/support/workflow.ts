import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { projectRoot } from '../../script/root.js'

/** The name of this action in the examples. */
const ACTION_NAME = 'OWNER/REPO'

export type Fields = Readonly<Record<string, unknown>>

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
  /** The workflow that the job calls instead of steps. */
  readonly uses: string | undefined
  readonly needs: readonly string[]
  /** Expressions by output name. */
  readonly outputs: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

export interface Step {
  readonly id: string | undefined
  readonly name: string | undefined
  readonly condition: string | undefined
  readonly continueOnError: boolean
  readonly uses: string | undefined
  readonly run: string | undefined
  /** Inputs by name. */
  readonly inputs: Readonly<Record<string, string>>
  /** Variables of the workflow, the job, and the step. */
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMinutes: number | undefined
  /** The whole step as JSON, to search for expressions. */
  readonly text: string
}

export interface WorkflowFile {
  /** Relative to the project folder. */
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
    return { path, code, workflow: readWorkflow(code) }
  })
}

/**
 * Reads a workflow.
 *
 * @throws Error if the text is not YAML or has no jobs
 */
export function readWorkflow(code: string): Workflow {
  const workflow = toFields(parse(code))
  const jobs = Object.entries(toFields(workflow['jobs']))
  if (jobs.length === 0) throw new Error('a workflow without jobs')
  const { on } = workflow
  return {
    triggers: typeof on === 'string' ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(toFields(on)),
    permissions: workflow['permissions'],
    concurrency: readGroup(workflow['concurrency']),
    jobs: jobs.map(([id, value]) => readJob(id, toFields(value), toTexts(workflow['env']))),
  }
}

/** Whether the step uses this action by its published name. */
export function isOurs({ uses }: Step): boolean {
  return uses?.startsWith(`${ACTION_NAME}@`) === true
}

/** The fields of a mapping. Any other value has none. */
export function toFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

function readJob(id: string, job: Fields, env: Readonly<Record<string, string>>): Job {
  return {
    id,
    permissions: job['permissions'],
    concurrency: readGroup(job['concurrency']),
    condition: toText(job['if']),
    uses: toText(job['uses']),
    needs: [job['needs'] ?? []].flat().map(String),
    outputs: toTexts(job['outputs']),
    steps: [job['steps'] ?? []]
      .flat()
      .map((step) => readStep(toFields(step), { ...env, ...toTexts(job['env']) })),
  }
}

function readStep(step: Fields, env: Readonly<Record<string, string>>): Step {
  const minutes = step['timeout-minutes']
  return {
    id: toText(step['id']),
    name: toText(step['name']),
    condition: toText(step['if']),
    continueOnError: step['continue-on-error'] === true,
    uses: toText(step['uses']),
    run: toText(step['run']),
    inputs: toTexts(step['with']),
    env: { ...env, ...toTexts(step['env']) },
    timeoutMinutes: typeof minutes === 'number' ? minutes : undefined,
    text: JSON.stringify(step),
  }
}

function readGroup(concurrency: unknown): string | undefined {
  return toText(concurrency) ?? toText(toFields(concurrency)['group'])
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function toTexts(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(toFields(value)).map(([name, text]) => [name, String(text)]))
}
