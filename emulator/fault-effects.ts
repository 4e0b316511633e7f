import { errorResponse, htmlResponse } from './errors.js'
import type { FaultRule } from './faults.js'
import { type Delivery, type EmulatorResponse, type Executed, isObject, jsonResponse } from './http.js'

/** What a fault can do with the request. */
export interface FaultTools {
  readonly now: number
  /** Executes the request normally. */
  execute(): Executed
  /** The 401 for the scheme of the request. With digest, this is a new challenge. */
  refuse(stale: boolean): EmulatorResponse
  /** The 401 that repeats the nonce of the request. */
  repeatChallenge(): EmulatorResponse
  /** Executes the request after this many seconds. */
  later(seconds: number): void
  /** A response with another snapshot. */
  otherSnapshot(): EmulatorResponse
}

/** The response, its delivery, and whether the request changed the state. */
export interface FaultedResponse {
  readonly response: EmulatorResponse
  readonly delivery: Delivery
  readonly delayMs: number
  readonly changed: boolean
}

const whole: Delivery = { kind: 'whole' }
const hugeBytes = 9 * 1024 * 1024

/**
 * Applies a fault. Effects that need the actual response (`cut`, `drip`, `delay`, `twice`) always execute the request.
 * Effects that reject it (`stale`, `refuse-nonce`, `unauthorized`) never do. All others follow `executed`.
 */
export function applyFault(rule: FaultRule, tools: FaultTools): FaultedResponse {
  const { effect, delayMs = 0 } = rule
  const { now } = tools
  const genuine = (delivery: Delivery, extraMs = 0): FaultedResponse => {
    const { response, changed } = tools.execute()
    return { response, delivery, delayMs: delayMs + extraMs, changed }
  }
  const replaced = (answer: () => EmulatorResponse, delivery = whole): FaultedResponse => {
    const changed = rule.executed === true && tools.execute().changed
    return { response: answer(), delivery, delayMs, changed }
  }
  const refused = (stale: boolean): FaultedResponse => ({
    response: tools.refuse(stale),
    delivery: whole,
    delayMs,
    changed: false,
  })
  switch (effect.kind) {
    case 'status':
      return replaced(() => statusAnswer(effect, now))
    case 'reset':
    case 'hang':
      return replaced(() => noAnswer(now), { kind: effect.kind })
    case 'cut':
      return genuine({ kind: 'cut' })
    case 'drip':
      return genuine({ kind: 'drip', everyMs: effect.everyMs })
    case 'delay':
      return genuine(whole, effect.ms)
    case 'html':
      return replaced(() => htmlResponse(effect.status, now, effect.headers))
    case 'null':
      return replaced(() => jsonResponse(200, null, now))
    case 'shape':
      return replaced(() => jsonResponse(200, { ok: true, data: [{ snapshot: 1 }] }, now))
    case 'huge':
      // Built by hand, because serializing it would take longer than everything else.
      return replaced(() => ({
        ...jsonResponse(200, {}, now),
        body: `{"padding":"${' '.repeat(hugeBytes)}"}`,
      }))
    case 'redirect':
      return replaced(() => htmlResponse(effect.status, now, { Location: effect.location }))
    case 'other-id':
      return replaced(() => tools.otherSnapshot())
    case 'missing-entry': {
      const answer = genuine(whole)
      return { ...answer, response: withoutNewest(answer.response) }
    }
    case 'empty-page': {
      const answer = genuine(whole)
      return { ...answer, response: withResults(answer.response, () => []) }
    }
    case 'stale':
      return refused(true)
    case 'repeat-nonce':
      return replaced(() => tools.repeatChallenge())
    case 'refuse-nonce':
    case 'unauthorized':
      return refused(false)
    case 'twice': {
      const first = tools.execute()
      const second = tools.execute()
      return { response: second.response, delivery: whole, delayMs, changed: first.changed || second.changed }
    }
    case 'late':
      tools.later(effect.seconds)
      return {
        response: noAnswer(now),
        delivery: { kind: effect.hang === true ? 'hang' : 'reset' },
        delayMs,
        changed: false,
      }
  }
}

/** Removes the snapshot with the highest ID from a list. IDs begin with a timestamp. Other responses stay unchanged. */
function withoutNewest(response: EmulatorResponse): EmulatorResponse {
  return withResults(response, (results) => {
    const [newest] = results.map(idOf).toSorted().toReversed()
    return results.filter((entry) => idOf(entry) !== newest)
  })
}

function idOf(entry: unknown): string {
  return isObject(entry) && typeof entry['id'] === 'string' ? entry['id'] : ''
}

/** Replaces the entries of a list. Without a count, no client could tell, so such a list stays unchanged. */
function withResults(
  response: EmulatorResponse,
  replace: (results: readonly unknown[]) => readonly unknown[],
): EmulatorResponse {
  const list: unknown = JSON.parse(response.body)
  if (!isObject(list) || !Array.isArray(list['results']) || !('totalCount' in list)) return response
  return { ...response, body: JSON.stringify({ ...list, results: replace(list['results']) }) }
}

function statusAnswer(
  effect: { status: number; errorCode?: string; detail?: string; retryAfter?: string },
  now: number,
): EmulatorResponse {
  const { status, errorCode = 'UNEXPECTED_ERROR', detail = 'Unexpected error.', retryAfter } = effect
  const headers = retryAfter === undefined ? {} : { 'Retry-After': retryAfter }
  return errorResponse({ status, errorCode, detail }, now, headers)
}

/** The log entry for a response that never arrives. */
function noAnswer(now: number): EmulatorResponse {
  return { status: 0, headers: { Date: new Date(now).toUTCString() }, body: '' }
}
