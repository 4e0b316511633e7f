import type { HttpResponse, Send } from '../atlas/http.js'

/** What a client of GitHub's API asks of `fetch`. */
interface FetchOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/** Redirects that leave method and body as they are, as for a repository that has another name now. */
const SAME_REQUEST: readonly number[] = [307, 308]
const MAX_REDIRECTS = 3
/** Statuses whose answers have no body; `Response` insists on that. */
const WITHOUT_BODY: readonly number[] = [204, 205, 304]

/**
 * The part of `fetch` that a client of GitHub's API needs, for POST, over the one seam, so that proxies and certificates
 * are the same for all requests of a step. Redirects are followed on the same origin alone, since credentials go with
 * them; any other is the answer.
 *
 * @param purpose what the requests are for, in messages
 */
export function fetchOver(send: Send, purpose: string) {
  return async (address: string, { headers = {}, body, signal }: FetchOptions): Promise<Response> => {
    let url = new URL(address)
    for (let redirects = 0; ; redirects++) {
      const answer = await send({ purpose, method: 'POST', url, headers, ...(body && { body }) }, signal)
      const next = redirects < MAX_REDIRECTS ? parseRedirect(answer, url) : undefined
      if (next === undefined) return toResponse(answer)
      url = next
    }
  }
}

function parseRedirect({ status, headers }: HttpResponse, from: URL): URL | undefined {
  const location = headers['location']?.[0]
  if (!SAME_REQUEST.includes(status) || location === undefined || !URL.canParse(location, from.href))
    return undefined
  const next = new URL(location, from)
  return next.origin === from.origin ? next : undefined
}

function toResponse({ status, headers, body }: HttpResponse): Response {
  const pairs = Object.entries(headers).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  )
  return new Response(WITHOUT_BODY.includes(status) ? null : body, { status, headers: pairs })
}
