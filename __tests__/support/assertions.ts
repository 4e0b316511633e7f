import fc from 'fast-check'
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

/** The same runs each time, so that no gate turns red by chance; `PROPERTY_SEED=N` explores others. */
const SEED = Number(process.env['PROPERTY_SEED'] ?? 7616)

/** Asserts that a property holds. */
export function assertProperty<T>(property: fc.IProperty<T>, parameters: fc.Parameters<T> = {}): void {
  fc.assert(property, { seed: SEED, ...parameters })
}
