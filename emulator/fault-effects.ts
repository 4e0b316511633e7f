import { errorResponse, htmlResponse } from './errors.js'
import type { FaultRule } from './faults.js'
import { type DeliveredResponse, type EmulatorResponse, isObject, jsonResponse } from './http.js'
import { oauthError } from './token-endpoint.js'

/** What a fault can do with the request. */
interface FaultTools {
  /** Executes the request normally. */
  execute(): EmulatorResponse
  /** The 401 for the scheme of the request. With digest, this is a new challenge. */
  refuse(stale: boolean): EmulatorResponse
  /** The 401 that repeats the nonce of the request. */
  repeatChallenge(): EmulatorResponse
  /** Executes the request after this many seconds. */
  later(seconds: number): void
  /** A response with another snapshot. */
  otherSnapshot(): EmulatorResponse
}

/** A response, and its delivery if it is not usual. */
export type FaultedResponse = Pick<DeliveredResponse, 'response'> & Partial<DeliveredResponse>

const HUGE_BYTES = 9 * 1024 * 1024

/**
 * Applies a fault. Effects that need the actual response always execute the request. Effects that reject it (`stale`,
 * `refuse-nonce`, `unauthorized`) never do. All others follow `executed`.
 */
export function applyFault(rule: FaultRule, tools: FaultTools): FaultedResponse {
  const { effect } = rule
  const { execute } = tools
  switch (effect.kind) {
    case 'cut':
      return { response: execute(), delivery: { kind: 'cut' } }
    case 'drip':
      return { response: execute(), delivery: effect }
    case 'delay':
      return { response: execute(), delayMs: effect.ms }
    case 'missing-entry':
      return { response: withoutNewest(execute()) }
    case 'empty-page':
      return { response: withResults(execute(), () => []) }
    case 'twice':
      execute()
      return { response: execute() }
    case 'stale':
      return { response: tools.refuse(true) }
    case 'refuse-nonce':
    case 'unauthorized':
      return { response: tools.refuse(false) }
    case 'late':
      tools.later(effect.seconds)
      return { response: noResponse, delivery: { kind: effect.hang === true ? 'hang' : 'reset' } }
  }
  if (rule.executed === true) execute()
  switch (effect.kind) {
    case 'reset':
    case 'hang':
      return { response: noResponse, delivery: { kind: effect.kind } }
    case 'status': {
      const { status, errorCode = 'UNEXPECTED_ERROR', detail = 'Unexpected error.', retryAfter } = effect
      const headers = retryAfter === undefined ? {} : { 'Retry-After': retryAfter }
      return { response: errorResponse({ status, errorCode, detail }, headers) }
    }
    case 'html':
      return { response: htmlResponse(effect.status, effect.headers) }
    case 'redirect':
      return { response: htmlResponse(effect.status, { Location: effect.location }) }
    case 'null':
      return { response: jsonResponse(200, null) }
    case 'shape':
      return { response: jsonResponse(200, { ok: true, data: [{ snapshot: 1 }] }) }
    case 'huge': {
      // Built by hand, because serializing it would take longer than everything else.
      const body = `{"padding":"${' '.repeat(HUGE_BYTES)}"}`
      return { response: { ...jsonResponse(200, {}), body } }
    }
    case 'other-id':
      return { response: tools.otherSnapshot() }
    case 'repeat-nonce':
      return { response: tools.repeatChallenge() }
    case 'token-limit': {
      const description = 'Access Token limit reached. Try again later.'
      return { response: oauthError(403, 'access_denied', description) }
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

/** The log entry for a response that never arrives. */
const noResponse: EmulatorResponse = { status: 0, headers: {}, body: '' }
