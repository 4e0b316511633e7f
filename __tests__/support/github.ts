import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { HttpResponse } from '../../src/atlas/http.js'
import { listen } from './listen.js'

export interface GitHubRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: unknown
}

/** A response of GitHub. An object is sent as JSON, a string as HTML. */
export interface GitHubAnswer {
  readonly status: number
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
}

type Answer = GitHubAnswer | 'hang' | 'reset' | ((request: GitHubRequest) => GitHubAnswer)

export const created: GitHubAnswer = { status: 201, body: { id: 1, state: 'success' } }

export interface GitHub {
  readonly port: number
  /** All requests, in order. */
  readonly requests: GitHubRequest[]
  /** The response from now on, to every request or by request. */
  answer: Answer
  close(): Promise<void>
}

/** Starts a GitHub on 127.0.0.1 with scripted responses. */
export async function startGitHub(answer: Answer = created): Promise<GitHub> {
  const requests: GitHubRequest[] = []
  const server = createServer()
  const { port, close } = await listen(server)
  const github: GitHub = { port, requests, answer, close }
  server.on('request', async (request, response) => {
    const { method = '', url: path = '', headers } = request
    const body = await text(request)
    const received = { method, path, headers, body: body === '' ? undefined : JSON.parse(body) }
    requests.push(received)
    const answer = typeof github.answer === 'function' ? github.answer(received) : github.answer
    if (answer === 'reset') request.socket.destroy()
    else if (answer !== 'hang') send(answer, response)
  })
  return github
}

function send(answer: GitHubAnswer, response: ServerResponse): void {
  const { status, headers, body } = toHttpResponse(answer)
  // A connection that is kept alive might be closed when the next request uses it.
  response.writeHead(status, { connection: 'close', ...headers })
  response.end(body)
}

export function toHttpResponse({ status, body = {}, headers = {} }: GitHubAnswer): HttpResponse {
  const type = typeof body === 'string' ? 'text/html' : 'application/json; charset=utf-8'
  const values = Object.entries({ 'content-type': type, ...headers })
  return {
    status,
    headers: Object.fromEntries(values.map(([name, value]): [string, string[]] => [name, [value]])),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}
