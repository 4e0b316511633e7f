import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { projectRoot } from '../../script/root.js'
import { isJsonObject } from '../../src/json.js'
import { documents, readBlocks } from './documents.js'

/** Every scalar is a text, as for the runner. */
const TEXTS = { schema: 'failsafe', lineWidth: 0 } as const

type Texts = Readonly<Record<string, string>>

/** A workflow file, as far as tests read it. GitHub's language service checks the rest (lint.test.ts). */
interface Source extends Shared {
  readonly on: string | Readonly<Record<string, unknown>>
  readonly jobs: Readonly<Record<string, Job>>
}

interface Job extends Shared {
  readonly if?: string
  readonly needs?: string | readonly string[]
  /** A job with a reusable workflow has none. */
  readonly steps?: readonly Step[]
}

interface Shared {
  readonly permissions?: string | Texts
  readonly concurrency?: string | { readonly group: string }
  readonly env?: Texts
}

interface Step {
  readonly id?: string
  readonly if?: string
  readonly uses?: string
  readonly run?: string
  readonly 'continue-on-error'?: string
  readonly with?: Texts
  readonly env?: Texts
}

interface WorkflowFile {
  /** Relative to the project folder, with the line of an example. */
  readonly path: string
  readonly code: string
  readonly workflow: ReturnType<typeof readWorkflow>
}

/** The workflows of this project. */
export function workflowFiles(): WorkflowFile[] {
  const folder = '.github/workflows'
  return readdirSync(join(projectRoot(), folder)).map((name) => {
    const code = readFileSync(join(projectRoot(), folder, name), 'utf8')
    return { path: `${folder}/${name}`, code, workflow: readWorkflow(code) }
  })
}

/** The examples of the documentation. The first line of each says what it is, or where it belongs. */
export function examples(): WorkflowFile[] {
  const blocks = documents().flatMap((document) => readBlocks(document, 'yaml'))
  const find = (end: string) => blocks.find(({ code }) => readPlace(code).endsWith(end))?.code ?? ''
  const oneJob: Source = parse(find('/deploy.yml'), TEXTS)
  const twoJobs: Source = parse(complete(find('as two jobs'), oneJob), TEXTS)
  return blocks.map(({ where: path, code: part }) => {
    const place = readPlace(part)
    const base = place.includes('the two jobs') ? twoJobs : oneJob
    const isWhole = place.startsWith('.github/workflows/')
    const code = isWhole ? part : complete(part, base)
    return { path, code, workflow: readWorkflow(code) }
  })
}

/** The comment in the first line of an example. */
function readPlace(code: string): string {
  return /^# (.*)/.exec(code)?.[1] ?? ''
}

/** The workflow with an example in its place. */
function complete(code: string, base: Source): string {
  const place = readPlace(code)
  const part = parse(code, TEXTS)
  const replace = (changed: object) => stringify({ ...base, ...changed }, TEXTS)
  if (/^(The steps|Steps) of /.test(place))
    return replace({ jobs: { ...base.jobs, deploy: { ...base.jobs['deploy'], steps: part } } })
  if (/^The (concurrency|job \w+) of /.test(place))
    return replace({ ...part, jobs: { ...base.jobs, ...part.jobs } })
  if (place.startsWith('Lines to add to ')) return stringify(addLines(base, part), TEXTS)
  throw new Error(`an example without a place: ${place}`)
}

/** Adds lines to mappings, and to the steps that use the same action or run the same script. New steps come first. */
function addLines(base: unknown, lines: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(lines)) return addToSteps(base, lines)
  if (!isJsonObject(base) || !isJsonObject(lines)) return lines
  const changed = Object.entries(lines).map(([name, value]) => [name, addLines(base[name], value)])
  return { ...base, ...Object.fromEntries(changed) }
}

function addToSteps(base: readonly Step[], lines: readonly Step[]): unknown[] {
  const isSame = (step: Step) => (other: Step) => step.uses === other.uses && step.run === other.run
  const added = lines.filter((step) => !base.some(isSame(step)))
  return [...added, ...base.map((step) => addLines(step, lines.find(isSame(step)) ?? {}))]
}

/** The workflow with its jobs as a list, and the variables of each step. */
function readWorkflow(code: string) {
  const { on, permissions, concurrency, env, jobs }: Source = parse(code, TEXTS)
  return {
    triggers: typeof on === 'string' ? [on] : Object.keys(on),
    permissions,
    concurrency: typeof concurrency === 'string' ? concurrency : concurrency?.group,
    jobs: Object.entries(jobs).map(([id, job]) => ({
      ...job,
      id,
      needs: [job.needs ?? []].flat(),
      steps: (job.steps ?? []).map((step) => ({
        ...step,
        inputs: step.with ?? {},
        env: { ...env, ...job.env, ...step.env },
      })),
    })),
  }
}
