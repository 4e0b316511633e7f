import { TITLES } from '../titles.js'
import { type ErrorResponse, formatErrorResponse, parseErrorResponse } from './error-response.js'
import { AtlasError, couldNot, type Meaning } from './errors.js'
import { type AtlasResponse, type HttpRequest, header, parseRetryAfter } from './http.js'
import { type Explanation, getRemedy } from './remedies.js'

/** A row of the table. A condition that is missing is always met. */
interface ResponseRule {
  readonly meaning: Meaning
  /** One status, or the first and last one. */
  readonly statuses: readonly [first: number, last?: number]
  /** An error code of Atlas or its token endpoint. */
  readonly code?: string
  readonly detail?: RegExp
  /** Whether only a response in the format of Atlas matches. */
  readonly isAtlas?: true
  /** The report. Without it, `REMEDIES` has one for the code or status. */
  readonly explanation?: Explanation
}

/** For a second on-demand snapshot while another one is in progress. */
export const SNAPSHOT_CONFLICT: Explanation = {
  title: TITLES.conflict,
  remedy: 'Wait until the other one has finished.',
}

/** For a missing or unusable response. */
export const NO_USABLE_RESPONSE: Explanation = {
  title: TITLES.invalidResponse,
  remedy: 'If this happens again, check status.mongodb.com, and the network between the runner and Atlas.',
}

/** For a response that something between the runner and Atlas has sent. */
export const NOT_ATLAS: Explanation = {
  title: TITLES.notAtlas,
  remedy: 'Check base-url and the proxies between the runner and Atlas.',
}

/** For HTTP 407, and for a proxy that refuses CONNECT. */
export const PROXY_REFUSED: Explanation = {
  title: TITLES.proxyRefused,
  remedy:
    "Check the username and password of the proxy in https_proxy (HTTP 401 or 407), and the proxy's rules for the host and port of base-url (HTTP 403). If the runner can reach the host directly, add it to no_proxy.",
}

const REDIRECT: Explanation = {
  title: TITLES.redirect,
  remedy:
    'Check base-url, and the proxies between the runner and Atlas. To protect the credentials, this action follows no redirects.',
}

const TOKEN_LIMIT: Explanation = {
  title: TITLES.tokenLimit,
  remedy:
    'Use one service account for each pipeline, because it can have at most 100 access tokens at a time. The Atlas CLI and Terraform can request one for each command.',
}

const THROTTLED_REMEDY = 'For more time, raise the timeout-minutes input in a new commit.'
const RATE_LIMITED: Explanation = { title: TITLES.rateLimited, remedy: THROTTLED_REMEDY }
const MAINTENANCE: Explanation = { title: TITLES.maintenance, remedy: THROTTLED_REMEDY }

/**
 * What each response other than 2xx means. The first row that matches counts. `snapshot/retry.ts` has what is retried.
 * Authentication has already handled a 401 with a challenge.
 */
export const RESPONSE_RULES: readonly ResponseRule[] = [
  { meaning: 'untrusted', statuses: [300, 399], explanation: REDIRECT },
  {
    meaning: 'conflict',
    statuses: [400, 499],
    code: 'UNFINISHED_ON_DEMAND_SNAPSHOT',
    explanation: SNAPSHOT_CONFLICT,
  },
  // Only the token endpoint sends this code, and also for other reasons.
  {
    meaning: 'throttled',
    statuses: [403],
    code: 'access_denied',
    detail: /token limit/i,
    isAtlas: true,
    explanation: TOKEN_LIMIT,
  },
  {
    meaning: 'throttled',
    statuses: [405],
    code: 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES',
    explanation: MAINTENANCE,
  },
  { meaning: 'rejected', statuses: [407], explanation: PROXY_REFUSED },
  { meaning: 'unknown', statuses: [408], explanation: NO_USABLE_RESPONSE },
  { meaning: 'throttled', statuses: [429], isAtlas: true, explanation: RATE_LIMITED },
  // A proxy might have forwarded the request before it sent this.
  { meaning: 'unknown', statuses: [429], explanation: RATE_LIMITED },
  { meaning: 'rejected', statuses: [400, 499], isAtlas: true },
  { meaning: 'notAtlas', statuses: [400, 499], explanation: NOT_ATLAS },
]

/** A server error, or a status that HTTP does not define. */
const OTHERWISE: Pick<ResponseRule, 'meaning' | 'explanation'> = {
  meaning: 'unknown',
  explanation: NO_USABLE_RESPONSE,
}

/** The rule for a response other than 2xx. */
export function findRule({ status, errorCode, detail = '', isAtlas }: Omit<ErrorResponse, 'parameters'>) {
  const matches = (rule: ResponseRule) => {
    const [first, last = first] = rule.statuses
    return (
      first <= status &&
      status <= last &&
      (rule.code === undefined || rule.code === errorCode) &&
      (rule.detail === undefined || rule.detail.test(detail)) &&
      (rule.isAtlas === undefined || isAtlas)
    )
  }
  return RESPONSE_RULES.find(matches) ?? OTHERWISE
}

/** After one of these, Atlas might have executed the request. */
const MAYBE_EXECUTED: readonly Meaning[] = ['unknown', 'notAtlas', 'untrusted']

/** Converts a response other than 2xx into an error, by `RESPONSE_RULES`. */
export function toAtlasError(
  { response, authenticated, credential, isAtlas }: AtlasResponse,
  { purpose }: Pick<HttpRequest, 'purpose'>,
): AtlasError {
  const parsed = parseErrorResponse(response)
  const error = { ...parsed, isAtlas: isAtlas || parsed.isAtlas }
  const { meaning, explanation = getRemedy(error, credential) } = findRule(error)
  // Atlas executes no request without credentials.
  const mayHaveExecuted = authenticated && MAYBE_EXECUTED.includes(meaning)
  const report = {
    ...explanation,
    message: couldNot(purpose, describeResponse(error, header(response, 'location'))),
    retryAfterMs: parseRetryAfter(response),
    response: meaning === 'rejected' && error.isAtlas ? error : undefined,
  }
  const isNotExecuted = meaning === 'unknown' && !authenticated
  return new AtlasError(isNotExecuted ? 'notExecuted' : meaning, report, mayHaveExecuted)
}

function describeResponse(error: ErrorResponse, location: string | undefined): string {
  const { status, isAtlas } = error
  if (status === 407) return `a proxy responded with ${formatErrorResponse(error)}`
  if (status >= 300 && status < 400)
    return `the response is a redirect (HTTP ${status}) to ${redactLocation(location)}`
  // A 5xx means the same from a proxy.
  return isAtlas || status >= 500
    ? `Atlas responded with ${formatErrorResponse(error)}`
    : `the response (${formatErrorResponse(error)}) is not in the format of Atlas`
}

/** Origin and path of a redirect, because the rest can contain credentials. */
function redactLocation(location = ''): string {
  return location.replace(/\/\/[^/?#]*@/, '//').replace(/[?#;].*$/s, '') || 'an unknown location'
}

/** The error for a 2xx response with an unusable body. */
export function noUsableResponse(message: string, authenticated: boolean): AtlasError {
  return new AtlasError(authenticated ? 'unknown' : 'notExecuted', { ...NO_USABLE_RESPONSE, message })
}

/** Converts an error of a request without credentials, which Atlas does not execute. */
export function asNotExecuted(error: unknown): unknown {
  if (!(error instanceof AtlasError) || !error.mayHaveExecuted) return error
  return new AtlasError(error.meaning === 'unknown' ? 'notExecuted' : error.meaning, error, false)
}
