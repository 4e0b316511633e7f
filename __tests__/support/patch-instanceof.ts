import { types } from 'node:util'

/**
 * Makes the errors of Node's core an `Error` to `instanceof`, as they are in every process: Jest runs tests in a realm
 * of its own, with other constructors than the core's.
 */
export function joinRealms(): void {
  const isOwn = Function.prototype[Symbol.hasInstance]
  // Every class of errors inherits this, and asks with itself as `this`.
  Object.defineProperty(Error, Symbol.hasInstance, {
    configurable: true,
    value(this: unknown, value: unknown): boolean {
      if (this === Error) return types.isNativeError(value)
      if (this === AggregateError) return types.isNativeError(value) && 'errors' in value
      return isOwn.call(this, value)
    },
  })
}
