import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { connect, createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { certFile, selfSigned } from '../../script/self-signed.js'
import { startSnapshot, startSteppedAtlas } from '../support/bundle.js'
import { openTunnel, start, until } from '../support/local-http.js'
import { accountInputs, annotated, assertNoSecretShown, mentioning } from '../support/played.js'
import { completed } from '../support/rows/row.js'
import { TITLES } from '../support/titles.js'

/** Starts a server and returns its address with `https:`. */
async function serve(server: Server): Promise<string> {
  return `https://127.0.0.1:${(await start(server)).port}`
}

// Only a real handshake has these messages of OpenSSL. rows/network.ts contains what a step reports at the end.
describe('a step without a TLS connection', () => {
  it.each([
    ['a port without TLS', createHttp(), ['Could not create', 'Next try']],
    [
      'a server that requires a client certificate',
      createHttps({ ...selfSigned, requestCert: true }),
      ['TLS failed', 'certificate required', 'Next try'],
    ],
  ])('retries on %s', async (_, server, facts) => {
    const isRetry = mentioning(...facts)
    let retries = false
    const run = startSnapshot(await serve(server), {
      env: { NODE_EXTRA_CA_CERTS: certFile },
      onLine: (line) => {
        retries ||= isRetry.asymmetricMatch(line)
      },
    })
    await until(() => retries)
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

it('a step with an API key needs a Node with MD5, and sends nothing without it', async () => {
  const { atlas, url } = await startSteppedAtlas()
  const forbidMd5 = 'import { setFips } from "node:crypto"; setFips(true)'
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(forbidMd5)}` }
  const run = await startSnapshot(url, { env }).result
  expect(annotated(run)).toStrictEqual([
    mentioning(TITLES.invalidInput, 'public-key', 'private-key', 'MD5', 'client-id'),
  ])
  expect(run.exitCode).toBe(1)
  expect(atlas.requests).toStrictEqual([])
})

// IPv6 can be turned off.
const addresses = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address))
const hosts = (['127.0.0.1', '::1'] as const).filter((host) => addresses.includes(host))

it.each(hosts)('a step never adds a proxy for %s', async (host) => {
  const emulated = await startSteppedAtlas({}, { host })
  const proxy = await start(createServer((socket) => socket.destroy()))
  const there = `http://127.0.0.1:${proxy.port}`
  const env = { http_proxy: there, HTTP_PROXY: there, https_proxy: there, HTTPS_PROXY: there }
  const { exitCode, outputs } = await startSnapshot(emulated.url, { env }).result
  expect(exitCode).toBe(0)
  expect(outputs).toMatchObject(completed)
  expect(outputs['url']).toStrictEqual(mentioning(`${emulated.url}/v2/`))
  expect(proxy.connections()).toBe(0)
})

// Some servers close a connection right after a response, and some serve one at a time. Only a POST keeps its connection.
it.each([
  ['an API key', {}],
  ['a service account', accountInputs],
])('a step with %s has one connection for its POST, and one at a time', async (_, inputs) => {
  const emulated = await startSteppedAtlas()
  let free: Promise<unknown> = Promise.resolve()
  const server = createServer((client) => {
    const closed = new Promise((resolve) => client.once('close', resolve))
    free = free.then(() => {
      client.pipe(connect(Number(new URL(emulated.url).port), '127.0.0.1')).pipe(client, { end: false })
      return closed
    })
  })
  const { port, connections } = await start(server)
  const url = `http://127.0.0.1:${port}`
  const more = { ...inputs, 'timeout-minutes': '0.1' }
  const { exitCode } = await startSnapshot(url, { inputs: { ...more, wait: 'false' } }).result
  expect([exitCode, connections()]).toStrictEqual([0, 1])
  expect((await startSnapshot(url, { inputs: more }).result).exitCode).toBe(0)
})

it('a step gives the password of a proxy to no other server, and masks it', async () => {
  // A name in the certificate.
  const host = 'atlas.invalid'
  const emulated = await startSteppedAtlas({}, { tls: selfSigned })
  const atlasPort = Number(new URL(emulated.url).port)
  const asked: unknown[] = []
  const server = createHttp().on('connect', ({ url, headers }, client) => {
    asked.push({ url, headers })
    openTunnel(client, atlasPort)
  })
  const proxy = await start(server)

  const password = 'a p@ss:w/rd%'
  const basic = Buffer.from(`ci:${password}`).toString('base64')
  const env = {
    https_proxy: `http://ci:${encodeURIComponent(password)}@127.0.0.1:${proxy.port}`,
    NODE_EXTRA_CA_CERTS: certFile,
    // Debug lines must not contain secrets either.
    RUNNER_DEBUG: '1',
  }
  const target = `${host}:${atlasPort}`
  const result = await startSnapshot(`https://${target}`, { env }).result
  assertNoSecretShown(result, {}, env, [password, encodeURIComponent(password), basic])
  expect(result).toMatchObject({ exitCode: 0, stderr: '', outputs: completed })
  const masks = result.commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data)
  // The runner also masks the percent-encoded form of each.
  expect(masks).toStrictEqual([demo.privateKey, password, basic])
  const headers = { 'proxy-authorization': `Basic ${basic}`, connection: 'close', host: target }
  expect(asked).toStrictEqual(emulated.atlas.requests.map(() => ({ url: target, headers })))
})
