import net from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { TITLES } from '../../src/titles.js'
import { life, startSnapshot } from '../support/bundle.js'
import { type Listening, listen } from '../support/listen.js'
import { play } from '../support/play-bundle.js'
import { mentioning } from '../support/played.js'
import { completed, listsAndCluster } from '../support/scenarios/row.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

// Responses that need a real socket. Others are in the scenarios of main.test.ts.
describe('the bundle', () => {
  it.concurrent.each([
    ['was lost in a reset', 'create:reset:executed', 'create 0'],
    ['was incomplete', 'create:cut', 'create 200'],
  ])('finds the snapshot of a POST whose response %s', async (_, fault, lost) => {
    const { exitCode, log, requests, result, created } = await play({ faults: [fault] })
    expect(exitCode).toBe(0)
    expect(log).toContainEqual(mentioning('[as-TAG]', 'ID'))
    expect(requests).toStrictEqual(['create 401', lost, ...listsAndCluster, 'get 200'])
    expect(result.outputs).toMatchObject(completed)
    expect(result.stderr).toBe('')
    expect(created).toBe(1)
  })

  it.concurrent('times out while it receives a slow response to a poll', async () => {
    // Long enough for a busy machine to send the request.
    const inputs = { 'timeout-minutes': '0.08' }
    const { exitCode, errors, requests, result } = await play({ faults: ['get:drip=200'], inputs })
    expect(errors).toStrictEqual([mentioning(TITLES.timedOut, '5 s', 'ID')])
    expect(exitCode).toBe(1)
    expect(requests).toStrictEqual(['create 401', 'create 200', 'get 200'])
    expect(result.outputs).toMatchObject({ status: 'queued', created: 'true' })
  })

  it.concurrent('polls a server that closes each connection when it is idle', async () => {
    const { atlas, url, close } = await startSteppedAtlas({ ...life, secondsToCompleted: 2 })
    const proxy = await listenBefore(url)
    try {
      const address = `http://127.0.0.1:${proxy.port}`
      const { exitCode, outputs } = await startSnapshot(address).result
      expect({ exitCode, outputs }).toMatchObject({ exitCode: 0, outputs: completed })
      const polls = atlas.requests.filter(({ operation }) => operation === 'get')
      expect(polls.length).toBeGreaterThan(3)
      // The POST needs two more.
      expect(proxy.connections()).toBeGreaterThanOrEqual(polls.length)
      expect(atlas.snapshots()).toHaveLength(1)
    } finally {
      await proxy.close()
      await close()
    }
  })
})

/** Half of the shortest time between two polls. */
const IDLE_MS = 50

/** A load balancer that closes each connection some time after a response. */
function listenBefore(url: string): Promise<Listening> {
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(new URL(url).port), '127.0.0.1')
    let idle: NodeJS.Timeout | undefined
    upstream.on('data', () => {
      clearTimeout(idle)
      idle = setTimeout(() => client.end(), IDLE_MS)
    })
    client.pipe(upstream).pipe(client)
    for (const socket of [client, upstream]) socket.on('error', () => undefined)
    client.on('close', () => upstream.destroy())
  })
  return listen(server)
}
