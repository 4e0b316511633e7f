import { describe, expect, it } from '@jest/globals'
import { Atlas } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import { connect } from '../../src/atlas/connect.js'
import type { HttpRequest, Send } from '../../src/atlas/http.js'
import { thrownBy } from '../support/answers.js'
import { LogLines } from '../support/log-lines.js'
import { VirtualClock } from '../support/virtual-clock.js'

const cluster = {
  baseUrl: 'https://cloud.example',
  apiVersion: '2023-01-01',
  groupId: demo.groupId,
  clusterName: 'demo',
} as const

/** The whole client in front of the emulator's state machine, on one virtual clock. */
function rig(privateKey: string = demo.privateKey) {
  const clock = new VirtualClock(Date.parse('2026-08-10T03:26:42Z'))
  const log = new LogLines()
  let drawn = 0
  const hex = (bytes: number) => {
    drawn += 1
    return drawn.toString(16).padStart(bytes * 2, '0')
  }
  const atlas = new Atlas({}, { now: () => clock.now(), randomHex: hex })
  const sent: HttpRequest[] = []
  const send: Send = async (request, signal) => {
    sent.push(request)
    await clock.sleep(20, signal)
    const { answer } = atlas.handle({
      method: request.method,
      target: `${request.url.pathname}${request.url.search}`,
      headers: { ...request.headers },
      body: request.body ?? '',
    })
    const headers = Object.entries(answer.headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === 'string' ? [value] : value,
    ])
    return { status: answer.status, headers: Object.fromEntries(headers), body: answer.body }
  }
  const client = connect(
    cluster,
    { publicKey: demo.publicKey, privateKey },
    { send, clock, random: { fraction: () => 0.5, hex }, logger: log },
  )
  return { client, clock, log, sent, atlas, signal: new AbortController().signal }
}

describe('the client as a whole', () => {
  it('takes a snapshot, reads it on the nonce of the POST, and lists it', async () => {
    const { client, clock, sent, signal } = rig()
    const taken = await clock.run(client.take({ description: 'whole', retentionInDays: 1 }, signal))
    const read = await clock.run(client.read(taken.id, signal))
    const page = await clock.run(client.list('plain', 1, signal))
    expect(read).toMatchObject({ id: taken.id, status: 'queued', description: 'whole' })
    expect(page.snapshots.map(({ id }) => id)).toEqual([taken.id])
    expect(
      sent.map(({ method, headers }) => `${method} ${headers['authorization'] ? 'signed' : 'bare'}`),
    ).toEqual(['POST bare', 'POST signed', 'GET signed', 'GET signed'])
    expect(clock.pending).toBe(0)
  })

  it('writes one debug line for each request, without the key or what is made of it', async () => {
    const { client, clock, log, sent, signal } = rig()
    await clock.run(client.take({ description: 'whole', retentionInDays: 1 }, signal))
    const path = `/api/atlas/v2/groups/${demo.groupId}/clusters/demo/backup/snapshots`
    expect(log.lines).toEqual([`debug: POST ${path} 401 20 ms`, `debug: POST ${path} 200 20 ms`])
    const response =
      /response="([0-9a-f]+)"/.exec(sent[1]?.headers['authorization'] ?? '')?.[1] ?? 'no response'
    expect(response).toHaveLength(32)
    for (const secret of [demo.privateKey, response, 'Digest']) expect(log.lines.join()).not.toContain(secret)
  })

  it('sees a wrong key after two requests', async () => {
    const { client, clock, sent, signal, atlas } = rig('wrong')
    const error = await clock.run(
      thrownBy(() => client.take({ description: 'whole', retentionInDays: 1 }, signal)),
    )
    expect(error).toMatchObject({ name: 'RefusedError', title: 'Atlas does not accept the API key' })
    expect(sent).toHaveLength(2)
    expect(atlas.snapshots()).toHaveLength(0)
  })
})
