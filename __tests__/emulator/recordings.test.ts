import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import type { Exchange } from '../../script/recorder.js'
import { projectRoot } from '../../script/root.js'
import { createWorld } from '../../simulation/world.js'
import { requestTarget, type Send } from '../../src/atlas/http.js'
import { TITLES } from '../../src/titles.js'
import { createOpenWorld, lowerCase, sendJson } from '../support/emulator-client.js'
import { createResponse } from '../support/http-responses.js'
import { runStep } from '../support/in-process.js'
import { demoAccount } from '../support/played.js'

const folder = process.env['RECORDINGS'] ?? `${projectRoot()}/__tests__/fixtures/atlas`
const cluster = { 'group-id': 'b0123456789abcdef012345b', 'cluster-name': 'cluster-209' }
const lifecycle = { inputs: { ...cluster, wait: 'true' }, error: '', outputs: { status: 'completed' } }
const recordings = readdirSync(folder).flatMap((name) => {
  const json = name.endsWith('.json') ? JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) : {}
  const { step, exchanges } = Array.isArray(json) ? { step: lifecycle, exchanges: json } : json
  return exchanges === undefined ? [] : [{ name, step, exchanges }]
})

/** Responds with the next recorded response to the same request, or else to a GET with the last one. */
function replay(exchanges: readonly Exchange[]): Send {
  const recorded = exchanges.find(({ request }) => request.body)?.request.body?.['description']
  let position = 0
  let sent = ''
  return async ({ method, url, body = '' }) => {
    const isSame = ({ request }: Exchange) =>
      request.method === method && request.target === requestTarget(url)
    const next = exchanges.findIndex((exchange, index) => index >= position && isSame(exchange))
    const index = next < 0 && method === 'GET' ? exchanges.findLastIndex(isSame) : next
    const exchange = exchanges[index]
    if (exchange === undefined) throw new Error(`${method} ${url} was not recorded`)
    position = Math.max(position, index + 1)
    if (exchange.request.body) sent = JSON.parse(body).description
    // The recorded step sent another description.
    const text = JSON.stringify(exchange.body).replaceAll(`"${recorded}"`, JSON.stringify(sent))
    return createResponse(exchange.status, text, lowerCase(exchange.headers))
  }
}

describe.each(recordings)('the recording $name', ({ step, exchanges }) => {
  it('leads the action to the recorded result', async () => {
    if (step === undefined) return
    const account = JSON.stringify(exchanges).includes('/api/oauth/token') ? demoAccount : {}
    const { result } = await runStep(createWorld(), {
      inputs: { wait: 'false', ...account, ...step.inputs },
      network: () => replay(exchanges),
      ...(step.error === TITLES.canceled ? { cancelAtSeconds: 1 } : {}),
    })
    const errors = result.annotations.filter(({ name }) => name === 'error')
    expect(errors.map(({ properties }) => properties['title']).join()).toBe(step.error)
    expect(result.outputs).toMatchObject(step.outputs)
  })

  it.each<Exchange>(exchanges)('has a response that the emulator also sends: $status', (exchange) => {
    const { request, status, body } = exchange
    const path = /\/groups\/(\w+)\/clusters\/([\w-]+)\/backup/.exec(request.target)
    // The emulator requires no credentials here.
    if (status === 401 || path === null) return
    const [, groupId = '', name = ''] = path
    const kind = JSON.stringify(exchanges).includes('"shardedCluster"') ? 'sharded' : 'replicaSet'
    const isKnown = body['errorCode'] !== 'CLUSTER_NOT_FOUND'
    const { atlas } = createOpenWorld({ groupId, clusters: isKnown ? [{ name, kind }] : [] })
    const needsOther = isKnown && (request.method === 'GET' || status === 400)
    if (needsOther) atlas.createOtherSnapshot(name, { description: '' })
    const id = status === 200 ? atlas.snapshots()[0]?.id : undefined
    const target = request.target.replace(/[0-9a-f]{24}$/, (recorded) => id ?? recorded)
    const response = sendJson(atlas, { ...request, target })
    expect([response.status, response.body['errorCode']]).toStrictEqual([status, body['errorCode']])
  })
})
