import type { Exchange } from './exchange.js'
import type { Run } from './step.js'

/** Something that a run may come through; a simulation that never does proves nothing about it. */
export interface Branch {
  readonly name: string
  readonly taken: (facts: Facts) => boolean
}

/** A run, with what branches are told by. */
export interface Facts {
  readonly run: Run
  readonly success: boolean
  readonly title: string
  /** Message and remedy of a failure. */
  readonly text: string
  /** POSTs with credentials. */
  readonly posts: readonly Exchange[]
  readonly conflicts: number
  readonly says: (part: string) => boolean
  /** Which of these faults struck a POST with credentials. */
  readonly struck: (...names: readonly string[]) => boolean
}
