import type { CredentialKind } from './credentials.js'
import type { DigestSession } from './digest/session.js'
import { RejectedError } from './errors.js'
import {
  type HttpRequest,
  type HttpResponse,
  requestTarget,
  type Send,
  type SendAuthenticated,
} from './http.js'
import { isRoleMissing } from './remedies.js'
import {
  asNotExecuted,
  formatErrorResponse,
  noUsableResponse,
  parseErrorResponse,
} from './response-errors.js'

const CREDENTIAL: CredentialKind = 'API key'
/** How often in a row a request is sent again because its nonce was refused. */
const MAX_NEW_NONCES = 3

/**
 * Digest authentication (RFC 7616) around the seam. A read reuses the nonce with a counted-up `nc`; a POST starts
 * without credentials, so that its nonce is fresh and a 401 to it means what it says.
 *
 * @throws RejectedError if no challenge can be answered; a 401 that stands is returned as the answer
 */
export function digestAuthenticator(send: Send, session: DigestSession): SendAuthenticated {
  // Atlas's header has the shape of Jetty's, which takes a counted-up nc; another server may not, and says so once.
  let reusesNonce = true

  return async (request, signal) => {
    if (request.method === 'POST' || !reusesNonce) session.forget()
    let fresh = false
    for (let newNonces = 0; ; newNonces++) {
      if (!session.ready) {
        const response = await sendBare(send, request, signal)
        if (response.status !== 401) return { response, authenticated: false, credential: CREDENTIAL }
        takeChallenge(session, request, response)
        fresh = true
      }
      const response = await sendSigned(send, session, request, signal)
      if (response.status !== 401 || isRoleMissing(parseErrorResponse(response)))
        return { response, authenticated: true, credential: CREDENTIAL }
      const challenge = session.challenge(challengesOf(response))
      if (fresh && challenge?.stale !== true) return { response, authenticated: true, credential: CREDENTIAL }
      if (newNonces === MAX_NEW_NONCES) throw noncesRefused(request, response)
      if (challenge?.stale !== true) reusesNonce = false
      fresh = challenge !== undefined
    }
  }
}

async function sendBare(send: Send, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  try {
    return await send(request, signal)
  } catch (error) {
    throw asNotExecuted(error)
  }
}

async function sendSigned(
  send: Send,
  session: DigestSession,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const signed = session.sign({
    method: request.method,
    uri: requestTarget(request.url),
    body: request.body ?? '',
  })
  const answer = await send(
    { ...request, headers: { ...request.headers, authorization: signed.header } },
    signal,
  )
  const info = answer.headers['authentication-info']?.join(', ')
  if (!session.accept(signed, info, answer.body)) {
    session.forget()
    throw noUsableResponse(
      `${request.purpose}: what answered could not prove that it knows the API key (rspauth is wrong).`,
      true,
    )
  }
  return answer
}

function takeChallenge(session: DigestSession, request: HttpRequest, answer: HttpResponse): void {
  if (session.challenge(challengesOf(answer)) !== undefined) return
  const refusal = parseErrorResponse(answer)
  throw new RejectedError(
    {
      title: 'The server offers no digest authentication',
      message: `${request.purpose}: ${formatErrorResponse(refusal)}, without a digest challenge that can be answered.`,
      remedy:
        'Check base-url, and that no proxy answers in place of Atlas; Basic authentication is never used.',
    },
    refusal,
  )
}

function noncesRefused(request: HttpRequest, answer: HttpResponse): RejectedError {
  return new RejectedError(
    {
      title: 'Atlas refuses every nonce',
      message: `${request.purpose}: one digest nonce after the other was refused as stale.`,
      remedy: 'Check that no proxy between the runner and Atlas keeps or mixes up answers.',
    },
    parseErrorResponse(answer),
  )
}

function challengesOf(answer: HttpResponse): readonly string[] {
  return answer.headers['www-authenticate'] ?? []
}
