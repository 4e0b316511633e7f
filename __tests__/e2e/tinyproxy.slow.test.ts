import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import type { EmulatedAtlas } from '../../script/emulated-atlas.js'
import { TITLES } from '../../src/titles.js'
import { type Authority, createAuthority } from '../support/authority.js'
import { life, startSnapshot } from '../support/bundle.js'
import { until } from '../support/play-bundle.js'
import { annotated, inWords, mentioning } from '../support/played.js'
import { describeWith } from '../support/programs.js'
import { type ProxyServer, startTinyproxy } from '../support/proxies.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

/** The error of the `tunnel` package. */
const NO_TUNNEL = 'tunneling socket could not be established'

/** Collects the log lines about retries, which contain the error of the tunnel. */
function watchRetries() {
  const retries: string[] = []
  const onLine = (line: string) => {
    if (!line.startsWith('::') && line.includes(NO_TUNNEL)) retries.push(inWords(line))
  }
  return { retries, onLine }
}

describeWith(['tinyproxy', 'openssl'], 'the bundle through tinyproxy', () => {
  let authority: Authority
  let emulated: EmulatedAtlas
  let port: number
  /** An address of this machine. The toolkit never uses a proxy for a loopback address. */
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
  const polls = () => emulated.atlas.requests.filter(({ operation }) => operation === 'get').length

  it.each(['https_proxy', 'HTTPS_PROXY'])('creates a snapshot and waits for it with %s', async (name) => {
    const variables = { https_proxy: '', [name]: `http://127.0.0.1:${proxy.port}` }
    const result = await startSnapshot(url, { env: env(variables) }).result
    await proxy.stop()

    expect({ exitCode: result.exitCode, log: result.annotations }).toMatchObject({ exitCode: 0 })
    expect(result.outputs).toMatchObject({ status: 'completed', created: 'true' })
    expect(result.stderr).toBe('')
    // Each request has its own tunnel, and the proxy sees only the host.
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
  ])('bypasses the proxy if no_proxy contains %s', async (_, noProxy) => {
    const no_proxy = noProxy.replace('PORT', String(port))
    const result = await startSnapshot(url, { inputs: { wait: 'false' }, env: env({ no_proxy }) }).result
    await proxy.stop()
    expect(result.exitCode).toBe(0)
    expect(emulated.atlas.requests.length).toBeGreaterThan(1)
    expect(proxy.requests()).toEqual([])
  })

  it('uses the proxy if no_proxy contains only other names', async () => {
    const no_proxy = `other.example, 0.0.0.0:${port + 1}`
    const result = await startSnapshot(url, { inputs: { wait: 'false' }, env: env({ no_proxy }) }).result
    await proxy.stop()
    expect(result.exitCode).toBe(0)
    expect(proxy.requests()).toHaveLength(emulated.atlas.requests.length)
  })

  it('retries until the proxy is running', async () => {
    await proxy.stop()
    const { retries, onLine } = watchRetries()
    const run = startSnapshot(url, { env: env(), onLine })
    await until(() => retries.length > 0)
    proxy = await startTinyproxy({ port: proxy.port })
    const result = await run.result
    expect(retries[0]).toEqual(mentioning('demo', 'cause=connect ECONNREFUSED 127.0.0.1:'))
    expect(result.exitCode).toBe(0)
    expect(result.outputs).toMatchObject({ status: 'completed', created: 'true' })
    expect(emulated.atlas.snapshots().filter(({ takenBy }) => takenBy === 'request')).toHaveLength(1)
  })

  it('continues after the proxy was restarted during the wait', async () => {
    const { retries, onLine } = watchRetries()
    const run = startSnapshot(url, { env: env(), onLine })
    await until(() => polls() >= 2)
    await proxy.stop()
    await until(() => retries.length > 0)
    const pollsBefore = polls()
    proxy = await startTinyproxy({ port: proxy.port })
    const result = await run.result
    expect(retries.at(-1)).toEqual(mentioning('ID', NO_TUNNEL))
    expect(polls()).toBeGreaterThan(pollsBefore)
    expect(result.exitCode).toBe(0)
    expect(result.annotations.map(({ name }) => name)).toEqual(['notice'])
    expect(result.outputs).toMatchObject({ status: 'completed', created: 'true' })
  })

  it('retries until it times out if the proxy denies the port', async () => {
    await proxy.stop()
    proxy = await startTinyproxy({ connectPort: port + 1 })
    const result = await startSnapshot(url, { env: env(), inputs: soon }).result
    await proxy.stop()
    const denied = 'statusCode=403'
    expect(result.log).toContainEqual(mentioning('demo', denied))
    expect(annotated(result)).toEqual([
      mentioning(TITLES.timedOut, denied, 'base-url', 'https_proxy', 'no_proxy'),
    ])
    expect(result.exitCode).toBe(1)
    expect(proxy.requests().length).toBeGreaterThan(1)
    expect(emulated.atlas.requests).toEqual([])
  })
})
