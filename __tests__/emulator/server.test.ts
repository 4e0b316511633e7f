import { request as httpRequest } from 'node:http'
import { afterEach, describe, expect, it } from '@jest/globals'
import { type EmulatedAtlas, startAtlas } from '../../script/emulated-atlas.js'
import { snapshotsPath, toRequest } from '../support/emulator-client.js'

const running: EmulatedAtlas[] = []

afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
})

async function start(options?: Parameters<typeof startAtlas>[1]): Promise<EmulatedAtlas> {
  const server = await startAtlas({ authentication: 'none' }, options)
  running.push(server)
  return server
}

const target = snapshotsPath('demo')
const list = (url: string) => fetch(url + target, { headers: toRequest({ target }).headers })

describe('the server', () => {
  it('uses the host of the request in links', async () => {
    const { url } = await start()
    const byName = url.replace('127.0.0.1', 'localhost')
    for (const base of [url, byName]) {
      const body: unknown = await (await list(base)).json()
      expect(JSON.stringify(body)).toContain(`"${base}/api/atlas/v2/`)
    }
  })

  it.each([
    ['another Host', { host: 'example.org' }],
    ['another Host that begins with a loopback address', { host: '127.0.0.1.example.org' }],
    ['any Origin', { origin: 'http://127.0.0.1' }],
  ])('rejects %s, which only web pages send', async (_, headers) => {
    const { atlas, url } = await start()
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${url}${target}`, { headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(403)
    expect(atlas.requests).toStrictEqual([])
  })

  it.each(['0.0.0.0', '::', '127.0.0.1.example.org'])('does not listen on %j', async (host) => {
    await expect(start({ host })).rejects.toThrow(RangeError)
  })
})
