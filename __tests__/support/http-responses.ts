import { expect } from '@jest/globals'
import { toRequestError } from '../../src/atlas/error-response.js'
import type { RequestError } from '../../src/atlas/errors.js'
import {
  type Exchange,
  type HttpRequest,
  type HttpResponse,
  type Send,
  withCredentials,
} from '../../src/atlas/http.js'
import { rejectOnAbort } from '../../src/timers.js'
import { lost, untrusted } from './scripted-client.js'

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
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return {
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

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

/** The error for a response to a POST, by default with an API key. */
export function toError(
  status: number,
  body: unknown = '',
  headers: Readonly<Record<string, string>> = {},
  credential: Exchange['credential'] = 'apiKey',
): RequestError {
  const response = createResponse(status, body, headers)
  const request = withCredentials(post, 'Digest …')
  return toRequestError({ request, response, credential, isProvenAtlas: false })
}

/** The error of a script's `lost` response. */
export const lostResponse: RequestError = lost()

/** The response of a script: `ok`, `lost`, `untrusted`, a status, or the error code of a 401. */
export function toResponse(word: string): HttpResponse | Error {
  if (word === 'lost') return lostResponse
  if (word === 'untrusted') return untrusted()
  if (word === 'ok') return createResponse(200, { id: 1 })
  return /^\d+$/.test(word) ? createResponse(Number(word)) : createResponse(401, { errorCode: word })
}

/** A server that responds as a script says. */
export class ScriptedServer {
  readonly requests: HttpRequest[] = []
  readonly #toResponse: (word: string) => HttpResponse | Error
  readonly #words: string[] = []
  readonly #done: string[] = []

  constructor(toResponse: (word: string) => HttpResponse | Error) {
    this.#toResponse = toResponse
  }

  /** Sends requests to the server. `describe` returns what a script calls a request. */
  createSend(describe: (request: HttpRequest) => string): Send {
    return async (request) => {
      const word = this.#words.shift() ?? 'nothing'
      this.#done.push(`${describe(request)}>${word}`)
      this.requests.push(request)
      const response = this.#toResponse(word)
      if (response instanceof Error) throw response
      return response
    }
  }

  /**
   * Plays a script such as `GET bare>401 signed>ok GET signed>ok`: does each action, which must lead to exactly the
   * exchanges after it. An exchange consists of a request and its response.
   *
   * @returns the result of each action, or the error that it throws
   */
  async play(script: string, act: (action: string) => Promise<unknown>): Promise<unknown[]> {
    const results: unknown[] = []
    const parts = script.split(' ')
    this.#words.push(...parts.flatMap((part) => part.split('>').slice(1)))
    for (const action of parts.filter((part) => !part.includes('>'))) {
      this.#done.push(action)
      results.push(await act(action).catch((error: unknown) => error))
    }
    expect(this.#done.splice(0).join(' ')).toBe(script)
    return results
  }
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
