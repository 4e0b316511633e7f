import { errorResponse, faultDetails, htmlResponse } from './errors.js'
import type { AppliedFault } from './faults.js'
import { type EmulatorResponse, jsonResponse } from './http.js'
import { oauthError } from './service-accounts.js'

/** What a fault can do with the request. */
interface FaultTools {
  /** Executes the request normally. */
  execute(): EmulatorResponse
  /** The 401 for the scheme of the request. With digest, this is a new challenge. */
  refuse(stale: boolean): EmulatorResponse
  /** Executes the request after this many seconds. */
  later(seconds: number): void
  /** A response with another snapshot. */
  otherSnapshot(): EmulatorResponse
}

const HUGE_BYTES = 9 * 1024 * 1024

/**
 * The response with a fault, or how it gets lost. Effects that need the actual response always execute the request.
 * Effects that reject it (`stale`, `unauthorized`) never do. All others follow `executed`.
 */
export function applyFault(
  { effect, executed }: AppliedFault,
  tools: FaultTools,
): EmulatorResponse | 'reset' | 'hang' {
  const { execute } = tools
  switch (effect.kind) {
    case 'delay':
      return execute()
    case 'odd-entry': {
      const response = execute()
      return { ...response, body: response.body.replace(/(?<="id":")\w+/, (id) => id.toUpperCase()) }
    }
    case 'twice':
      execute()
      return execute()
    case 'stale':
    case 'unauthorized':
      return tools.refuse(effect.kind === 'stale')
    case 'late':
      tools.later(effect.seconds)
      return effect.hang ? 'hang' : 'reset'
  }
  if (executed) execute()
  switch (effect.kind) {
    case 'reset':
    case 'hang':
      return effect.kind
    case 'status': {
      const { status, errorCode = 'UNEXPECTED_ERROR', detail, retryAfter } = effect
      const headers = retryAfter === undefined ? {} : { 'Retry-After': retryAfter }
      const details = detail === undefined ? faultDetails(errorCode) : { detail }
      return errorResponse({ status, errorCode, ...details }, headers)
    }
    case 'html':
      return htmlResponse(effect.status, effect.headers)
    case 'shape':
      return jsonResponse(200, { ok: true, data: [{ snapshot: 1 }] })
    case 'huge':
      // Built by hand, because serializing it would take longer than everything else.
      return { ...jsonResponse(200, {}), body: `{"padding":"${' '.repeat(HUGE_BYTES)}"}` }
    case 'other-id':
      return tools.otherSnapshot()
    case 'token-limit':
      return oauthError(403, 'access_denied', 'Access Token limit reached. Try again later.')
  }
}
