import { basicCredentials } from './basic.js'
import type { ServiceAccount } from './credentials.js'
import { type EmulatorAnswer, type EmulatorRequest, jsonAnswer } from './http.js'
import { accepted, refused, type Verdict } from './verdict.js'

/** Checks client id and secret of a service account, which only the token endpoints ask for (RFC 6749 section 2.3.1). */
export class ClientAuthenticator {
  readonly #accounts: readonly ServiceAccount[]

  constructor(accounts: readonly ServiceAccount[]) {
    this.#accounts = accounts
  }

  check(request: EmulatorRequest): Verdict {
    const account = this.account(request)
    return account === undefined ? refused('basic') : accepted('basic', account)
  }

  /** The account whose id and secret a request has. */
  account({ headers }: EmulatorRequest): ServiceAccount | undefined {
    const given = basicCredentials(headers['authorization'] ?? '')
    return this.#accounts.find(
      ({ clientId, clientSecret }) => given?.name === clientId && given.password === clientSecret,
    )
  }

  /** The 401 to an id or a secret that is missing or wrong; `now` in milliseconds since 1970. */
  refuse(now: number): EmulatorAnswer {
    const description = 'The client id or the client secret is wrong.'
    return oauthError(401, 'invalid_client', description, now, { 'WWW-Authenticate': 'Basic realm="oauth"' })
  }
}

/** An error in the shape of RFC 6749 section 5.2, which is not Atlas's own. */
export function oauthError(
  status: number,
  error: string,
  description: string,
  now: number,
  headers: Readonly<Record<string, string>> = {},
): EmulatorAnswer {
  const body = { error, error_description: description }
  return jsonAnswer(status, body, now, { 'Cache-Control': 'no-store', ...headers })
}
