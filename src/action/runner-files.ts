import { appendFileSync, closeSync, constants, openSync, readFileSync, statSync } from 'node:fs'
import { errorMessage } from '../action-error.js'
import type { InputReader } from './input-reader.js'

const OUTPUT_VARIABLE = 'GITHUB_OUTPUT'

/**
 * Reports an output file that is not writable, before the step creates a snapshot. Without the variable, for example in
 * a shell, the toolkit prints the outputs.
 *
 * @param env the environment of this process, which the toolkit also reads
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
      `Could not open the file in ${OUTPUT_VARIABLE} for appending: ${errorMessage(error)}. The runner sets this variable. Check that no env overrides it, and check the runner's disk.`,
    )
  }
}

/**
 * Appends to a runner file and creates it if it is missing.
 *
 * @throws Error if it is not a regular file or not writable
 */
export function appendToFile(path: string, text: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) assertRegularFile(path)
  appendFileSync(path, text)
}

/** The text of a runner file. @throws Error if it is not a regular file or not readable */
export function readTextFile(path: string): string {
  assertRegularFile(path)
  return readFileSync(path, 'utf8')
}

/** Must run before the file is opened, because opening a FIFO blocks until its other end is open. */
function assertRegularFile(path: string): void {
  if (!statSync(path).isFile()) throw new Error(`${path} is not a regular file`)
}
