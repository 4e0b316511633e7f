import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import type { AtlasOptions } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import { type EmulatorResponse, isObject } from '../../emulator/http.js'
import { type RecordedExchange, Redactor } from '../../script/recorder.js'
import { projectRoot } from '../../script/root.js'
import { EPOCH } from '../../simulation/world.js'
import { requestTarget, type Send } from '../../src/atlas/http.js'
import { parseJsonObject } from '../../src/atlas/json.js'
import { TITLES } from '../../src/titles.js'
import {
  type Call,
  createOpenWorld,
  fixture,
  type Json,
  lowerCase,
  type Recorded,
  recorded,
  send,
  sendJson,
  snapshotsPath,
} from '../support/emulator-client.js'
import { createResponse } from '../support/http-responses.js'
import { type Network, playInProcess } from '../support/in-process.js'
import { accountInputs } from '../support/played.js'

const groupId = 'b0123456789abcdef012345b'
const cluster = 'cluster-209'
const newest = 'application/vnd.atlas.2024-08-05+json'
// Headers that differ between responses.
const counters = ['ratelimit-remaining', 'date']

function createRecordedWorld(options: AtlasOptions = {}) {
  return createOpenWorld({
    ...options,
    groupId,
    clusters: [
      { name: cluster, kind: 'replicaSet' },
      { name: 'cluster-833', kind: 'flex' },
    ],
  })
}

function expectSameHeaders(answer: EmulatorResponse, record: Recorded): void {
  const headers = lowerCase(answer.headers)
  expect(Object.keys(headers).sort()).toStrictEqual(Object.keys(record.headers).sort())
  const blank = (header = '') => header.replace(/nonce="[A-Za-z0-9+/]{32}"/, 'nonce=""')
  for (const [name, value] of Object.entries(record.headers))
    if (!counters.includes(name)) expect([name, blank(headers[name])]).toStrictEqual([name, blank(value)])
}

/** The JSON with IDs replaced, as text, to compare order and types too. */
function shape(body: unknown, id: string): string {
  return JSON.stringify(body).replaceAll(id, 'ID')
}

function readId(body: Json): string {
  const { results } = body
  const [first = {}]: unknown[] = Array.isArray(results) ? results : [body]
  if (!isObject(first)) return 'none'
  const { id } = first
  return typeof id === 'string' ? id : 'none'
}

describe('the recorded life of a snapshot', () => {
  const exchanges = fixture('lifecycle')
  if (!Array.isArray(exchanges)) throw new TypeError('lifecycle.json is not a list')

  it('is reproduced byte for byte, including headers and dates', async () => {
    const { atlas, clock } = createRecordedWorld()
    let seconds = 0
    let id = ''
    for (const exchange of exchanges) {
      const record = recorded(exchange)
      const { secondsAfterPost, request } = exchange
      await clock.advance((secondsAfterPost - seconds) * 1000)
      seconds = secondsAfterPost
      const recordedId = readId(record.body)
      const target = String(request.target).replace(recordedId, id)
      const response = send(atlas, {
        method: request.method,
        target,
        body: request.body,
        origin: 'http://localhost:8080',
      })
      const body: unknown = JSON.parse(response.body)
      if (!isObject(body)) throw new TypeError(response.body)
      id = readId(body)
      expect(shape(body, id)).toBe(shape(record.body, recordedId))
      expect(response.status).toBe(record.status)
      expectSameHeaders(response, record)
      const date = new Date(EPOCH + secondsAfterPost * 1000).toUTCString()
      expect([response.headers, record.headers]).toMatchObject([{ Date: date }, { date }])
    }
    expect(exchanges).toHaveLength(6)
  })
})

describe('recorded responses', () => {
  const errors = fixture('errors')
  if (!isObject(errors)) throw new TypeError('errors.json is not an object')
  const all: Json = { ...errors, cluster: fixture('cluster') }
  const base = `/api/atlas/v2/groups/${groupId}`
  const strange = '111111111111111111111111'
  const older = 'application/vnd.atlas.2023-02-01+json'
  const flex = 'application/vnd.atlas.2024-11-13+json'
  it.each<[string, Call]>([
    ['challenge', { method: 'POST', target: snapshotsPath(cluster), body: {} }],
    ['clusterNotFound', { target: `${base}/clusters/cluster-1`, accept: newest }],
    ['flexInClusterApi', { target: `${base}/clusters/cluster-833`, accept: older }],
    ['nonFlexInFlexApi', { target: `${base}/flexClusters/${cluster}`, accept: flex }],
    ['groupNotFound', { method: 'POST', target: snapshotsPath(cluster, 'v2', strange), body: {} }],
    ['cluster', { target: `${base}/clusters/${cluster}`, accept: newest }],
  ])('include %s', (name, call) => {
    const record = recorded(all[name])
    const authentication = name === 'challenge' ? 'digest' : 'none'
    const response = send(createRecordedWorld({ authentication }).atlas, call)
    expect(response.status).toBe(record.status)
    // The IDs inside a cluster don't matter.
    const blank = (text: string) => text.replace(/"[0-9a-f]{24}"/g, '"ID"')
    expect(blank(response.body.replaceAll('cluster-1', cluster))).toBe(blank(JSON.stringify(record.body)))
    expectSameHeaders(response, record)
  })
})

interface RecordedStep {
  readonly inputs: Readonly<Record<string, string>>
  /** The title of its error, empty for a success. */
  readonly error: string
  readonly outputs: Readonly<Record<string, string>>
}

const folder = process.env['RECORDINGS'] ?? `${projectRoot()}/__tests__/fixtures/atlas`
const inputs = { 'group-id': groupId, 'cluster-name': cluster, wait: 'true' }
const lifecycle = { inputs, error: '', outputs: { status: 'completed' } }
const recordings = readdirSync(folder).flatMap((name) => {
  const json = name.endsWith('.json') ? JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) : {}
  const { step, exchanges } = Array.isArray(json) ? { step: lifecycle, exchanges: json } : json
  return exchanges === undefined ? [] : [{ name, step, exchanges, text: JSON.stringify(exchanges) }]
})

/** Responds to each request with the next recorded response to it, and repeats the last one to a GET. */
function replay(exchanges: readonly RecordedExchange[]): Send {
  const left = [...exchanges]
  const recorded = exchanges.find(({ request }) => request.body)?.request.body?.['description']
  let sent = ''
  return async ({ method, url, body }) => {
    const target = requestTarget(url)
    const isSame = ({ request }: RecordedExchange) => request.method === method && request.target === target
    const [exchange, ...later] = left.filter(isSame)
    if (exchange === undefined) throw new Error(`${method} ${target} was not recorded`)
    if (method === 'POST' || later.length > 0) left.splice(left.indexOf(exchange), 1)
    if (exchange.request.body) sent = JSON.parse(body ?? '').description
    // The recorded step sent another description.
    const text = JSON.stringify(exchange.body).replaceAll(`"${recorded}"`, JSON.stringify(sent))
    return createResponse(exchange.status, text, lowerCase(exchange.headers))
  }
}

/** Expects the recorded result from the action if Atlas responds as recorded. */
async function expectRecordedResult(
  step: RecordedStep,
  exchanges: readonly RecordedExchange[],
): Promise<void> {
  const account = JSON.stringify(exchanges).includes('/api/oauth/token') ? accountInputs : {}
  const { result } = await playInProcess({
    inputs: { wait: 'false', ...account, ...step.inputs },
    network: () => replay(exchanges),
    ...(step.error === TITLES.canceled ? { cancelAtSeconds: 1 } : {}),
  })
  const errors = result.annotations.filter(({ name }) => name === 'error')
  expect(errors.map(({ properties }) => properties['title']).join()).toBe(step.error)
  expect(result.outputs).toMatchObject(step.outputs)
}

describe.each(recordings)('the recording $name', ({ step, exchanges, text }) => {
  it('leads the action to the recorded result', async () => {
    if (step !== undefined) await expectRecordedResult(step, exchanges)
  })

  it.each<RecordedExchange>(exchanges)(
    'is what the emulator sends, too: $status',
    ({ request, status, body }) => {
      const [, groupId = '', name] = /\/groups\/(\w+)\/clusters\/([\w-]+)\/backup/.exec(request.target) ?? []
      // The emulator requires no credentials here.
      if (name === undefined || status === 401) return
      const kind = text.includes('"shardedCluster"') ? 'sharded' : 'replicaSet'
      const isKnown = body['errorCode'] !== 'CLUSTER_NOT_FOUND'
      const { atlas } = createOpenWorld({ groupId, clusters: isKnown ? [{ name, kind }] : [] })
      if (isKnown && (request.method === 'GET' || status === 400))
        atlas.createOtherSnapshot(name, { description: '' })
      const id = status === 200 ? atlas.snapshots()[0]?.id : undefined
      const target = request.target.replace(/[0-9a-f]{24}$/, (recorded) => id ?? recorded)
      const accept = target.includes('/v1.0/') ? { accept: 'application/json' } : {}
      const response = sendJson(atlas, { ...request, ...accept, target })
      expect([response.status, response.body['errorCode']]).toStrictEqual([status, body['errorCode']])
    },
  )
})

it.each([
  { 'cluster-name': 'demo', 'api-version': 'v1.0', 'dry-run': 'true' },
  { 'cluster-name': 'sharded', wait: 'true' },
])('a clean run with %j has the same result when replayed before and after redaction', async (changed) => {
  const inputs = { 'group-id': demo.groupId, ...changed }
  const exchanges: RecordedExchange[] = []
  const network: Network = (send) => async (request, signal) => {
    const { status, headers, body } = await send(request, signal)
    exchanges.push({
      at: 0,
      authorization: request.headers['authorization'] ?? '',
      request: {
        method: request.method,
        target: requestTarget(request.url),
        body: parseJsonObject(request.body ?? ''),
      },
      status,
      headers: lowerCase(headers),
      body: parseJsonObject(body) ?? {},
    })
    return { status, headers, body }
  }
  const { result } = await playInProcess({ inputs, network })
  expect(result.exitCode).toBe(0)
  const { 'snapshot-id': id = '', status = '' } = result.outputs
  const step = { inputs, error: '', outputs: { 'snapshot-id': id, status } }
  await expectRecordedResult(step, exchanges)
  const redacted = new Redactor([demo.privateKey]).toRecording(exchanges, step)
  expect([demo.groupId, changed['cluster-name']].filter((word) => redacted.includes(`"${word}"`))).toEqual([])
  const recording = JSON.parse(redacted)
  await expectRecordedResult(recording.step, recording.exchanges)
})
