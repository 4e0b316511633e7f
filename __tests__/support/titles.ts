import { ENDED_EARLY } from '../../src/action/fail-closed.js'
import { INVALID_INPUT } from '../../src/action/input-reader.js'
import { OUTPUTS_NOT_WRITTEN } from '../../src/action/outputs.js'
import { INTERNAL_ERROR } from '../../src/action-error.js'
import { MISSING_TAG, UNREADABLE_LIST } from '../../src/atlas/client.js'
import { BLOCKERS } from '../../src/atlas/cluster.js'
import { NETWORK_FAILURES } from '../../src/atlas/network-errors.js'
import { FAILURES } from '../../src/atlas/responses.js'
import { STEP_TITLES } from '../../src/snapshot/reports.js'

const explanations = { ...FAILURES, ...BLOCKERS, ...NETWORK_FAILURES }
const entries = Object.entries(explanations).map(([name, { title }]) => [name, title])

/** The title of every error, by its name in the code. */
export const TITLES = {
  // TypeScript does not know the names of entries.
  ...(Object.fromEntries(entries) as Record<keyof typeof explanations, string>),
  ...STEP_TITLES,
  missingTag: MISSING_TAG.title,
  unreadableList: UNREADABLE_LIST.title,
  outputsNotWritten: OUTPUTS_NOT_WRITTEN.title,
  invalidInput: INVALID_INPUT,
  internalError: INTERNAL_ERROR,
  endedEarly: ENDED_EARLY,
}

export const allTitles: readonly string[] = [...new Set(Object.values(TITLES))]
