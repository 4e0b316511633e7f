import { readFileSync } from 'node:fs'
import { createServer as createHttp, request } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { connect, createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { projectRoot } from '../../script/root.js'
import type { ActionRun } from '../../script/runner.js'
import { TITLES } from '../../src/titles.js'
import { life, startSnapshot } from '../support/bundle.js'
import { type Listening, listen } from '../support/listen.js'
import { until } from '../support/play-bundle.js'
import { annotated, mentioning } from '../support/played.js'
import { startTunnels } from '../support/proxies.js'
import { completed } from '../support/scenarios/row.js'
import { startSteppedAtlas } from '../support/stepped-atlas.js'

const pem = (name: string) => join(projectRoot(), '__tests__', 'fixtures', 'tls', `${name}.pem`)
const identity = (name: string) => ({
  key: readFileSync(pem(`${name}.key`)),
  cert: readFileSync(pem(`${name}.cert`)),
})

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanups.splice(0)) await cleanUp()
})

async function serve(server: Server): Promise<Listening> {
  const listening = await listen(server)
  cleanups.push(listening.close)
  return listening
}

const rejectConnect = (status: string) =>
  createServer((socket) => {
    socket.once('data', () => socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`))
  })

const noAtlas = 'https://atlas.invalid'

/** A server and how the step reaches it. */
interface Obstacle {
  readonly name: string
  readonly server: Server
  readonly scheme?: 'http' | 'https' | 'proxy'
  /** Path of the certificate that the step trusts. */
  readonly trusts?: string
  readonly mentions: readonly string[]
}

function startAgainst(
  port: number,
  { scheme = 'http', trusts }: Pick<Obstacle, 'scheme' | 'trusts'>,
  onLine: (line: string) => void = () => undefined,
): ActionRun {
  const origin = `://127.0.0.1:${port}`
  const env = { NODE_EXTRA_CA_CERTS: trusts }
  return scheme === 'proxy'
    ? startSnapshot(noAtlas, { env: { ...env, https_proxy: `http${origin}` }, onLine })
    : startSnapshot(`${scheme}${origin}`, { env, onLine })
}

describe('a step whose requests do not reach Atlas', () => {
  it.each<Obstacle & { readonly isClosed?: boolean }>([
    { name: 'a closed port', server: createServer(), isClosed: true, mentions: ['ECONNREFUSED'] },
    {
      name: 'a port without TLS',
      server: createHttp((_, response) => response.end()),
      scheme: 'https',
      mentions: ['::debug::', 'OutcomeUnknownError'],
    },
    {
      name: 'a server that requires a client certificate',
      server: createHttps({ ...identity('self-signed'), requestCert: true }, (_, response) => response.end()),
      scheme: 'https',
      trusts: pem('self-signed.cert'),
      mentions: ['TLS failed', 'certificate required'],
    },
    {
      name: 'a proxy that opens no tunnel',
      server: rejectConnect('503 Service Unavailable'),
      scheme: 'proxy',
      mentions: ['statusCode=503'],
    },
  ])('retries on $name', async ({ server, isClosed = false, mentions, ...target }) => {
    const listening = await serve(server)
    if (isClosed) await listening.close()
    const isRetry = mentioning(...mentions)
    const lines: string[] = []
    const run = startAgainst(listening.port, target, (line) => void lines.push(line))
    await until(() => lines.filter((line) => isRetry.asymmetricMatch(line)).length >= 2)
    run.kill('SIGKILL')
    const { annotations } = await run.result
    expect(annotations).toStrictEqual([])
  })

  it.each<Obstacle>([
    {
      name: 'an untrusted certificate',
      server: createHttps(identity('self-signed'), (_, response) => response.end()),
      scheme: 'https',
      mentions: [TITLES.untrustedCertificate, 'self-signed certificate', 'NODE_EXTRA_CA_CERTS'],
    },
    {
      name: 'a proxy that requires authentication',
      server: rejectConnect('407 Proxy Authentication Required'),
      scheme: 'proxy',
      mentions: [TITLES.proxyAuthentication, 'HTTP 407', 'https_proxy', 'no_proxy'],
    },
  ])('fails at once on $name', async ({ server, mentions, ...target }) => {
    const { port } = await serve(server)
    const run = await startAgainst(port, target).result
    expect(annotated(run)).toStrictEqual([mentioning(...mentions)])
    expect(run.exitCode).toBe(1)
    expect(run.outputs['snapshot-id']).toBe('')
  })
})

describe('a step whose network changes during the wait', () => {
  /** Starts an emulated Atlas behind a TLS server that can change its certificate. */
  async function startFront() {
    const emulated = await startSteppedAtlas(
      { secondsToInProgress: 1000, secondsToCompleted: 2000 },
      { hostnames: ['atlas.invalid'] },
    )
    cleanups.push(emulated.close)
    const server = createHttps(identity('self-signed'), (incoming, outgoing) => {
      const { method, url, headers } = incoming
      const onward = request(`${emulated.url}${url}`, { method, headers }, (response) => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers)
        response.pipe(outgoing)
      })
      incoming.pipe(onward)
    })
    return { ...(await serve(server)), server, atlas: emulated.atlas }
  }
  type Front = Awaited<ReturnType<typeof startFront>>

  it.each([
    {
      what: 'an untrusted certificate',
      mentions: [TITLES.untrustedCertificate, 'NODE_EXTRA_CA_CERTS'],
      start: async ({ port, server }: Front) => ({
        url: `https://127.0.0.1:${port}`,
        env: {},
        change: () => server.setSecureContext(identity('other')),
      }),
    },
    {
      what: 'a proxy that requires authentication',
      mentions: [TITLES.proxyAuthentication, 'HTTP 407', 'https_proxy'],
      start: async ({ port }: Front) => {
        let isOpen = true
        const proxy = await serve(
          createServer((socket) => {
            socket.once('data', () => {
              if (!isOpen) {
                socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n')
                return
              }
              const onward = connect(port, '127.0.0.1', () => {
                socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
                socket.pipe(onward).pipe(socket)
              })
              onward.on('error', () => socket.destroy())
              socket.on('error', () => onward.destroy())
            })
          }),
        )
        const change = () => {
          isOpen = false
        }
        return { url: noAtlas, env: { https_proxy: `http://127.0.0.1:${proxy.port}` }, change }
      },
    },
  ])('ends at once and names its snapshot on $what', async ({ mentions, start }) => {
    const front = await startFront()
    const { url, env, change } = await start(front)
    const run = startSnapshot(url, { env: { NODE_EXTRA_CA_CERTS: pem('self-signed.cert'), ...env } })
    const polls = () => front.atlas.requests.filter(({ operation }) => operation === 'get').length
    await until(() => polls() >= 2)
    change()
    // A connection that is kept alive would keep its certificate.
    front.server.closeAllConnections()
    const result = await run.result
    expect(annotated(result)).toStrictEqual([mentioning(...mentions, 'queued', 'snapshot-id: ID')])
    expect(result.exitCode).toBe(1)
    expect(result.outputs).toMatchObject({ status: 'queued', created: 'true' })
  })
})

describe('the environment of a step', () => {
  it.each([
    { name: 'NODE_TLS_REJECT_UNAUTHORIZED', value: '0', host: '127.0.0.1', secret: demo.privateKey },
    {
      name: 'https_proxy',
      value: 'socks5://ci:5ec2e7@127.0.0.1:1080',
      host: 'atlas.invalid',
      secret: '5ec2e7',
    },
  ])(
    'is an invalid input if $name is unsafe, and the step sends no request',
    async ({ name, value, host, secret }) => {
      const server = createHttps(identity('self-signed'), (_, response) => response.end())
      const { port, connections } = await serve(server)
      const run = await startSnapshot(`https://${host}:${port}`, { env: { [name]: value } }).result
      expect(annotated(run)).toStrictEqual([mentioning(`${TITLES.invalidInput}: ${name} | `)])
      expect(run.exitCode).toBe(1)
      expect(run.commands).toContainEqual({ name: 'add-mask', properties: {}, data: secret })
      const shown = run.stdout.replaceAll(/^::add-mask::.*$/gm, '')
      expect([shown, run.stderr, run.summary].join('\n')).not.toContain(secret)
      expect(connections()).toBe(0)
    },
  )

  const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => address === '::1'),
  )

  it.each(['127.0.0.1', ...(hasIPv6 ? ['::1'] : [])])('never adds a proxy for %s', async (host) => {
    const emulated = await startSteppedAtlas(life, { host })
    cleanups.push(emulated.close)
    const proxy = await startTunnels(Number(new URL(emulated.url).port))
    cleanups.push(proxy.close)
    const there = `http://127.0.0.1:${proxy.port}`
    const env = { http_proxy: there, HTTP_PROXY: there, https_proxy: there, HTTPS_PROXY: there }
    const { exitCode, outputs } = await startSnapshot(emulated.url, { env }).result
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject(completed)
    expect(outputs['url']).toStrictEqual(mentioning(`${emulated.url}/v2/`))
    expect(proxy.connections()).toBe(0)
  })
})
