import { types } from 'node:util'

// Jest runs tests in another realm, whose constructors differ from those of Node's core. Without this, `instanceof Error`
// is false for errors of the core, and the code under test would not read their messages.

const isOwn = Function.prototype[Symbol.hasInstance]
// Subclasses inherit this, with themselves as `this`.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown): boolean {
    if (this === Error) return types.isNativeError(value)
    if (this === AggregateError) return types.isNativeError(value) && 'errors' in value
    return isOwn.call(this, value)
  },
})
