import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Atlas, type AtlasOptions } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import {
  type DeliveredResponse,
  type EmulatorRequest,
  type EmulatorResponse,
  isObject,
} from '../../emulator/http.js'
import { seededHex } from './seeded-hex.js'

export type Json = Readonly<Record<string, unknown>>

/** A recorded response of Atlas, with header names in lowercase. */
export interface Recorded {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Json
}

export function fixture(name: string): unknown {
  return JSON.parse(
    readFileSync(fileURLToPath(new URL(`../fixtures/atlas/${name}.json`, import.meta.url)), 'utf8'),
  )
}

/** @throws TypeError if an entry of a fixture is not a recorded response */
export function recorded(value: unknown): Recorded {
  if (!isObject(value)) throw new TypeError('not a recorded response')
  const { status, headers, body } = value
  if (typeof status !== 'number' || !isObject(headers) || !isObject(body))
    throw new TypeError('not a recorded response')
  return { status, headers: lowerCase(headers), body }
}

export function lowerCase(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
}

/** A time in the recorded traffic. */
export const postedAt = Date.parse('2026-08-10T03:26:42Z')

interface Rig {
  readonly atlas: Atlas
  /** Moves the clock forward. */
  wait(seconds: number): void
}

/** An emulator with a manual clock and random bytes that are the same in every run. */
export function rig(options: AtlasOptions = {}): Rig {
  let now = postedAt
  const atlas = new Atlas(options, { now: () => now, randomHex: seededHex('emulator') })
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
  readonly authorization?: string
  readonly origin?: string
}

export function toRequest({
  method = 'GET',
  target,
  body,
  accept,
  authorization,
  origin,
}: Call): EmulatorRequest {
  return {
    method,
    target,
    headers: {
      accept: accept ?? 'application/vnd.atlas.2023-01-01+json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
    ...(origin === undefined ? {} : { origin }),
  }
}

/** A parameter of a challenge, with or without quotes. */
function parameter(header: string, name: string): string {
  return new RegExp(`\\b${name}="?([^",]*)"?`).exec(header)?.[1] ?? ''
}

/** The `WWW-Authenticate` header of a response. */
export function readChallenge(answer: EmulatorResponse): string {
  const header = answer.headers['WWW-Authenticate']
  return typeof header === 'string' ? header : (header?.[0] ?? '')
}

/** The `Authorization` header for an MD5 challenge with `qop=auth`, computed by RFC 7616 without code of the action. */
export function authorize(challenge: string, call: Call, privateKey: string = demo.privateKey): string {
  const { publicKey } = demo
  const nc = '00000001'
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const [realm, nonce] = [parameter(challenge, 'realm'), parameter(challenge, 'nonce')]
  const a1 = md5(`${publicKey}:${realm}:${privateKey}`)
  const a2 = md5(`${call.method ?? 'GET'}:${call.target}`)
  const response = md5(`${a1}:${nonce}:${nc}:0a4f113b:auth:${a2}`)
  return `Digest username="${publicKey}", realm="${realm}", nonce="${nonce}", uri="${call.target}", algorithm=MD5, response="${response}", qop=auth, nc=${nc}, cnonce="0a4f113b"`
}

/** A new challenge, from a path without faults or state. */
function freshChallenge(atlas: Atlas): string {
  return readChallenge(atlas.handle(toRequest({ target: '/api/atlas/v2/' })).response)
}

/** Sends a call with credentials for a new nonce. */
export function send(atlas: Atlas, call: Call, privateKey?: string): DeliveredResponse {
  const authorization = authorize(freshChallenge(atlas), call, privateKey)
  return atlas.handle(toRequest({ ...call, authorization }))
}

/** Sends a call with credentials and parses the body of the response. */
export function sendJson(atlas: Atlas, call: Call): { readonly status: number; readonly body: Json } {
  const { response } = send(atlas, call)
  const body: unknown = JSON.parse(response.body)
  if (!isObject(body)) throw new TypeError(`not an object: ${response.body}`)
  return { status: response.status, body }
}

/** The path of the snapshots of a cluster. */
export function snapshotsPath(cluster: string, version = 'v2', groupId: string = demo.groupId): string {
  return `/api/atlas/${version}/groups/${groupId}/clusters/${cluster}/backup/snapshots`
}

/** A POST that creates a snapshot. */
export function taking(cluster = 'demo'): Call {
  const body = { description: 'test', retentionInDays: 1 }
  return { method: 'POST', target: snapshotsPath(cluster), body }
}
