import type { Scheme } from './http.js'
import { apiOperationKinds, type Operation, tokenOperationKinds } from './routes.js'

/** The operations a fault can be put on; `any` is each of them. */
export const faultTargets = [...apiOperationKinds, ...tokenOperationKinds, 'any'] as const
export type FaultTarget = (typeof faultTargets)[number]

/** What goes wrong. */
export type FaultEffect =
  /** Another answer in Atlas's error shape. `retryAfter` is the header's text, as it is. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly errorCode?: string
      readonly detail?: string
      readonly retryAfter?: string
    }
  | { readonly kind: 'reset' }
  /** The connection is reset, and every other one is refused for so many seconds. */
  | { readonly kind: 'refuse'; readonly seconds: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'drip'; readonly everyMs: number }
  | { readonly kind: 'delay'; readonly ms: number }
  /** An HTML page. */
  | { readonly kind: 'html'; readonly status: number }
  /** 200 with the body `null`. */
  | { readonly kind: 'null' }
  /** 200 with a JSON object that is no resource of Atlas. */
  | { readonly kind: 'shape' }
  /** 200 with another snapshot than the one asked for. */
  | { readonly kind: 'other-id' }
  /** A list without its newest snapshot, which its count includes. */
  | { readonly kind: 'missing-entry' }
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  /** 200 with a body above 8 MiB. */
  | { readonly kind: 'huge' }
  /** A challenge with `stale=true`. */
  | { readonly kind: 'stale' }
  /** A challenge with the nonce of the request itself, as from a cache. */
  | { readonly kind: 'repeat-nonce' }
  /** A challenge without `stale=true`, only to a nonce that was used before. */
  | { readonly kind: 'refuse-nonce' }
  /** The 401 to wrong credentials; to a digest only at its nonce's first use. */
  | { readonly kind: 'unauthorized' }
  /** The request is executed twice, as by a proxy that repeats; the second answer comes back. */
  | { readonly kind: 'twice' }
  /** The connection is reset (or hangs), and the request is executed so many seconds later. */
  | { readonly kind: 'late'; readonly seconds: number; readonly hang?: boolean }

/** One fault: what, on which requests, how often. */
export interface FaultRule {
  readonly on: FaultTarget
  /** Only on this cluster. */
  readonly cluster?: string
  /** So many matching requests pass first; 0 unless given. */
  readonly skip?: number
  /** So many matching requests are hit, then the rule is used up; 1 unless given. */
  readonly times?: number
  /** Whether the request is executed although its answer is lost or replaced; false unless given. */
  readonly executed?: boolean
  /** Hits the requests that carry no credentials instead of the authorized ones. */
  readonly unauthenticated?: boolean
  /** Milliseconds before the effect shows. */
  readonly delayMs?: number
  readonly effect: FaultEffect
}

/** What a fault can be chosen by. */
export interface FaultContext {
  readonly operation: Operation
  readonly method: string
  readonly target: string
  /** Of the credentials sent, or of those that the operation asks for first. */
  readonly scheme: Scheme
  /** The credentials were right. False: there were none, or they were refused. */
  readonly authorized: boolean
  /** No `Authorization` header was sent. */
  readonly bare: boolean
  /** How often the nonce has been used, this time included; 0 for a request that is not authorized by digest. */
  readonly nonceUses: number
}

/** True if the rule concerns this request at all, however often it has struck. */
export function matches(rule: FaultRule, context: FaultContext): boolean {
  const { operation, scheme, nonceUses } = context
  if (rule.on !== 'any' && rule.on !== operation.kind) return false
  const clusterName = 'clusterName' in operation ? operation.clusterName : undefined
  if (rule.cluster !== undefined && rule.cluster !== clusterName) return false
  const { kind } = rule.effect
  if (kind === 'stale' && scheme !== 'digest') return false
  if (kind === 'other-id' && clusterName === undefined) return false
  if (rule.unauthenticated === true) return context.bare
  if (!context.authorized) return false
  if (kind === 'refuse-nonce') return nonceUses > 1
  if (kind === 'unauthorized' && scheme === 'digest') return nonceUses === 1
  return true
}

/** The rules in force, in the order they were added, and how often each has matched. */
export class FaultRegistry {
  readonly #rules: { readonly rule: FaultRule; matched: number }[] = []

  constructor(rules: readonly FaultRule[]) {
    for (const rule of rules) this.add(rule)
  }

  add(rule: FaultRule): void {
    this.#rules.push({ rule, matched: 0 })
  }

  clear(): void {
    this.#rules.length = 0
  }

  /** The first rule that strikes this request; every rule that it concerns counts it. */
  next(context: FaultContext): FaultRule | undefined {
    let struck: FaultRule | undefined
    for (const entry of this.#rules) {
      if (!matches(entry.rule, context)) continue
      const { skip = 0, times = 1 } = entry.rule
      if (entry.matched >= skip + times) continue
      // A rule behind the one that strikes keeps its turns, but its skipped requests count as they pass.
      if (struck !== undefined && entry.matched >= skip) continue
      entry.matched += 1
      if (entry.matched > skip) struck = entry.rule
    }
    return struck
  }
}
