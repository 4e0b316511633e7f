import { InputErrors } from '../../src/action/input-reader.js'

/** What a check of inputs finds wrong, each as `inputs: message`. */
export function catchProblems(check: () => unknown): string[] {
  try {
    check()
    return []
  } catch (error) {
    if (!(error instanceof InputErrors)) throw error
    return error.problems.map(({ inputs, message }) => `${inputs}: ${message}`)
  }
}
