import type { Send } from '../../src/atlas/http.js'
import { rejectOnAbort } from '../../src/timers.js'
import { createResponse } from './http-responses.js'

/** A GitHub that sends this response to every request. A body that is a string is HTML. */
export function gitHub(
  status: number,
  body: object | string = {},
  headers: Readonly<Record<string, string>> = {},
): Send {
  const type = typeof body === 'string' ? 'text/html' : 'application/json; charset=utf-8'
  return async () => createResponse(status, body, { 'content-type': type, ...headers })
}

/** A GitHub that never responds. */
export const hangingGitHub: Send = (_, signal) => rejectOnAbort(new Promise(() => undefined), signal)
