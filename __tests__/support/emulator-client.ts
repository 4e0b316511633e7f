import { readFileSync } from 'node:fs'
import type { Atlas, AtlasOptions } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import { type EmulatorResponse, isObject } from '../../emulator/http.js'
import { createWorld, type World } from '../../simulation/world.js'

export type Json = Readonly<Record<string, unknown>>

/** A recorded response of Atlas. */
export interface Recorded {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Json
}

export function readFixture(name: string) {
  return JSON.parse(readFileSync(new URL(`../fixtures/atlas/${name}.json`, import.meta.url), 'utf8'))
}

type ErrorName = 'challenge' | 'groupNotFound' | 'clusterNotFound' | 'flexInClusterApi'
export const recordedErrors: Readonly<Record<ErrorName, Recorded>> = readFixture('errors')

/** A world whose Atlas requires no credentials. */
export function createOpenWorld(options: AtlasOptions = {}): World {
  return createWorld({ authentication: 'none', ...options })
}

export interface Call {
  readonly method?: string
  readonly target: string
  readonly body?: unknown
  readonly accept?: string
}

export function send(atlas: Atlas, call: Call): EmulatorResponse {
  const { method = 'GET', target, body, accept = 'application/vnd.atlas.2023-01-01+json' } = call
  const text = body === undefined ? '' : JSON.stringify(body)
  return atlas.handle({ method, target, headers: { accept }, body: text }).response
}

/** Sends a call and parses the body of the response. */
export function sendJson(atlas: Atlas, call: Call): { readonly status: number; readonly body: Json } {
  const response = send(atlas, call)
  const body: unknown = JSON.parse(response.body)
  if (!isObject(body)) throw new TypeError(`not an object: ${response.body}`)
  return { status: response.status, body }
}

/** The path of the snapshots of a cluster. */
export function snapshotsPath(cluster: string, groupId: string = demo.groupId): string {
  return `/api/atlas/v2/groups/${groupId}/clusters/${cluster}/backup/snapshots`
}

/** A POST that creates a snapshot. */
export const creating: Call = {
  method: 'POST',
  target: snapshotsPath('demo'),
  body: { description: 'test', retentionInDays: 1 },
}
