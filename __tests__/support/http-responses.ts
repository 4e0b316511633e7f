import type { HttpRequest, HttpResponse, Send } from '../../src/atlas/http.js'

const url = new URL('https://cloud.example/api/atlas/v2/groups/1/clusters/c/backup/snapshots?pageNum=1')

/** A read without credentials. */
export const get: HttpRequest = {
  purpose: 'read snapshot 1',
  method: 'GET',
  url,
  headers: { accept: 'application/json' },
}

/** A POST without credentials. */
export const post: HttpRequest = { ...get, purpose: 'create a snapshot', method: 'POST', body: '{}' }

/** A signal that never aborts. */
export const never = new AbortController().signal

/** A response as `Send` returns it. A body that is not a string becomes JSON. */
export function createResponse(
  status: number,
  body: unknown = {},
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): HttpResponse {
  const lines = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === 'string' ? [value] : value,
  ])
  return {
    status,
    headers: Object.fromEntries(lines),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

/** The 401 of Atlas to a request without valid credentials. */
export function createChallenge(nonce: string, more = 'stale=false', realm = 'MMS Public API'): HttpResponse {
  const body = { error: 401, errorCode: 'UNEXPECTED_ERROR', detail: 'You are not authorized.' }
  return createResponse(401, body, {
    'www-authenticate': `Digest realm="${realm}", domain="", nonce="${nonce}", algorithm=MD5, qop="auth", ${more}`,
  })
}

/** The response to one request, or an error to throw. A function creates the error, so rows of a table contain no errors. */
export type ScriptedResponse = HttpResponse | (() => Error)

/** A server with one response for each request, and the requests so far. */
export function scripted(...responses: readonly ScriptedResponse[]): { send: Send; requests: HttpRequest[] } {
  const requests: HttpRequest[] = []
  return {
    requests,
    send: async (request) => {
      const response = responses[requests.length]
      requests.push(request)
      if (response === undefined) throw new RangeError(`request ${requests.length} is not in the script`)
      if (typeof response === 'function') throw response()
      return response
    },
  }
}

/** A parameter of the `Authorization` header, or `none` for a request without credentials. */
export function readCredential(request: HttpRequest | undefined, name: string): string {
  const header = request?.headers['authorization']
  if (header === undefined) return 'none'
  return new RegExp(`\\b${name}="?([^",]*)"?`).exec(header)?.[1] ?? 'missing'
}

/**
 * The error that a call throws.
 *
 * @throws Error if the call throws nothing
 */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  let value: unknown
  try {
    value = await call()
  } catch (error) {
    return error
  }
  throw new Error(`nothing was thrown, the result is ${String(value)}`)
}
