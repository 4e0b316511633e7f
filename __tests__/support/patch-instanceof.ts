import { types } from 'node:util'

/**
 * Makes `instanceof Error` true for errors of Node's core. Jest runs tests in another realm, whose constructors differ
 * from those of the core.
 */
export function joinRealms(): void {
  const isOwn = Function.prototype[Symbol.hasInstance]
  // Subclasses inherit this, with themselves as `this`.
  Object.defineProperty(Error, Symbol.hasInstance, {
    configurable: true,
    value(this: unknown, value: unknown): boolean {
      if (this === Error) return types.isNativeError(value)
      if (this === AggregateError) return types.isNativeError(value) && 'errors' in value
      return isOwn.call(this, value)
    },
  })
}
