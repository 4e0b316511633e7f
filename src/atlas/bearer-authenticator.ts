import type { SendAuthenticated } from './answer.js'
import type { HttpRequest, Send } from './http.js'
import { parseErrorResponse } from './refusal.js'
import { isRoleMissing } from './remedies.js'
import type { TokenSession } from './token-session.js'

/**
 * A service account's access token (RFC 6750) around the seam. A token that is refused is replaced by a new one, once a
 * request; a 401 to that one stands.
 *
 * @throws AtlasError as the session does if it gets no token: then the request was not sent, or was refused with a 401
 */
export function bearerAuthenticator(send: Send, session: TokenSession): SendAuthenticated {
  return async (request, signal) => {
    const token = await session.token(signal)
    const response = await send(bearing(token, request), signal)
    if (response.status !== 401 || isRoleMissing(parseErrorResponse(response)))
      return { response, authenticated: true, credential: 'service account' }
    session.invalidate(token)
    const again = await send(bearing(await session.token(signal), request), signal)
    return { response: again, authenticated: true, credential: 'service account' }
  }
}

function bearing(token: string, request: HttpRequest): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } }
}
