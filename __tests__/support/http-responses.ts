import type { HttpRequest, HttpResponse, Send } from '../../src/atlas/http.js'

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

/** The response to one request, or an error. */
export type Step = HttpResponse | Error

/** A server with one step for each request, and the requests so far. */
export function scripted(...steps: readonly Step[]): { send: Send; requests: HttpRequest[] } {
  const requests: HttpRequest[] = []
  return {
    requests,
    send: async (request) => {
      const step = steps[requests.length]
      requests.push(request)
      if (step === undefined) throw new RangeError(`request ${requests.length} is not in the script`)
      if (step instanceof Error) throw step
      return step
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
