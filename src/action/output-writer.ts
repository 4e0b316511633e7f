import { formatStatus } from '../atlas/snapshot.js'
import { ActionError, errorMessage } from '../failure.js'
import * as core from './core.js'
import type { Outputs } from './outputs.js'

/**
 * Hands outputs to the runner; a later value of the same output wins.
 *
 * @param written values by name that the runner has already, which is kept up to date
 * @throws ActionError if the runner's file cannot be written, since later steps would then read nothing
 */
export function writeOutputs(outputs: Outputs, written: Map<string, string>): void {
  try {
    for (const [name, value] of Object.entries(outputs)) {
      if (written.get(name) === value) continue
      core.setOutput(name, value)
      written.set(name, value)
    }
  } catch (error) {
    const id = outputs['snapshot-id']
    throw new ActionError({
      title: 'The outputs cannot be written',
      message: `${errorMessage(error)}.${id === '' ? '' : ` Snapshot ${id} exists and is ${formatStatus(outputs)}.`}`,
      remedy: `Look at the runner's disk and at its file GITHUB_OUTPUT.${id === '' ? '' : ` Then run this again with snapshot-id ${id}.`}`,
      cause: error,
    })
  }
}
