import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import type { EmulatedAtlas } from '../../script/emulated-atlas.js'
import { type Authority, createAuthority } from '../support/authority.js'
import { life, startSnapshot } from '../support/bundle.js'
import { until } from '../support/play-bundle.js'
import { inWords } from '../support/played.js'
import { describeWith } from '../support/programs.js'
import { type ProxyServer, startTinyproxy } from '../support/proxies.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

describeWith(['tinyproxy', 'openssl'], 'the bundle through tinyproxy', () => {
  let authority: Authority
  let emulated: EmulatedAtlas
  let port: number
  /** Leads to this machine without being a loopback address, which the toolkit never asks a proxy for. */
  let url: string
  let proxy: ProxyServer

  beforeAll(() => {
    authority = createAuthority(['IP:0.0.0.0'])
  })

  afterAll(() => authority.remove())

  beforeEach(async () => {
    emulated = await startSteppedAtlas(life, { tls: authority.identity, hostnames: ['0.0.0.0'] })
    port = Number(new URL(emulated.url).port)
    url = `https://0.0.0.0:${port}`
    proxy = await startTinyproxy()
  })

  afterEach(async () => {
    await proxy.stop()
    await emulated.close()
  })

  const env = (variables: Readonly<Record<string, string>> = {}) => ({
    https_proxy: `http://127.0.0.1:${proxy.port}`,
    NODE_EXTRA_CA_CERTS: authority.certFile,
    ...variables,
  })
  const soon = { 'timeout-minutes': '0.03' }
  const withoutPorts = (text: string | undefined) => inWords(text ?? '').replace(/:\d{4,5}\b/g, ':PORT')
  const polls = () => emulated.atlas.requests.filter(({ operation }) => operation === 'get').length

  it.each(['https_proxy', 'HTTPS_PROXY'])('takes a snapshot and waits for it by %s', async (name) => {
    const variables = { https_proxy: '', [name]: `http://127.0.0.1:${proxy.port}` }
    const result = await startSnapshot(url, { env: env(variables) }).result
    await proxy.stop()

    expect({ exitCode: result.exitCode, log: result.annotations }).toMatchObject({ exitCode: 0 })
    expect(result.outputs).toMatchObject({ status: 'completed', created: 'true' })
    expect(result.stderr).toBe('')
    // Each request has a tunnel of its own, of which the proxy learns the host and nothing else.
    expect(emulated.atlas.requests.length).toBeGreaterThan(5)
    expect(proxy.requests()).toEqual(emulated.atlas.requests.map(() => `CONNECT 0.0.0.0:${port}`))
    expect(proxy.accessLog()).not.toMatch(/api\/atlas|digest|demouser/i)
  })

  it.each([
    ['the host', '0.0.0.0'],
    ['host and port', '0.0.0.0:PORT'],
    ['the end of the host', '.0.0'],
    ['everything', '*'],
    ['the host among others', 'other.example, 0.0.0.0'],
  ])('is passed by where no_proxy names %s', async (_, noProxy) => {
    const no_proxy = noProxy.replace('PORT', String(port))
    const result = await startSnapshot(url, { inputs: { wait: 'false' }, env: env({ no_proxy }) }).result
    await proxy.stop()
    expect(result.exitCode).toBe(0)
    expect(emulated.atlas.requests.length).toBeGreaterThan(1)
    expect(proxy.requests()).toEqual([])
  })

  it('is asked where no_proxy names something else', async () => {
    const no_proxy = `other.example, 0.0.0.0:${port + 1}`
    const result = await startSnapshot(url, { inputs: { wait: 'false' }, env: env({ no_proxy }) }).result
    await proxy.stop()
    expect(result.exitCode).toBe(0)
    expect(proxy.requests()).toHaveLength(emulated.atlas.requests.length)
  })

  it('is tried again where it is not there, and used as soon as it is', async () => {
    await proxy.stop()
    const retries: string[] = []
    const onLine = (line: string) => void (line.includes('Trying again') && retries.push(withoutPorts(line)))
    const run = startSnapshot(url, { env: env(), onLine })
    await until(() => retries.length > 0)
    proxy = await startTinyproxy({ port: proxy.port })
    const result = await run.result
    expect(retries[0]).toMatch(
      /^Taking a snapshot of cluster demo: no tunnel through the proxy \(tunneling socket could not be established, cause=connect ECONNREFUSED 127\.0\.0\.1:PORT\)\. Trying again/,
    )
    expect(result.exitCode).toBe(0)
    expect(result.outputs).toMatchObject({ status: 'completed', created: 'true' })
    expect(emulated.atlas.snapshots().filter(({ takenBy }) => takenBy === 'request')).toHaveLength(1)
  })

  it('may die in the middle of a wait and come back: the step ends completed', async () => {
    const retries: string[] = []
    const onLine = (line: string) => void (line.includes('Trying again') && retries.push(withoutPorts(line)))
    const run = startSnapshot(url, { env: env(), onLine })
    await until(() => polls() >= 2)
    await proxy.stop()
    await until(() => retries.length > 0)
    const pollsBefore = polls()
    proxy = await startTinyproxy({ port: proxy.port })
    const result = await run.result
    expect(retries.at(-1)).toMatch(/^Reading snapshot ID: no tunnel through the proxy .* Trying again/)
    expect(polls()).toBeGreaterThan(pollsBefore)
    expect(result.exitCode).toBe(0)
    expect(result.annotations.map(({ name }) => name)).toEqual(['notice'])
    expect(result.outputs).toMatchObject({ status: 'completed', created: 'true' })
  })

  it('is tried again until the deadline where it allows no tunnel to this port, since nothing was sent', async () => {
    await proxy.stop()
    proxy = await startTinyproxy({ connectPort: port + 1 })
    const result = await startSnapshot(url, { env: env(), inputs: soon }).result
    await proxy.stop()
    const refused = 'no tunnel through the proxy (tunneling socket could not be established, statusCode=403).'
    expect(result.log.map(inWords)).toContainEqual(
      expect.stringMatching(/^Taking a snapshot of cluster demo: no tunnel .* Trying again/),
    )
    expect(result.annotations.map(({ data }) => data)).toEqual([
      expect.stringContaining(
        `${refused} No snapshot was taken. Check base-url, the runner's network and its proxy variables (https_proxy, no_proxy).`,
      ),
    ])
    expect(result.exitCode).toBe(1)
    expect(proxy.requests().length).toBeGreaterThan(1)
    expect(emulated.atlas.requests).toEqual([])
  })
})
