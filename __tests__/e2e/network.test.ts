import { readFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { projectRoot } from '../../script/root.js'
import { type Listening, listen } from '../support/listen.js'
import { startSnapshot } from './action.js'

const tls = (name: string) =>
  readFileSync(join(projectRoot(), '__tests__', 'fixtures', 'tls', `self-signed.${name}.pem`))

const open: Listening[] = []
afterEach(async () => {
  for (const listening of open.splice(0)) await listening.close()
})

async function serve(server: Parameters<typeof listen>[0]): Promise<Listening> {
  const listening = await listen(server)
  open.push(listening)
  return listening
}

/** The one `::error` of a step that cannot get through, without the port. */
async function errorAt(
  url: string,
  inputs: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<{ error: string; log: string; exitCode: number | null }> {
  const result = await startSnapshot(url, { inputs, env }).result
  const [error, ...more] = result.annotations.filter(({ name }) => name === 'error')
  expect(more).toEqual([])
  return {
    error: `${error?.properties['title']} | ${error?.data}`.replace(/127\.0\.0\.1:\d+/g, 'HOST'),
    log: result.log.join('\n').replace(/127\.0\.0\.1:\d+/g, 'HOST'),
    exitCode: result.exitCode,
  }
}

const soon = { 'timeout-minutes': '0.03' }

describe('a network that lets nothing through', () => {
  it('is tried again until the deadline, since nothing was sent: a refused connection', async () => {
    const { port } = await listen(createServer()).then(async (listening) => {
      await listening.close()
      return listening
    })
    const { error, log, exitCode } = await errorAt(`http://127.0.0.1:${port}`, soon)
    const why = 'Taking a snapshot of cluster demo: no connection (connect ECONNREFUSED HOST).'
    expect(log).toContain(`${why} Trying again`)
    expect(error).toMatch(
      /^The deadline has passed \| The deadline of 2 s has passed while asking Atlas for a snapshot\. /,
    )
    expect(error).toMatch(
      /no connection \(connect ECONNREFUSED HOST\)\. No snapshot was taken\. Check base-url, the runner's network and its proxy variables \(https_proxy, no_proxy\)\. Run this again\. For more time, raise the input timeout-minutes\.$/,
    )
    expect(exitCode).toBe(1)
  }, 60_000)

  it('is told as TLS that failed where the port speaks HTTP', async () => {
    const { port } = await serve(createHttp((_, response) => response.end()))
    const { error, exitCode } = await errorAt(`https://127.0.0.1:${port}`, soon)
    expect(error).toMatch(/: TLS failed \([a-z ]+\)\. .* Check that base-url names a port that speaks TLS, /)
    expect(exitCode).toBe(1)
  }, 60_000)

  it('is tried again until the deadline, since nothing was sent: an unknown host', async () => {
    const { error, log, exitCode } = await errorAt('https://atlas.invalid', { 'timeout-minutes': '0.15' })
    expect(log).toMatch(
      /Taking a snapshot of cluster demo: no connection \(getaddrinfo \w+ atlas\.invalid\)\. Trying again/,
    )
    expect(error).toMatch(/no connection \(getaddrinfo \w+ atlas\.invalid\)\. No snapshot was taken\./)
    expect(exitCode).toBe(1)
  }, 60_000)

  it('ends the step at once where the certificate does not hold', async () => {
    const server = createHttps({ key: tls('key'), cert: tls('cert') }, (_, response) => response.end())
    const { port } = await serve(server)
    const { error, exitCode } = await errorAt(`https://127.0.0.1:${port}`)
    expect(error).toBe(
      'The certificate of Atlas cannot be trusted | Taking a snapshot of cluster demo: self-signed certificate. No snapshot was taken. Check base-url; behind a proxy that opens TLS, name the PEM file of its certificate authority in NODE_EXTRA_CA_CERTS (a file that cannot be read is a warning at the head of the log); verification is never turned off.',
    )
    expect(exitCode).toBe(1)
  }, 60_000)

  it('ends the step at once where the proxy wants authentication, and names the variables', async () => {
    const { port } = await serve(proxy('407 Proxy Authentication Required'))
    const { error, exitCode } = await errorAt(
      'https://atlas.invalid',
      {},
      { https_proxy: `http://127.0.0.1:${port}` },
    )
    expect(error).toBe(
      'The proxy refuses | Taking a snapshot of cluster demo: the proxy wants authentication (HTTP 407). No snapshot was taken. Check the user and password of the proxy in https_proxy or http_proxy, or name the host in no_proxy.',
    )
    expect(exitCode).toBe(1)
  }, 60_000)

  it('is tried again where the proxy makes no tunnel, since nothing was sent', async () => {
    const { port } = await serve(proxy('503 Service Unavailable'))
    const { error, log } = await errorAt('https://atlas.invalid', soon, {
      https_proxy: `http://127.0.0.1:${port}`,
    })
    expect(log).toMatch(
      /no tunnel through the proxy \(tunneling socket could not be established, statusCode=503\)\. Trying again/,
    )
    expect(error).toMatch(/No snapshot was taken\. .*Run this again\./)
  }, 60_000)

  it('ends in time though a server lets a request drip', async () => {
    const { port } = await serve(createServer(drip))
    const { error, exitCode } = await errorAt(`http://127.0.0.1:${port}`, soon)
    expect(error).toMatch(/No snapshot was taken\. .*Run this again\./)
    expect(exitCode).toBe(1)
  }, 60_000)
})

describe('a runner whose environment turns the verification of certificates off', () => {
  it('is a bad input, and nobody gets anything of the step', async () => {
    let connections = 0
    const server = createHttps({ key: tls('key'), cert: tls('cert') }, (_, response) => response.end())
    server.on('connection', () => {
      connections += 1
    })
    const { port } = await serve(server)
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }
    const { error, exitCode } = await errorAt(`https://127.0.0.1:${port}`, {}, env)
    expect(error).toMatch(
      /^Bad input: NODE_TLS_REJECT_UNAUTHORIZED \| NODE_TLS_REJECT_UNAUTHORIZED is 0, by which /,
    )
    expect(exitCode).toBe(1)
    expect(connections).toBe(0)
  }, 60_000)
})

/** A proxy that answers each CONNECT so. */
function proxy(status: string): Parameters<typeof listen>[0] {
  return createServer((socket) => {
    socket.once('data', () => socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`))
  })
}

/** Answers a byte at a time, for ever. */
function drip(socket: Socket): void {
  socket.once('data', () => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    const timer = setInterval(() => socket.write('1\r\n \r\n'), 50)
    socket.once('close', () => clearInterval(timer))
  })
}
