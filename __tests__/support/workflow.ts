import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { projectRoot } from '../../script/root.js'
import { isJsonObject } from '../../src/atlas/json.js'
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

/** The examples of the documentation. The first line of each says what completes it. */
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
  if (/^# Changes in deploy\.yml\b/.test(place)) return merge(oneJob, parse(code, TEXTS))
  if (place === '# Changes in two jobs') return merge(twoJobs, parse(code, TEXTS))
  if (place === '# Instead of the snapshot job of two jobs') {
    const { jobs }: Source = parse(code, TEXTS)
    return { ...twoJobs, jobs: { ...twoJobs.jobs, ...jobs } }
  }
  if (!/^# Steps of your deployment job\b/.test(place))
    throw new Error(`an example without a place: ${place}`)
  return { ...oneJob, jobs: { deploy: { ...oneJob.jobs['deploy'], steps: parse(code, TEXTS) } } }
}

/** Merges mappings, and steps that use the same action or run the same script. Any other value replaces that of the base. */
function merge(base: unknown, change: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(change) && change.some(isJsonObject))
    return mergeSteps(base, change)
  if (!isJsonObject(base) || !isJsonObject(change)) return change
  const changed = Object.entries(change).map(([name, value]) => [name, merge(base[name], value)])
  return { ...base, ...Object.fromEntries(changed) }
}

/** A known step changes that step. The others go before the next known one, or after the last one. */
function mergeSteps(base: readonly Step[], changes: readonly Step[]): unknown[] {
  const find = ({ uses, run }: Step) => base.findIndex((step) => step.uses === uses && step.run === run)
  const steps: unknown[] = [...base]
  let next = Math.max(...changes.map(find)) + 1
  if (next === 0) throw new Error('no step of the example is in the base workflow')
  for (const change of changes.toReversed()) {
    const known = find(change)
    if (known < 0) steps.splice(next, 0, change)
    else {
      steps[known] = merge(steps[known], change)
      next = known
    }
  }
  return steps
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
