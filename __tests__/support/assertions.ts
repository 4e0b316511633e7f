import fc from 'fast-check'
import { mentioning } from './played.js'

/** Matches a problem with these inputs or variables whose message contains their names and these facts. */
export function problemWith(names: string, ...facts: readonly string[]): object {
  return { names, message: mentioning(...names.split(', '), ...facts) }
}

/** Fixed, because a test must not fail by chance. `PROPERTY_SEED=N` uses another seed. */
const SEED = Number(process.env['PROPERTY_SEED'] ?? 7616)

export function assertProperty<T>(property: fc.IProperty<T>, parameters: fc.Parameters<T> = {}): void {
  fc.assert(property, { seed: SEED, ...parameters })
}
