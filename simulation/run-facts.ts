import { ActionError } from '../src/action-error.js'
import type { Exchange } from './exchange.js'
import { findPosts } from './oracle/posts.js'
import type { Run } from './run-step.js'

/** A situation that some runs must reach, because the simulation tests nothing about it otherwise. */
export interface CoverageGoal {
  readonly name: string
  readonly reached: (facts: RunFacts) => boolean
}

/** A run, with the facts that goals check. */
export interface RunFacts {
  readonly run: Run
  readonly success: boolean
  readonly title: string
  /** Message and remedy of a failed run. */
  readonly text: string
  /** POSTs with credentials. */
  readonly posts: readonly Exchange[]
  readonly conflicts: number
  /** The step found its own snapshot in a list. */
  readonly recovered: boolean
  /** Other snapshots that the step waited for. */
  readonly waitedFor: readonly string[]
  /** True if a POST with credentials had one of these faults. */
  readonly postHadFault: (...names: readonly string[]) => boolean
}

export function toRunFacts(run: Run): RunFacts {
  const { ending, observed } = run
  const thrown = ending.kind === 'failure' ? ending.thrown : undefined
  const posts = findPosts(run)
  const [first] = observed
  const isAnswered = posts.some(({ body }) => first !== undefined && body?.includes(first.snapshot.id))
  return {
    run,
    success: ending.kind === 'success',
    title: thrown instanceof ActionError ? thrown.title : '',
    text: thrown instanceof ActionError ? `${thrown.message} ${thrown.remedy}` : '',
    posts,
    conflicts: posts.filter(({ status }) => status === 400).length,
    recovered: first?.created === true && !isAnswered,
    waitedFor: [...new Set(readsOfOthers(run).map(({ target }) => target))],
    postHadFault: (...names) => posts.some(({ fault }) => fault !== undefined && names.includes(fault)),
  }
}

/** Status checks of other snapshots, before the step had one. */
export function readsOfOthers({ exchanges, observed, endedAt }: Run): readonly Exchange[] {
  const knownAt = observed[0]?.at ?? endedAt
  return exchanges.filter(({ operation, sentAt }) => operation === 'get' && sentAt < knownAt)
}
