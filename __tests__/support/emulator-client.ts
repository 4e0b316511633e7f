import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Atlas, type AtlasDeps, type AtlasOptions } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import {
  type DeliveredResponse,
  type EmulatorRequest,
  type EmulatorResponse,
  isObject,
} from '../../emulator/http.js'
import { seededHex } from './seeded-hex.js'

export type Json = Readonly<Record<string, unknown>>

/** A recorded answer of Atlas, header names in lower case. */
export interface Recorded {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Json
}

/** Reads a fixture by name. */
export function fixture(name: string): unknown {
  return JSON.parse(
    readFileSync(fileURLToPath(new URL(`../fixtures/atlas/${name}.json`, import.meta.url)), 'utf8'),
  )
}

/** Narrows a fixture's entry to a recorded answer. */
export function recorded(value: unknown): Recorded {
  if (!isObject(value)) throw new TypeError('not a recorded answer')
  const { status, headers, body } = value
  if (typeof status !== 'number' || !isObject(headers) || !isObject(body))
    throw new TypeError('not a recorded answer')
  return { status, headers: lowerCase(headers), body }
}

export function lowerCase(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
}

/** An instant of the recorded traffic. */
export const postedAt = Date.parse('2026-08-10T03:26:42Z')

export interface Rig {
  readonly atlas: Atlas
  /** Moves the clock on by so many seconds. */
  wait(seconds: number): void
}

/** An emulator on a clock of its own, with random bytes that are the same in every run. */
export function rig(options: AtlasOptions = {}, more: Pick<AtlasDeps, 'chooseFault'> = {}): Rig {
  let now = postedAt
  const atlas = new Atlas(options, { now: () => now, randomHex: seededHex('emulator'), ...more })
  return {
    atlas,
    wait: (seconds) => {
      now += seconds * 1000
    },
  }
}

export interface Call {
  readonly method?: string
  readonly target: string
  readonly body?: unknown
  readonly accept?: string
  readonly contentType?: string
  readonly authorization?: string
  readonly remoteAddress?: string
  readonly origin?: string
}

/** A call as a request. */
export function toRequest({
  method = 'GET',
  target,
  body,
  accept,
  contentType,
  authorization,
  remoteAddress,
  origin,
}: Call): EmulatorRequest {
  return {
    method,
    target,
    headers: {
      accept: accept ?? 'application/vnd.atlas.2023-01-01+json',
      ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
    ...(origin === undefined ? {} : { origin }),
  }
}

export interface Credentials {
  readonly publicKey?: string
  readonly privateKey?: string
  readonly nc?: string
}

/** A parameter of a challenge, quoted or not. */
export function parameter(header: string, name: string): string {
  return new RegExp(`\\b${name}="?([^",]*)"?`).exec(header)?.[1] ?? ''
}

/** The `WWW-Authenticate` of an answer. */
export function readChallenge(answer: EmulatorResponse): string {
  const header = answer.headers['WWW-Authenticate']
  return typeof header === 'string' ? header : (header?.[0] ?? '')
}

/** Answers an MD5, `qop=auth` challenge: a digest client of its own, by RFC 7616. */
export function authorize(challenge: string, call: Call, credentials: Credentials = {}): string {
  const { publicKey = demo.publicKey, privateKey = demo.privateKey, nc = '00000001' } = credentials
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const [realm, nonce] = [parameter(challenge, 'realm'), parameter(challenge, 'nonce')]
  const a1 = md5(`${publicKey}:${realm}:${privateKey}`)
  const a2 = md5(`${call.method ?? 'GET'}:${call.target}`)
  const response = md5(`${a1}:${nonce}:${nc}:0a4f113b:auth:${a2}`)
  return `Digest username="${publicKey}", realm="${realm}", nonce="${nonce}", uri="${call.target}", algorithm=MD5, response="${response}", qop=auth, nc=${nc}, cnonce="0a4f113b"`
}

/** A fresh challenge, from an address that no fault and no state hangs on. */
export function freshChallenge(atlas: Atlas): string {
  return readChallenge(atlas.handle(toRequest({ target: '/api/atlas/v2/' })).response)
}

/** Sends a call with credentials for a fresh nonce. */
export function send(atlas: Atlas, call: Call, credentials: Credentials = {}): DeliveredResponse {
  const authorization = authorize(freshChallenge(atlas), call, credentials)
  return atlas.handle(toRequest({ ...call, authorization }))
}

/** The same, and the answer's body as an object. */
export function sendJson(atlas: Atlas, call: Call): { readonly status: number; readonly body: Json } {
  const { response } = send(atlas, call)
  const body: unknown = JSON.parse(response.body)
  if (!isObject(body)) throw new TypeError(`not an object: ${response.body}`)
  return { status: response.status, body }
}

/** Where the snapshots of a cluster are. */
export function snapshotsPath(cluster: string, version = 'v2', groupId: string = demo.groupId): string {
  return `/api/atlas/${version}/groups/${groupId}/clusters/${cluster}/backup/snapshots`
}

/** A POST that takes a snapshot. */
export function taking(cluster = 'demo', description = 'test'): Call {
  return { method: 'POST', target: snapshotsPath(cluster), body: { description, retentionInDays: 1 } }
}

export interface Client {
  readonly clientId?: string
  readonly clientSecret?: string
}

/** `Authorization: Basic` of a service account. */
export function basic({ clientId = demo.clientId, clientSecret = demo.clientSecret }: Client = {}): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
}

/** A form for one of the token endpoints, sent by a service account. */
export function tokenForm(kind: 'token' | 'revoke', form: string, client?: Client): Call {
  return {
    method: 'POST',
    target: `/api/oauth/${kind}`,
    accept: 'application/json',
    contentType: 'application/x-www-form-urlencoded',
    authorization: basic(client),
    body: form,
  }
}

/** The call that mints a token. */
export function minting(client?: Client): Call {
  return tokenForm('token', 'grant_type=client_credentials', client)
}

/** The call that ends a token. */
export function revoking(token: string, client?: Client): Call {
  return tokenForm(
    'revoke',
    new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
    client,
  )
}

/** Sends a call as it is; the answer's status, headers in lower case, and body as an object. */
export function exchange(
  atlas: Atlas,
  call: Call,
): { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Json } {
  const { response } = atlas.handle(toRequest(call))
  const body: unknown = JSON.parse(response.body)
  if (!isObject(body)) throw new TypeError(`not an object: ${response.body}`)
  return { status: response.status, headers: lowerCase(response.headers), body }
}

/** A new bearer token. */
export function mint(atlas: Atlas, client?: Client): string {
  const { access_token: token } = exchange(atlas, minting(client)).body
  if (typeof token !== 'string') throw new TypeError('no token was minted')
  return token
}
