import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { projectRoot } from '../../script/root.js'
import { ACTION_NAME } from '../../script/version.js'

type Fields = Readonly<Record<string, unknown>>

/** A workflow as far as tests look at it. */
export interface Workflow {
  readonly triggers: readonly string[]
  readonly permissions: unknown
  readonly jobs: readonly Job[]
}

export interface Job {
  readonly id: string
  readonly permissions: unknown
  /** Under which condition it runs at all. */
  readonly condition: string | undefined
  /** The workflow that it calls, in place of steps. */
  readonly uses: string | undefined
  readonly needs: readonly string[]
  /** Expressions by the outputs' names. */
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
  /** What the step gets as inputs, as texts. */
  readonly inputs: Readonly<Record<string, string>>
  /** What the step finds in its environment: its own, the job's and the workflow's. */
  readonly env: Readonly<Record<string, string>>
  readonly timeoutMinutes: number | undefined
  /** The whole step as text, in which to look for expressions. */
  readonly text: string
}

/** A workflow of this project. */
export interface WorkflowFile {
  /** From the project's folder. */
  readonly path: string
  readonly code: string
  readonly workflow: Workflow
}

/** The project's own workflows. */
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
 * @throws Error where it is no YAML or has no jobs
 */
export function readWorkflow(code: string): Workflow {
  const workflow = toFields(parse(code))
  const jobs = Object.entries(toFields(workflow['jobs']))
  if (jobs.length === 0) throw new Error('a workflow without jobs')
  const { on } = workflow
  return {
    triggers: typeof on === 'string' ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(toFields(on)),
    permissions: workflow['permissions'],
    jobs: jobs.map(([id, value]) => readJob(id, toFields(value), toTexts(workflow['env']))),
  }
}

/** Whether the step uses this action, as a reader of the documentation does. */
export function isOurs({ uses }: Step): boolean {
  return uses?.startsWith(`${ACTION_NAME}@`) === true
}

/** The text with its expressions replaced by what they come to for this input, variable or output; the rest stay. */
export function withExpressions(
  text: string,
  name: string,
  meaningOf: (name: string, expression: string) => string | undefined,
): string {
  return text.replace(/\$\{\{.*?\}\}/g, (expression) => meaningOf(name, expression) ?? expression)
}

function readJob(id: string, job: Fields, env: Readonly<Record<string, string>>): Job {
  return {
    id,
    permissions: job['permissions'],
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

function toText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function toTexts(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(toFields(value)).map(([name, text]) => [name, String(text)]))
}

function toFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}
