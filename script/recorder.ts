import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from '../emulator/server.js'
import { USER_AGENT } from '../src/action/node-runtime.js'
import { createHttpSender } from '../src/atlas/node-http.js'
import { type JsonObject, parseJsonObject } from '../src/json.js'

/** A request and its response, in the form of `__tests__/fixtures/atlas`. */
export interface RecordedExchange {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly authorization: string
  readonly request: Readonly<{ method: string; target: string; body?: JsonObject | undefined }>
  /** 0 without a complete response. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonObject
}

/** Starts a proxy on 127.0.0.1 that forwards each request to `origin` and records it, unless it was given up. */
export async function startRecorder(origin: string) {
  const exchanges: RecordedExchange[] = []
  const forward = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { url: target = '/', headers: sent } = incoming
    const { authorization = '' } = sent
    const method = incoming.method === 'POST' ? 'POST' : 'GET'
    const body = await text(incoming)
    const givenUp = new AbortController()
    outgoing.once('close', () => givenUp.abort())
    const url = new URL(target, origin)
    const forwarded = { purpose: 'forward', method, url, headers: withoutHopByHop(sent), body } as const
    // A sender has one request at a time, and the live check sends several at once.
    const { send, close } = createHttpSender(USER_AGENT)
    const response = await send(forwarded, givenUp.signal).catch(() => ({ status: 0, headers: {}, body: '' }))
    close()
    if (givenUp.signal.aborted) return
    const received = { ...response, headers: withoutHopByHop(response.headers) }
    const request = { method, target, body: parseJsonObject(body) }
    const json = parseJsonObject(response.body) ?? { text: response.body }
    exchanges.push({ at: Date.now(), authorization, request, ...received, body: json })
    if (received.status === 0) outgoing.destroy()
    else outgoing.writeHead(received.status, received.headers).end(received.body)
  }
  const server = createServer((incoming, outgoing) => {
    forward(incoming, outgoing).catch(() => outgoing.destroy())
  })
  // Without `unref`, the process would not end.
  const port = await listen(server.unref())
  return { url: `http://127.0.0.1:${port}`, exchanges }
}

/** Whether it is a POST of a snapshot with credentials. With an API key, the one before it gets a challenge. */
export function isPost({ status, request: { method, target } }: RecordedExchange): boolean {
  return method === 'POST' && target.endsWith('/backup/snapshots') && status !== 401
}

/** Whether Atlas rejected the request. A challenge for an API key asks for its credentials. */
export function isRefusal({ status, headers }: RecordedExchange): boolean {
  return status >= 400 && !headers['www-authenticate']?.startsWith('Digest')
}

function withoutHopByHop(headers: Readonly<Record<string, string | readonly string[] | undefined>>) {
  const own = /^(host|connection|keep-alive|content-length|transfer-encoding)$/
  const kept = Object.entries(headers).filter(([name]) => !own.test(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, [value ?? []].flat().join(', ')]))
}

/** Keys whose texts contain no name or ID, except for IDENTIFIER. Every other text is replaced. */
const KEPT =
  /^(method|target|content-type|date|ratelimit-.*|retry-after|x-error-code|www-authenticate|status|type|snapshotType|frequencyType|cloudProvider|mongo\w*Version|clusterType|stateName|instanceSize|instanceSizeName|providerName|error|errorCode|reason|token_type|rel|on-conflict|api-version)$/
const HARMLESS = /^(\d{4}-\d\d-\d\dT[\d:.]+Z|true|false|[\d.]{0,6})$/
const IDENTIFIER = /(?<=\/clusters\/)[^/?]+|\b[0-9a-f]{24}\b|(?<=nonce=")[^"]+/g

/** Replaces what identifies an account, the same value by the same word everywhere, and finds secrets. */
export class Redactor {
  readonly #secrets: Set<string>
  readonly #words = new Map<string, string>()

  constructor(secrets: readonly string[]) {
    this.#secrets = new Set(secrets)
  }

  /** The exchanges and their step as JSON. @throws Error if Atlas sent or the step received a secret */
  toRecording(exchanges: readonly RecordedExchange[], step?: object): string {
    const sent = exchanges.map(({ authorization }) => authorization.replace(/^(Basic|Bearer) /, ''))
    for (const secret of sent.filter(Boolean)) this.#secrets.add(secret)
    const start = (exchanges.find(isPost) ?? exchanges[0])?.at ?? 0
    const recorded = exchanges.map(({ at, authorization: _, ...exchange }) => {
      return { secondsAfterPost: Math.round((at - start) / 1000), ...exchange }
    })
    // A response to a token request contains the token.
    const visible = JSON.stringify({ step, recorded }, (key, value) => (key === 'access_token' ? '' : value))
    if (this.mask(visible) !== visible) throw new Error('secret in a response')
    return JSON.stringify({ step, exchanges: recorded }, (key, value) => this.#redact(key, value), 2)
  }

  #redact(key: string, value: unknown): unknown {
    if (typeof value !== 'string') return value
    if (KEPT.test(key)) return value.replace(IDENTIFIER, (part) => this.toWord(part))
    return HARMLESS.test(value) ? value : this.toWord(value)
  }

  toWord(value: string): string {
    const number = String(this.#words.size + 1)
    const isId = /^[0-9a-f]{24}$/.test(value)
    const word = this.#words.get(value) ?? (isId ? number.padStart(24, '0') : `text-${number}`)
    this.#words.set(value, word)
    return word
  }

  mask(text: string): string {
    return [...this.#secrets].reduce((masked, secret) => masked.replaceAll(secret, '***'), text)
  }
}
