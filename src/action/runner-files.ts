import { appendFileSync, closeSync, constants, openSync, readFileSync, statSync } from 'node:fs'
import { errorMessage } from '../failure.js'
import type { InputReader } from './input-reader.js'

const OUTPUT_VARIABLE = 'GITHUB_OUTPUT'

/**
 * Reports an output file that could not be written later, when there is a snapshot already. Without the variable, as in
 * a shell, the toolkit prints the outputs.
 *
 * @param env the environment of this process, which the toolkit reads by itself
 */
export function checkOutputFile(env: NodeJS.ProcessEnv, reader: InputReader): void {
  const path = env[OUTPUT_VARIABLE] ?? ''
  if (path === '') return
  try {
    assertRegularFile(path)
    closeSync(openSync(path, constants.O_WRONLY | constants.O_APPEND))
  } catch (error) {
    reader.addProblem(
      OUTPUT_VARIABLE,
      `${OUTPUT_VARIABLE} must name a regular file that this step can append to (${errorMessage(error)}). The runner sets it, so check the env of this job and the runner's disk.`,
    )
  }
}

/**
 * Appends to a file of the runner, which is created if it is missing.
 *
 * @throws Error if it is another kind of file, or cannot be written
 */
export function appendToFile(path: string, text: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) assertRegularFile(path)
  appendFileSync(path, text)
}

/** The text of a file of the runner. @throws Error if it is another kind of file, or cannot be read */
export function readTextFile(path: string): string {
  assertRegularFile(path)
  return readFileSync(path, 'utf8')
}

/** Looks before a file is opened, because opening a FIFO blocks until somebody opens its other end. */
function assertRegularFile(path: string): void {
  if (!statSync(path).isFile()) throw new Error(`${path} is not a regular file`)
}
