import type { HttpRequest, HttpResponse, Send } from '../../src/atlas/http.js'
import { rejectOnAbort } from '../../src/timers.js'
import { createResponse } from './http-responses.js'

/** A response of GitHub. A body that is a string is HTML. */
export function gitHubResponse(
  status: number,
  body: object | string = {},
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const type = typeof body === 'string' ? 'text/html' : 'application/json; charset=utf-8'
  return createResponse(status, body, { 'content-type': type, ...headers })
}

export const created: HttpResponse = gitHubResponse(201, { id: 1, state: 'success' })

/** What a request to GitHub leads to. */
export type GitHubAnswer = HttpResponse | 'hang' | 'reset'

/** A GitHub that gives the same answer to all requests, or one by request. */
export class ScriptedGitHub {
  readonly requests: HttpRequest[] = []
  answer: GitHubAnswer | ((request: HttpRequest) => GitHubAnswer) = created

  readonly send: Send = async (request, signal) => {
    this.requests.push(request)
    const answer = typeof this.answer === 'function' ? this.answer(request) : this.answer
    if (answer === 'hang') return rejectOnAbort(new Promise(() => undefined), signal)
    if (answer === 'reset') throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    return answer
  }

  /** The commit status in each request. */
  get statuses(): readonly unknown[] {
    return this.requests.map(({ body = '' }) => JSON.parse(body))
  }
}
