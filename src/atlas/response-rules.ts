import { TITLES } from '../titles.js'
import type { ErrorResponse, Meaning } from './errors.js'
import type { Explanation } from './remedies.js'

/** Who sent a response: Atlas, or perhaps a proxy or gateway. */
export type Sender = 'atlas' | 'other'

/** A row of the table. A condition that is missing is always met. */
export interface ResponseRule {
  readonly meaning: Meaning
  /** One status, or the first and last one. */
  readonly statuses: readonly [first: number, last?: number]
  /** An error code of Atlas or its token endpoint. */
  readonly code?: string
  readonly detail?: RegExp
  readonly sender?: Sender
  /** Whether `Retry-After` counts. */
  readonly hasRetryAfter?: boolean
  /** The report. Without it, `REMEDIES` has one for the code or status. */
  readonly explanation?: Explanation
}

/** For a second on-demand snapshot while another one is in progress. */
export const SNAPSHOT_CONFLICT: Explanation = {
  title: TITLES.conflict,
  remedy:
    'Re-run the job when the other snapshot has finished. To wait for it, set on-conflict: wait in a new commit.',
}

/** For a missing or unusable response. */
export const NO_USABLE_RESPONSE: Explanation = {
  title: TITLES.invalidResponse,
  remedy: 'If this happens again, check status.mongodb.com, and the network between the runner and Atlas.',
}

/** For HTTP 407, also in response to CONNECT. */
export const PROXY_AUTHENTICATION: Explanation = {
  title: TITLES.proxyAuthentication,
  remedy: 'Check the username and password of the proxy in https_proxy, or add the host to no_proxy.',
}

const REDIRECT: Explanation = {
  title: TITLES.redirect,
  remedy:
    'Check base-url, and the proxies between the runner and Atlas. To protect the credentials, this action follows no redirects.',
}

const TOKEN_LIMIT: Explanation = {
  title: TITLES.tokenLimit,
  remedy:
    'Use one service account for each pipeline, because it can have only 100 access tokens an hour. The Atlas CLI and Terraform can request one for each command.',
}

const THROTTLED_REMEDY = 'Raise timeout-minutes to allow for the wait, or try later.'
const RATE_LIMITED: Explanation = { title: TITLES.rateLimited, remedy: THROTTLED_REMEDY }

/**
 * What each response other than 2xx means. The first row that matches counts. docs/architecture.md shows what follows
 * from each meaning. A request can have been executed if its response is `unknown`, `notAtlas`, or `untrusted`, except for a
 * 407. Without credentials, none is executed, and `unknown` becomes `notExecuted`.
 */
export const RESPONSE_RULES: readonly ResponseRule[] = [
  { meaning: 'untrusted', statuses: [300, 399], explanation: REDIRECT },
  {
    meaning: 'conflict',
    statuses: [400],
    code: 'UNFINISHED_ON_DEMAND_SNAPSHOT',
    explanation: SNAPSHOT_CONFLICT,
  },
  {
    meaning: 'throttled',
    statuses: [403],
    code: 'access_denied',
    // From the token endpoint. The code alone can have other reasons.
    detail: /token limit/i,
    explanation: TOKEN_LIMIT,
  },
  {
    meaning: 'throttled',
    statuses: [405],
    code: 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES',
    hasRetryAfter: true,
    explanation: { title: TITLES.maintenance, remedy: THROTTLED_REMEDY },
  },
  { meaning: 'untrusted', statuses: [407], explanation: PROXY_AUTHENTICATION },
  { meaning: 'unknown', statuses: [408], explanation: NO_USABLE_RESPONSE },
  // Atlas does not send 421 or 425. RFC 9110 section 15.5.20, RFC 8470 section 5.2.
  { meaning: 'notAtlas', statuses: [421] },
  { meaning: 'notAtlas', statuses: [425] },
  { meaning: 'throttled', statuses: [429], sender: 'atlas', hasRetryAfter: true, explanation: RATE_LIMITED },
  // A proxy can have sent the request before.
  { meaning: 'unknown', statuses: [429], sender: 'other', hasRetryAfter: true, explanation: RATE_LIMITED },
  { meaning: 'rejected', statuses: [400, 499], sender: 'atlas' },
  { meaning: 'notAtlas', statuses: [400, 499], sender: 'other' },
  { meaning: 'unknown', statuses: [503], hasRetryAfter: true, explanation: NO_USABLE_RESPONSE },
  { meaning: 'unknown', statuses: [500, 599], explanation: NO_USABLE_RESPONSE },
]

/** For a status that HTTP does not define. */
const OTHERWISE: Omit<ResponseRule, 'statuses'> = { meaning: 'unknown', explanation: NO_USABLE_RESPONSE }

/** The rule for a response other than 2xx. */
export function findRule(
  { status, errorCode, detail = '' }: Partial<ErrorResponse> & Pick<ErrorResponse, 'status'>,
  sender: Sender,
): Omit<ResponseRule, 'statuses'> {
  const matches = (rule: ResponseRule) => {
    const [first, last = first] = rule.statuses
    return (
      first <= status &&
      status <= last &&
      (rule.code === undefined || rule.code === errorCode) &&
      (rule.detail === undefined || rule.detail.test(detail)) &&
      (rule.sender === undefined || rule.sender === sender)
    )
  }
  return RESPONSE_RULES.find(matches) ?? OTHERWISE
}

/** Whether the responder is not Atlas: a redirect, or a proxy that requires credentials. */
export function isUntrustedStatus(status: number): boolean {
  return findRule({ status }, 'other').meaning === 'untrusted'
}
