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

/** The examples of the documentation. The first line of each says what it is, or which part of which workflow it replaces. */
export function examples(): WorkflowFile[] {
  const blocks = documents().flatMap((document) => readBlocks(document, 'yaml'))
  const [oneJob = '', twoJobs = ''] = blocks.flatMap(({ code }) =>
    code.startsWith('# .github/workflows/deploy.yml\n') ? code : [],
  )
  return blocks.map(({ where: path, code: part }) => {
    const isWhole = part.startsWith('# .github/workflows/')
    const code = isWhole
      ? part
      : stringify(complete(part, parse(oneJob, TEXTS), parse(twoJobs, TEXTS)), TEXTS)
    return { path, code, workflow: readWorkflow(code) }
  })
}

function complete(code: string, oneJob: Source, twoJobs: Source): unknown {
  const [place = ''] = code.split('\n')
  const part = parse(code, TEXTS)
  if (/^# (The steps of|Steps of)/.test(place)) {
    const job = oneJob.jobs['deploy']
    return { ...oneJob, jobs: { deploy: { ...job, steps: part } } }
  }
  if (/^# The concurrency of/.test(place)) return { ...oneJob, ...part }
  if (/^# The job \w+ of two jobs\b/.test(place))
    return { ...twoJobs, jobs: { ...twoJobs.jobs, ...part.jobs } }
  if (place === '# Lines to add to deploy.yml') return addLines(oneJob, part)
  throw new Error(`an example without a place: ${place}`)
}

/** Adds lines to mappings, and to the steps that use the same action or run the same script. */
function addLines(base: unknown, lines: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(lines)) return addToSteps(base, lines)
  if (!isJsonObject(base) || !isJsonObject(lines)) return lines
  const changed = Object.entries(lines).map(([name, value]) => [name, addLines(base[name], value)])
  return { ...base, ...Object.fromEntries(changed) }
}

function addToSteps(base: readonly Step[], lines: readonly Step[]): unknown[] {
  const isSame = (step: Step) => (other: Step) => step.uses === other.uses && step.run === other.run
  const unknown = lines.filter((step) => !base.some(isSame(step)))
  if (unknown.length > 0) throw new Error('a step of the example is not in the workflow')
  return base.map((step) => addLines(step, lines.find(isSame(step)) ?? {}))
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
