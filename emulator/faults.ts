import type { Headers, Scheme } from './http.js'
import { apiOperationKinds, isTokenOperation, type Operation, tokenOperationKinds } from './routes.js'

/** Operations that a fault can apply to. `any` matches all of them. */
export const faultTargets = [...apiOperationKinds, ...tokenOperationKinds, 'any'] as const
type FaultTarget = (typeof faultTargets)[number]

/** Effects that need no more details. */
export const plainEffects = [
  /** The connection is reset, or no response arrives. */
  'reset',
  'hang',
  /** Headers and half of the body arrive. */
  'cut',
  /** 200 with the body `null`, or with a JSON object that is not an Atlas resource, or with more than 8 MiB. */
  'null',
  'shape',
  'huge',
  /** 200 with another snapshot than the requested one. */
  'other-id',
  /** A list without its newest snapshot, or without entries. The count still includes them. */
  'missing-entry',
  'empty-page',
  /** The 403 of the token endpoint for a service account with too many tokens. */
  'token-limit',
  /** A challenge with `stale=true`. */
  'stale',
  /** A challenge that repeats the nonce of the request, as a cache would. */
  'repeat-nonce',
  /** A challenge without `stale=true`, only for a nonce that was used before. */
  'refuse-nonce',
  /** The 401 for wrong credentials. With digest, only at the first use of a nonce. */
  'unauthorized',
  /** The request is executed twice, as if a proxy repeated it. The second response is returned. */
  'twice',
] as const

export type FaultEffect =
  | { readonly kind: (typeof plainEffects)[number] }
  /** An error in Atlas's format. `retryAfter` is the verbatim header value. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly errorCode?: string | null
      readonly detail?: string
      readonly retryAfter?: string
    }
  /** The body arrives one byte at a time. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'html'; readonly status: number; readonly headers?: Headers }
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
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
function matches(rule: FaultRule, context: FaultContext): boolean {
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
  readonly #rules: readonly { readonly rule: FaultRule; matched: number }[]

  constructor(rules: readonly FaultRule[]) {
    this.#rules = rules.map((rule) => ({ rule, matched: 0 }))
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
