import type { Scheme } from './http.js'
import { apiOperationKinds, isTokenOperation, type Operation, tokenOperationKinds } from './routes.js'

/** Operations that a fault can apply to. `any` matches all of them. */
export const faultTargets = [...apiOperationKinds, ...tokenOperationKinds, 'any'] as const
type FaultTarget = (typeof faultTargets)[number]

export type FaultEffect =
  /** An error in Atlas's format. `retryAfter` is the verbatim header value. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly errorCode?: string | null
      readonly detail?: string
      readonly retryAfter?: string
    }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'drip'; readonly everyMs: number }
  | { readonly kind: 'delay'; readonly ms: number }
  | {
      readonly kind: 'html'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
    }
  /** A response without a body. */
  | { readonly kind: 'empty'; readonly status: number }
  /** 200 with the body `null`. */
  | { readonly kind: 'null' }
  /** 200 with a JSON object that is not an Atlas resource. */
  | { readonly kind: 'shape' }
  /** 200 with another snapshot than the requested one. */
  | { readonly kind: 'other-id' }
  /** A list without its newest snapshot. The count still includes it. */
  | { readonly kind: 'missing-entry' }
  /** A list without entries. The count still includes them. */
  | { readonly kind: 'empty-page' }
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  /** 200 with a body of more than 8 MiB. */
  | { readonly kind: 'huge' }
  /** The 403 of the token endpoint for a service account with too many tokens. */
  | { readonly kind: 'token-limit' }
  /** A challenge with `stale=true`. */
  | { readonly kind: 'stale' }
  /** A challenge that repeats the nonce of the request, as a cache would. */
  | { readonly kind: 'repeat-nonce' }
  /** A challenge without `stale=true`, only for a nonce that was used before. */
  | { readonly kind: 'refuse-nonce' }
  /** The 401 for wrong credentials. With digest, only at the first use of a nonce. */
  | { readonly kind: 'unauthorized' }
  /** The request is executed twice, as if a proxy repeated it. The second response is returned. */
  | { readonly kind: 'twice' }
  /** The connection is reset, or hangs, and the request is executed later. */
  | { readonly kind: 'late'; readonly seconds: number; readonly hang?: boolean }

/** A fault: its effect, the requests it applies to, and how often. */
export interface FaultRule {
  readonly on: FaultTarget
  /** Matching requests that pass first. Default: 0. */
  readonly skip?: number
  /** Matching requests that the rule applies to after that. Default: 1. */
  readonly times?: number
  /** Executes the request although its response is lost or replaced. Default: false. */
  readonly executed?: boolean
  /** Applies to requests without credentials instead of authorized ones. */
  readonly unauthenticated?: boolean
  /** Milliseconds before the effect. */
  readonly delayMs?: number
  readonly effect: FaultEffect
}

/** The request that a fault is chosen for. */
export interface FaultContext {
  readonly operation: Operation
  readonly method: string
  readonly target: string
  /** Scheme of the credentials sent. Without credentials, the scheme that the operation requires. */
  readonly scheme: Scheme
  /** The request has valid credentials. */
  readonly authorized: boolean
  /** The request has no `Authorization` header. */
  readonly bare: boolean
  /** Uses of the nonce, including this one. 0 for a request that is not authorized by digest. */
  readonly nonceUses: number
}

/** True if the rule matches this request, whether or not the rule is used up. */
export function matches(rule: FaultRule, context: FaultContext): boolean {
  const { operation, scheme, nonceUses } = context
  if (rule.on !== 'any' && rule.on !== operation.kind) return false
  const { kind } = rule.effect
  if (kind === 'stale' && scheme !== 'digest') return false
  if (kind === 'other-id' && isTokenOperation(operation)) return false
  if (rule.unauthenticated === true) return context.bare
  if (!context.authorized) return false
  if (kind === 'refuse-nonce') return nonceUses > 1
  if (kind === 'unauthorized' && scheme === 'digest') return nonceUses === 1
  return true
}

/** The active rules, oldest first, and how often each has matched. */
export class FaultRegistry {
  readonly #rules: { readonly rule: FaultRule; matched: number }[] = []

  constructor(rules: readonly FaultRule[]) {
    for (const rule of rules) this.add(rule)
  }

  add(rule: FaultRule): void {
    this.#rules.push({ rule, matched: 0 })
  }

  /** The first rule that applies to this request. Counts the request for every matching rule. */
  next(context: FaultContext): FaultRule | undefined {
    let struck: FaultRule | undefined
    for (const entry of this.#rules) {
      if (!matches(entry.rule, context)) continue
      const { skip = 0, times = 1 } = entry.rule
      if (entry.matched >= skip + times) continue
      // Later rules still count the requests that they skip, but keep their uses.
      if (struck !== undefined && entry.matched >= skip) continue
      entry.matched += 1
      if (entry.matched > skip) struck = entry.rule
    }
    return struck
  }
}
