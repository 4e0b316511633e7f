import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import type { AtlasOptions } from '../../emulator/atlas.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import { ORIGIN } from '../../emulator/snapshot-resource.js'
import type { RecordedExchange } from '../../script/recorder.js'
import { projectRoot } from '../../script/root.js'
import { EPOCH } from '../../simulation/world.js'
import { requestTarget, type Send } from '../../src/atlas/http.js'
import { asObjects } from '../../src/json.js'
import {
  type Call,
  createOpenWorld,
  type Json,
  type Recorded,
  readFixture,
  recordedErrors,
  send,
  sendJson,
  snapshotsPath,
} from '../support/emulator-client.js'
import { createResponse } from '../support/http-responses.js'
import { changing, playInProcess } from '../support/in-process.js'
import { accountInputs } from '../support/played.js'
import { readRecordings } from '../support/recordings.js'
import { TITLES } from '../support/titles.js'

const groupId = 'b0123456789abcdef012345b'
const cluster = 'cluster-209'
const newest = 'application/vnd.atlas.2024-08-05+json'

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

const lowerCase = (headers: Recorded['headers']) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** The headers without what differs between responses. */
function comparable(headers: Recorded['headers']): object {
  const { 'www-authenticate': challenge, ...others } = lowerCase(headers)
  const withoutNonce = challenge?.replace(/nonce="[A-Za-z0-9+/]{32}"/, 'nonce=""')
  const counters = { date: 'date' in others, 'ratelimit-remaining': 'ratelimit-remaining' in others }
  return { ...others, ...counters, challenge: withoutNonce }
}

/** The ID of a snapshot, or of the first one in a list. */
function readId(body: Json): string {
  const [first = body] = asObjects(body['results'])
  return String(first['id'])
}

it('the recorded life of a snapshot is reproduced byte for byte, including headers and dates', async () => {
  const exchanges: readonly Exchange[] = readFixture('lifecycle')
  expect(exchanges).toHaveLength(6)
  const { atlas, clock } = createRecordedWorld()
  let id = ''
  for (const { secondsAfterPost, request, ...record } of exchanges) {
    await clock.advance(secondsAfterPost * 1000 - clock.now())
    const recordedId = readId(record.body)
    const target = request.target.replace(recordedId, id)
    const response = send(atlas, { ...request, target })
    id = readId(JSON.parse(response.body))
    // The links are those of the proxy that recorded them.
    const recorded = JSON.stringify(record.body).replaceAll('http://localhost:8080', ORIGIN)
    expect(response.body.replaceAll(id, recordedId)).toBe(recorded)
    expect(response.status).toBe(record.status)
    expect(comparable(response.headers)).toStrictEqual(comparable(record.headers))
    const date = { Date: new Date(EPOCH + secondsAfterPost * 1000).toUTCString() }
    expect([response.headers, record.headers]).toMatchObject([date, date])
  }
})

const base = `/api/atlas/v2/groups/${groupId}`

describe('recorded responses', () => {
  const all = { ...recordedErrors, cluster: readFixture('cluster') }
  const strange = '111111111111111111111111'
  const older = 'application/vnd.atlas.2023-02-01+json'
  it.each<[keyof typeof all, Call]>([
    ['challenge', { method: 'POST', target: snapshotsPath(cluster), body: {} }],
    ['clusterNotFound', { target: `${base}/clusters/cluster-1`, accept: newest }],
    ['flexInClusterApi', { target: `${base}/clusters/cluster-833`, accept: older }],
    ['groupNotFound', { method: 'POST', target: snapshotsPath(cluster, strange), body: {} }],
    ['cluster', { target: `${base}/clusters/${cluster}`, accept: newest }],
  ])('include %s', (name, call) => {
    const record = all[name]
    const authentication = name === 'challenge' ? 'digest' : 'none'
    const response = send(createRecordedWorld({ authentication }).atlas, call)
    expect(response.status).toBe(record.status)
    // The IDs inside a cluster don't matter.
    const blank = (text: string) => text.replace(/"[0-9a-f]{24}"/g, '"ID"')
    expect(blank(response.body.replaceAll('cluster-1', cluster))).toBe(blank(JSON.stringify(record.body)))
    expect(comparable(response.headers)).toStrictEqual(comparable(record.headers))
  })
})

const rejections = readRecordings('rejections').map(({ status, errorCode, body }) => ({
  status: Number(status),
  errorCode: errorCode === 'null' ? null : errorCode,
  body,
}))

describe('a recorded rejection', () => {
  // Without a body, only two responses to requests that the action does not send.
  it.each(rejections.filter(({ body }) => body === 'json'))(
    'can be played: $status $errorCode',
    ({ status, errorCode }) => {
      const fault = parseFaultSpec(`cluster:${status}:code=${errorCode}`)
      const { atlas } = createRecordedWorld({ faults: [fault] })
      const response = sendJson(atlas, { target: `${base}/clusters/${cluster}`, accept: newest })
      const text = expect.stringMatching(/./)
      const rejection = { error: status, errorCode, reason: text, detail: text }
      // A fault has no values for a list of parameters.
      const parameters = errorCode === null ? null : []
      expect(response).toStrictEqual({ status, body: { ...rejection, parameters } })
    },
  )

  it('can be the page of a proxy', () => {
    const pages = rejections.filter(({ body }) => body === 'html')
    expect(pages).toMatchObject([{ status: 502, errorCode: 'absent' }])
    const { atlas } = createRecordedWorld({ faults: [parseFaultSpec('cluster:html=502')] })
    const response = send(atlas, { target: `${base}/clusters/${cluster}`, accept: newest })
    expect([response.status, response.headers['Content-Type']]).toStrictEqual([502, 'text/html'])
  })
})

it.each(readRecordings('challenges'))(
  'the action signs its requests after a challenge with the body $body, code $errorCode, and type $contentType',
  async ({ body, errorCode, contentType }) => {
    const { errorCode: _, ...withoutCode } = recordedErrors.challenge.body
    const content = { ...withoutCode, ...(errorCode === 'absent' ? {} : { errorCode }) }
    const network = changing(({ status, headers, body: whole }) => {
      const { 'content-type': type = [], ...others } = headers
      if (status !== 401) return { body: whole }
      return {
        body: body === 'empty' ? '' : JSON.stringify(content),
        headers: { ...others, ...(contentType === 'absent' ? {} : { 'content-type': type }) },
      }
    })
    const { result } = await playInProcess({ network })
    expect(result).toMatchObject({ exitCode: 0, outputs: { status: 'completed' } })
  },
)

/** A request and its response. */
interface Exchange extends Recorded {
  readonly secondsAfterPost: number
  readonly request: RecordedExchange['request']
}

const folder = process.env['RECORDINGS'] ?? `${projectRoot()}/__tests__/fixtures/atlas`
const inputs = { 'group-id': groupId, 'cluster-name': cluster, wait: 'true' }
/** The error is its title, empty for a success. */
const lifecycle = { inputs, error: '', outputs: { status: 'completed' } }
const recordings = readdirSync(folder).flatMap((name) => {
  const json = name.endsWith('.json') ? JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) : {}
  const { step, exchanges } = Array.isArray(json) ? { step: lifecycle, exchanges: json } : json
  return exchanges === undefined ? [] : [{ name, step, exchanges, text: JSON.stringify(exchanges) }]
})

/** Responds to each request with the next recorded response to it, and repeats the last one to a GET. */
function replay(exchanges: readonly Exchange[]): Send {
  const left = [...exchanges]
  const recorded = exchanges.find(({ request }) => request.body)?.request.body?.['description']
  let sent = ''
  return async ({ method, url, body }) => {
    const target = requestTarget(url)
    const isSame = ({ request }: Exchange) => request.method === method && request.target === target
    const [exchange, ...later] = left.filter(isSame)
    if (exchange === undefined) throw new Error(`${method} ${target} was not recorded`)
    if (method === 'POST' || later.length > 0) left.splice(left.indexOf(exchange), 1)
    if (exchange.request.body) sent = JSON.parse(body ?? '').description
    // The recorded step sent another description.
    const text = JSON.stringify(exchange.body).replaceAll(`"${recorded}"`, JSON.stringify(sent))
    return createResponse(exchange.status, text, lowerCase(exchange.headers))
  }
}

describe.each(recordings)('the recording $name', ({ step, exchanges, text }) => {
  it('leads the action to the recorded result', async () => {
    if (step === undefined) return
    const account = text.includes('/api/oauth/token') ? accountInputs : {}
    const { result } = await playInProcess({
      inputs: { wait: 'false', ...account, ...step.inputs },
      network: () => replay(exchanges),
      ...(step.error === TITLES.canceled ? { cancelAtSeconds: 1 } : {}),
    })
    const errors = result.annotations.filter(({ name }) => name === 'error')
    expect(errors.map(({ properties }) => properties['title']).join()).toBe(step.error)
    expect(result.outputs).toMatchObject(step.outputs)
  })

  it.each<Exchange>(exchanges)('is what the emulator sends, too: $status', ({ request, status, body }) => {
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
    expect(response.status).toBe(status)
    // The body of a snapshot depends on its age. A recording hides texts.
    const rejection = { ...body, detail: expect.any(String) }
    if (status !== 200) expect(response.body).toStrictEqual(rejection)
  })
})
