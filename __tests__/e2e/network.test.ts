import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { connect, createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { TITLES } from '../../src/titles.js'
import { life, startSnapshot, until } from '../support/bundle.js'
import { listen } from '../support/listen.js'
import { annotated, mentioning } from '../support/played.js'
import { completed } from '../support/rows/row.js'
import { certFile, selfSigned } from '../support/self-signed.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanups.splice(0)) await cleanUp()
})

/** Starts a server and returns its address with `https:`. */
async function serve(server: Server): Promise<string> {
  const { port, close } = await listen(server)
  cleanups.push(close)
  return `https://127.0.0.1:${port}`
}

// Only a real handshake has these messages of OpenSSL. network.ts contains what a step reports after five minutes.
describe('a step without a TLS connection', () => {
  it.each([
    ['a port without TLS', createHttp(), ['::debug::', 'OutcomeUnknownError']],
    [
      'a server that requires a client certificate',
      createHttps({ ...selfSigned, requestCert: true }),
      ['TLS failed', 'certificate required'],
    ],
  ])('retries on %s', async (_, server, facts) => {
    const isRetry = mentioning(...facts)
    let retries = 0
    const run = startSnapshot(await serve(server), {
      env: { NODE_EXTRA_CA_CERTS: certFile },
      onLine: (line) => {
        if (isRetry.asymmetricMatch(line)) retries += 1
      },
    })
    await until(() => retries >= 2)
    run.kill('SIGKILL')
    expect((await run.result).annotations).toStrictEqual([])
  })

  it('fails at once on an untrusted certificate', async () => {
    const run = await startSnapshot(await serve(createHttps(selfSigned))).result
    expect(annotated(run)).toStrictEqual([
      mentioning(TITLES.untrustedCertificate, 'self-signed certificate', 'NODE_EXTRA_CA_CERTS'),
    ])
    expect(run.exitCode).toBe(1)
    expect(run.outputs['snapshot-id']).toBe('')
  })
})

const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)

it.each(['127.0.0.1', ...(hasIPv6 ? ['::1'] : [])])('a step never adds a proxy for %s', async (host) => {
  const emulated = await startSteppedAtlas(life, { host })
  cleanups.push(emulated.close)
  const proxy = await listen(createServer((socket) => socket.destroy()))
  cleanups.push(proxy.close)
  const there = `http://127.0.0.1:${proxy.port}`
  const env = { http_proxy: there, HTTP_PROXY: there, https_proxy: there, HTTPS_PROXY: there }
  const { exitCode, outputs } = await startSnapshot(emulated.url, { env }).result
  expect(exitCode).toBe(0)
  expect(outputs).toMatchObject(completed)
  expect(outputs['url']).toStrictEqual(mentioning(`${emulated.url}/v2/`))
  expect(proxy.connections()).toBe(0)
})

it('a step gives the password of a proxy to no other server, and masks it', async () => {
  // A name in the certificate.
  const host = 'atlas.invalid'
  const emulated = await startSteppedAtlas(life, { tls: selfSigned, hostnames: [host] })
  cleanups.push(emulated.close)
  const atlasPort = Number(new URL(emulated.url).port)
  const asked: unknown[] = []
  const server = createHttp().on('connect', ({ url, headers }, client) => {
    asked.push({ url, headers })
    const tunnel = connect(atlasPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      tunnel.pipe(client).pipe(tunnel)
    })
    tunnel.on('error', () => undefined)
  })
  const proxy = await listen(server)
  cleanups.push(proxy.close)

  const password = 'a p@ss:w/rd%'
  const basic = Buffer.from(`ci:${password}`).toString('base64')
  const env = {
    https_proxy: `http://ci:${encodeURIComponent(password)}@127.0.0.1:${proxy.port}`,
    NODE_EXTRA_CA_CERTS: certFile,
    // Debug lines must not contain secrets either.
    RUNNER_DEBUG: '1',
  }
  const target = `${host}:${atlasPort}`
  const secrets = [password, encodeURIComponent(password), basic]
  const result = await startSnapshot(`https://${target}`, { env, secrets }).result
  expect(result).toMatchObject({ exitCode: 0, stderr: '', outputs: completed })
  const masks = result.commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data)
  // The runner also masks the percent-encoded form of each.
  expect(masks).toStrictEqual([demo.privateKey, password, basic])
  const headers = { 'proxy-authorization': `Basic ${basic}`, connection: 'close', host: target }
  expect(asked).toStrictEqual(emulated.atlas.requests.map(() => ({ url: target, headers })))
})

/** Half of the shortest time between two polls. */
const IDLE_MS = 50

/** A load balancer that closes each connection some time after a response. */
function createLoadBalancer(url: string): Server {
  return createServer((client) => {
    const upstream = connect(Number(new URL(url).port), '127.0.0.1')
    let idle: NodeJS.Timeout | undefined
    upstream.on('data', () => {
      clearTimeout(idle)
      idle = setTimeout(() => client.end(), IDLE_MS)
    })
    client.pipe(upstream).pipe(client)
    upstream.on('error', () => undefined)
    client.on('close', () => upstream.destroy())
  })
}

it('a step polls a server that closes each connection when it is idle', async () => {
  const { atlas, url, close } = await startSteppedAtlas({ ...life, secondsToCompleted: 2 })
  cleanups.push(close)
  const balancer = await listen(createLoadBalancer(url))
  cleanups.push(balancer.close)
  const { exitCode, outputs } = await startSnapshot(`http://127.0.0.1:${balancer.port}`).result
  expect(exitCode).toBe(0)
  expect(outputs).toMatchObject(completed)
  const polls = atlas.requests.filter(({ operation }) => operation === 'get')
  expect(polls.length).toBeGreaterThan(3)
  expect(balancer.connections()).toBeGreaterThanOrEqual(polls.length)
  expect(atlas.snapshots()).toHaveLength(1)
})
