import fc from 'fast-check'
import { mentioning } from './played.js'

/** Matches a problem with these inputs whose message contains their names and these facts. */
export function problemWith(inputs: string, ...facts: readonly string[]): object {
  return { inputs, message: mentioning(...inputs.split(', '), ...facts) }
}

/** Fixed, because a test must not fail by chance. `PROPERTY_SEED=N` uses another seed. */
const SEED = Number(process.env['PROPERTY_SEED'] ?? 7616)

export function assertProperty<T>(property: fc.IProperty<T>, parameters: fc.Parameters<T> = {}): void {
  fc.assert(property, { seed: SEED, ...parameters })
}
