import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Credentials } from '../src/atlas/credentials.js'
import { isJsonObject, type JsonObject, parseJson } from '../src/atlas/json.js'
import { createHttpSender } from '../src/atlas/node-http.js'

/** A request and its response, in the form of `__tests__/fixtures/atlas`. */
export interface Exchange {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly authorization: string
  readonly request: {
    readonly method: string
    readonly target: string
    readonly body?: JsonObject | undefined
  }
  /** 0 without a complete response. */
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonObject
}

/** Starts a proxy on 127.0.0.1 that forwards each request to `origin` and records it. */
export async function startRecorder(origin: string) {
  const exchanges: Exchange[] = []
  const { send } = createHttpSender('atlas-snapshot-live-check')
  const forward = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { url: target = '/', headers: sent } = incoming
    const { authorization = '' } = sent
    const method = incoming.method === 'POST' ? 'POST' : 'GET'
    const body = await text(incoming)
    const closed = new AbortController()
    outgoing.once('close', () => closed.abort())
    const request = { purpose: 'forward', method, url: new URL(target, origin), body } as const
    const sending = send({ ...request, headers: withoutHopByHop(sent) }, closed.signal)
    const response = await sending.catch(() => ({ status: 0, headers: {}, body: '' }))
    // The action timed out or was canceled, so it did not wait for the response.
    if (closed.signal.aborted) return
    const headers = withoutHopByHop(response.headers)
    const received = {
      status: response.status,
      headers,
      body: toObject(response.body) ?? { text: response.body },
    }
    exchanges.push({
      at: Date.now(),
      authorization,
      request: { method, target, body: toObject(body) },
      ...received,
    })
    if (response.status === 0) outgoing.destroy()
    else outgoing.writeHead(response.status, headers).end(response.body)
  }
  const server = createServer((incoming, outgoing) => {
    forward(incoming, outgoing).catch(() => outgoing.destroy())
  })
  // Without `unref`, the process would not end.
  await new Promise<void>((resolve) => server.unref().listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, exchanges }
}

function toObject(body: string): JsonObject | undefined {
  const json = parseJson(body)
  return isJsonObject(json) ? json : undefined
}

function withoutHopByHop(headers: Readonly<Record<string, string | readonly string[] | undefined>>) {
  const hopByHop = /^(host|connection|keep-alive|content-length|transfer-encoding)$/
  const kept = Object.entries(headers).filter(([name]) => !hopByHop.test(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, [value ?? []].flat().join(', ')]))
}

/** Keys whose texts identify nobody, except for IDENTIFIER. Every other text is replaced. */
const KEPT =
  /^(method|target|content-type|date|ratelimit-.*|retry-after|x-error-code|www-authenticate|status|type|snapshotType|frequencyType|cloudProvider|mongo\w*Version|clusterType|stateName|instanceSize|providerName|error|errorCode|reason|token_type|rel|on-conflict)$/
const HARMLESS = /^(\d{4}-\d\d-\d\dT[\d:.]+Z|true|false|[\d.]{0,6})$/
const IDENTIFIER = /(?<=\/clusters\/)[^/?]+|\b[0-9a-f]{24}\b|(?<=nonce=")[^"]+/g

/** Replaces what identifies an account, the same value by the same word everywhere, and finds secrets. */
export class Redactor {
  readonly #secrets = new Set<string>()
  readonly #words = new Map<string, string>()

  constructor(accounts: readonly Credentials[]) {
    for (const account of accounts)
      this.#secrets.add(account.kind === 'apiKey' ? account.privateKey : account.clientSecret)
  }

  /**
   * A recording as JSON, and the step that sent the requests.
   *
   * @throws Error if it contains a secret, before or after texts are replaced
   */
  toRecording(exchanges: readonly Exchange[], step?: object): string {
    for (const { authorization } of exchanges) {
      const [, credentials] = /^(?:Basic|Bearer) (.+)$/.exec(authorization) ?? []
      if (credentials !== undefined) this.#secrets.add(credentials)
    }
    const post = exchanges.find(({ request, status }) => /snapshots$/.test(request.target) && status === 200)
    const { at: start = 0 } = post ?? exchanges[0] ?? {}
    const recorded = exchanges.map(({ at, authorization: _, ...exchange }) => {
      return { secondsAfterPost: Math.round((at - start) / 1000), ...exchange }
    })
    const text = JSON.stringify({ step, exchanges: recorded }, (key, value) => this.#redact(key, value), 2)
    // A response to a token request contains the token.
    const received = JSON.stringify(recorded, (key, value) => (key === 'access_token' ? '' : value))
    if ([text, received].some((each) => this.mask(each) !== each)) throw new Error('secret in a response')
    return `${text}\n`
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
