import { shortened } from '../format.js'
import type { CredentialKind } from './credentials.js'
import {
  AtlasError,
  ConflictError,
  LostAnswerError,
  NotSentError,
  RefusedError,
  TryLaterError,
  UntrustedAnswerError,
} from './errors.js'
import { type HttpAnswer, type HttpRequest, header } from './http.js'
import { describeRefusal, refusalOf } from './refusal.js'
import { explain } from './remedies.js'
import { retryAfterMs } from './retry-after.js'

/** An answer, and whether the request that brought it bore credentials; without, nothing was executed. */
export interface Exchange {
  readonly answer: HttpAnswer
  readonly credentialed: boolean
  /** What there is to prove oneself with. */
  readonly credential: CredentialKind
}

/** Sends a request with whatever credentials there are, and says whether the answer is to them. */
export type Authenticate = (request: HttpRequest, signal: AbortSignal) => Promise<Exchange>

/** Of a cluster that takes no other snapshot on demand until one has ended. */
export const UNFINISHED = {
  title: 'Another snapshot of this cluster is unfinished',
  remedy: 'Wait until the other snapshot ends, or set on-conflict to wait or reuse.',
}

const LONGEST_TARGET = 200

const RETRY_REMEDY =
  'If this happens again, look at the status of Atlas (status.mongodb.com) and at the network between the runner and Atlas.'

/**
 * What an answer other than 2xx means (the table of docs/reliability.md), as the error to throw.
 *
 * @param asked what was asked, as the subject of a sentence: `Taking a snapshot of cluster shop-prod`
 */
export function errorOf({ answer, credentialed, credential }: Exchange, asked: string): AtlasError {
  const refusal = refusalOf(answer)
  const { status, errorCode } = refusal
  const said = describeRefusal(refusal)
  if (status === 408 || status >= 500 || status < 200)
    return unanswered(`${asked}: Atlas answered ${said}.`, credentialed)
  if (status === 400 && errorCode === 'UNFINISHED_ON_DEMAND_SNAPSHOT')
    return new ConflictError({ ...UNFINISHED, message: `${asked} was refused (${said}).` })
  if (status === 429 || (status === 405 && errorCode === 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES')) {
    const report = {
      title: status === 429 ? 'Atlas limits the rate of requests' : 'Atlas is being upgraded',
      message: `${asked} was put off (${said}).`,
      remedy: 'Raise timeout-minutes so that the step can wait as long as Atlas asks, or try later.',
    }
    return new TryLaterError(report, retryAfterMs(header(answer, 'retry-after'), header(answer, 'date')))
  }
  if (status === 407) return proxyRefuses(`${asked}: ${said}.`)
  if (status >= 300 && status < 400) {
    return new UntrustedAnswerError(
      {
        title: 'Something between here and Atlas redirects the request',
        message: `${asked}: HTTP ${status} to ${targetOf(header(answer, 'location'))}. A redirect is never followed, so that credentials go nowhere else.`,
        remedy: 'Check base-url, and the proxies and captive portals of the runner.',
      },
      credentialed,
    )
  }
  const { title, remedy } = explain(refusal, credential)
  return new RefusedError({ title, message: `${asked} was refused (${said}).`, remedy }, refusal)
}

/** Where a redirect leads: origin and path alone, since the rest may hold what a login goes by; of a long one, the origin. */
function targetOf(location = ''): string {
  const target = location.replace(/\/\/[^/?#]*@/, '//').replace(/[?#;].*$/s, '')
  if (target.length <= LONGEST_TARGET) return target || 'nowhere'
  // As a word of its own, so that it stays.
  return shortened(target.replace(/^[^/]*\/\/[^/]+/, '$& '), LONGEST_TARGET)
}

/** 407, in an answer or to CONNECT. */
export function proxyRefuses(message: string, cause?: unknown): UntrustedAnswerError {
  return new UntrustedAnswerError(
    {
      title: 'The proxy refuses',
      message,
      remedy:
        'Check the user and password of the proxy in https_proxy or http_proxy, or name the host in no_proxy.',
      cause,
    },
    false,
  )
}

/** No usable answer to a request that went out with credentials, or without (then nothing was executed). */
export function unanswered(message: string, credentialed: boolean, cause?: unknown): AtlasError {
  const report = { title: 'Atlas gave no usable answer', message, remedy: RETRY_REMEDY, cause }
  return credentialed ? new LostAnswerError(report) : new NotSentError(report)
}

/** The same error for a request that bore no credentials: Atlas executes none of those. */
export function withoutCredentials(error: unknown): unknown {
  if (!(error instanceof AtlasError) || !error.mayHaveExecuted) return error
  const { title, message, remedy } = error
  const report = { title, message, remedy, cause: error.cause ?? error }
  return error instanceof UntrustedAnswerError
    ? new UntrustedAnswerError(report, false)
    : new NotSentError(report)
}
