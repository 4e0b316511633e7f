import fc from 'fast-check'

/** The same runs each time, so that no gate turns red by chance; `PROPERTY_SEED=N` explores others. */
const SEED = Number(process.env['PROPERTY_SEED'] ?? 7616)

/** Asserts that a property holds. */
export function assertProperty<T>(property: fc.IProperty<T>, parameters: fc.Parameters<T> = {}): void {
  fc.assert(property, { seed: SEED, ...parameters })
}
