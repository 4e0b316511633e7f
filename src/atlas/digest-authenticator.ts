import { type Authenticate, unanswered, withoutCredentials } from './answer.js'
import type { CredentialKind } from './credentials.js'
import type { DigestSession } from './digest/session.js'
import { RefusedError } from './errors.js'
import { type HttpAnswer, type HttpRequest, requestTarget, type Send } from './http.js'
import { describeRefusal, refusalOf } from './refusal.js'
import { isRoleMissing } from './remedies.js'

const CREDENTIAL: CredentialKind = 'API key'
/** How often in a row a request is sent again because its nonce was refused. */
const MOST_NEW_NONCES = 3

/**
 * Digest authentication (RFC 7616) around the seam. A read reuses the nonce with a counted-up `nc`; a POST starts
 * without credentials, so that its nonce is fresh and a 401 to it means what it says.
 *
 * @throws RefusedError if no challenge can be answered; a 401 that stands is returned as the answer
 */
export function digestAuthenticator(send: Send, session: DigestSession): Authenticate {
  // Atlas's header has the shape of Jetty's, which takes a counted-up nc; another server may not, and says so once.
  let reusesNonce = true

  return async (request, signal) => {
    if (request.method === 'POST' || !reusesNonce) session.forget()
    let fresh = false
    for (let newNonces = 0; ; newNonces++) {
      if (!session.ready) {
        const answer = await sendBare(send, request, signal)
        if (answer.status !== 401) return { answer, credentialed: false, credential: CREDENTIAL }
        takeChallenge(session, request, answer)
        fresh = true
      }
      const answer = await sendSigned(send, session, request, signal)
      if (answer.status !== 401 || isRoleMissing(refusalOf(answer)))
        return { answer, credentialed: true, credential: CREDENTIAL }
      const challenge = session.challenge(challengesOf(answer))
      if (fresh && challenge?.stale !== true) return { answer, credentialed: true, credential: CREDENTIAL }
      if (newNonces === MOST_NEW_NONCES) throw noncesRefused(request, answer)
      if (challenge?.stale !== true) reusesNonce = false
      fresh = challenge !== undefined
    }
  }
}

async function sendBare(send: Send, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    return await send(request, signal)
  } catch (error) {
    throw withoutCredentials(error)
  }
}

async function sendSigned(
  send: Send,
  session: DigestSession,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
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
    throw unanswered(
      `${request.purpose}: what answered could not prove that it knows the API key (rspauth is wrong).`,
      true,
    )
  }
  return answer
}

function takeChallenge(session: DigestSession, request: HttpRequest, answer: HttpAnswer): void {
  if (session.challenge(challengesOf(answer)) !== undefined) return
  const refusal = refusalOf(answer)
  throw new RefusedError(
    {
      title: 'The server offers no digest authentication',
      message: `${request.purpose}: ${describeRefusal(refusal)}, without a digest challenge that can be answered.`,
      remedy:
        'Check base-url, and that no proxy answers in place of Atlas; Basic authentication is never used.',
    },
    refusal,
  )
}

function noncesRefused(request: HttpRequest, answer: HttpAnswer): RefusedError {
  return new RefusedError(
    {
      title: 'Atlas refuses every nonce',
      message: `${request.purpose}: one digest nonce after the other was refused as stale.`,
      remedy: 'Check that no proxy between the runner and Atlas keeps or mixes up answers.',
    },
    refusalOf(answer),
  )
}

function challengesOf(answer: HttpAnswer): readonly string[] {
  return answer.headers['www-authenticate'] ?? []
}
