import type { Headers } from './http.js'
import { type Operation, operationKinds } from './routes.js'

/** Operations that a fault can apply to. `any` matches all of them. */
export const faultTargets = [...operationKinds, 'any'] as const
type FaultTarget = (typeof faultTargets)[number]

/** Effects that need no more details. */
export const plainEffects = [
  /** The connection is reset, or no response arrives. */
  'reset',
  'hang',
  /** 200 with a JSON object that is not an Atlas resource, or with more than 8 MiB. */
  'shape',
  'huge',
  /** 200 with another snapshot than the requested one. */
  'other-id',
  /** The actual list, whose first entry has an ID in upper case. */
  'odd-entry',
  /** The 403 of the token endpoint for a service account with too many tokens. */
  'token-limit',
  /** A challenge with `stale=true`. */
  'stale',
  /** The 401 for wrong credentials. */
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
      readonly errorCode?: string | null | undefined
      readonly detail?: string | undefined
      readonly retryAfter?: string | undefined
    }
  /** A page of a gateway. */
  | { readonly kind: 'html'; readonly status: number; readonly headers?: Headers }
  /** The actual response arrives later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection is reset, or hangs, and the request is executed later. */
  | { readonly kind: 'late'; readonly seconds: number; readonly hang: boolean }

/** A fault of one request. */
export interface AppliedFault {
  readonly effect: FaultEffect
  /** Executes the request although its response is lost or replaced. */
  readonly executed: boolean
}

/** A fault, the authorized requests it applies to, and how often. */
export interface FaultRule extends AppliedFault {
  readonly on: FaultTarget
  /** Matching requests that pass first. */
  readonly skip: number
  /** Matching requests that the rule applies to after that. */
  readonly times: number
}

/** The request that a fault is chosen for. */
export interface FaultContext {
  readonly operation: Operation
  /** The request has valid credentials. */
  readonly authorized: boolean
}

/** The rules, oldest first, and how often each still skips or applies. */
export class FaultRegistry {
  readonly #entries: readonly { readonly rule: FaultRule; skip: number; times: number }[]

  constructor(rules: readonly FaultRule[]) {
    this.#entries = rules.map((rule) => ({ rule, skip: rule.skip, times: rule.times }))
  }

  /** The first rule that applies to this request. Later rules only count that they skip it. */
  next({ operation, authorized }: FaultContext): AppliedFault | undefined {
    let found: AppliedFault | undefined
    for (const entry of this.#entries) {
      const { rule } = entry
      if (!authorized || (rule.on !== 'any' && rule.on !== operation.kind)) continue
      if (entry.skip > 0) entry.skip -= 1
      else if (found === undefined && entry.times > 0) {
        entry.times -= 1
        found = rule
      }
    }
    return found
  }
}
