import { oauthError } from './authenticator.js'
import { errorResponse, htmlResponse } from './errors.js'
import type { FaultRule } from './faults.js'
import {
  type DeliveredResponse,
  type EmulatorResponse,
  type Executed,
  isObject,
  jsonResponse,
} from './http.js'

/** What a fault can do with the request. */
interface FaultTools {
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

/** A response, its delivery if it is not usual, and whether the request changed the state. */
type FaultedResponse = Executed & Partial<DeliveredResponse>

const hugeBytes = 9 * 1024 * 1024

/**
 * Applies a fault. Effects that need the actual response (`cut`, `drip`, `delay`, `twice`) always execute the request.
 * Effects that reject it (`stale`, `refuse-nonce`, `unauthorized`) never do. All others follow `executed`.
 */
export function applyFault(rule: FaultRule, tools: FaultTools): FaultedResponse {
  const { effect } = rule
  const { now } = tools
  const replaced = (answer: () => EmulatorResponse): FaultedResponse => {
    const changed = rule.executed === true && tools.execute().changed
    return { response: answer(), changed }
  }
  const refused = (stale: boolean) => ({ response: tools.refuse(stale), changed: false })
  switch (effect.kind) {
    case 'status':
      return replaced(() => statusAnswer(effect, now))
    case 'reset':
    case 'hang':
      return { ...replaced(() => noAnswer(now)), delivery: { kind: effect.kind } }
    case 'cut':
      return { ...tools.execute(), delivery: { kind: 'cut' } }
    case 'drip':
      return { ...tools.execute(), delivery: { kind: 'drip', everyMs: effect.everyMs } }
    case 'delay':
      return { ...tools.execute(), delayMs: effect.ms }
    case 'empty':
      return replaced(() => ({
        status: effect.status,
        headers: { Date: new Date(now).toUTCString() },
        body: '',
      }))
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
      const answer = tools.execute()
      return { ...answer, response: withoutNewest(answer.response) }
    }
    case 'empty-page': {
      const answer = tools.execute()
      return { ...answer, response: withResults(answer.response, () => []) }
    }
    case 'token-limit':
      return replaced(() =>
        oauthError(403, 'access_denied', 'Access Token limit reached. Try again later.', now),
      )
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
      return { ...second, changed: first.changed || second.changed }
    }
    case 'late':
      tools.later(effect.seconds)
      return {
        response: noAnswer(now),
        delivery: { kind: effect.hang === true ? 'hang' : 'reset' },
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
  effect: { status: number; errorCode?: string | null; detail?: string; retryAfter?: string },
  now: number,
): EmulatorResponse {
  const { status, errorCode = 'UNEXPECTED_ERROR', detail = 'Unexpected error.', retryAfter } = effect
  const headers = retryAfter === undefined ? {} : { 'Retry-After': retryAfter }
  return errorResponse({ status, errorCode, detail }, now, headers, errorCode === 'null' ? null : errorCode)
}

/** The log entry for a response that never arrives. */
function noAnswer(now: number): EmulatorResponse {
  return { status: 0, headers: { Date: new Date(now).toUTCString() }, body: '' }
}
