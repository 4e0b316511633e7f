import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer as createHttps, type Server as HttpsServer } from 'node:https'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type EmulatedAtlas, startAtlas } from '../../script/emulated-atlas.js'
import { projectRoot } from '../../script/root.js'
import { type Listening, listen } from '../support/listen.js'
import { startSnapshot } from './action.js'
import { inWords, until } from './scenario.js'

const pem = (name: string) => join(projectRoot(), '__tests__', 'fixtures', 'tls', `${name}.pem`)
const identity = (name: string) => ({
  key: readFileSync(pem(`${name}.key`)),
  cert: readFileSync(pem(`${name}.cert`)),
})
/** The action trusts the first of the two certificates, and not the other one. */
const trusted = { NODE_EXTRA_CA_CERTS: pem('self-signed.cert') }

const left =
  'Snapshot ID was queued when last seen. To wait for it later, run this action with snapshot-id ID and wait: true. %s'

describe('a network that changes while a snapshot is waited for', () => {
  let emulated: EmulatedAtlas
  let front: HttpsServer
  let open: Listening[]

  beforeEach(async () => {
    emulated = await startAtlas(
      { secondsToInProgress: 1000, secondsToCompleted: 2000 },
      { hostnames: ['atlas.invalid'] },
    )
    // A TLS server in front of the emulator, which knows no TLS itself.
    front = createHttps(identity('self-signed'), (incoming, outgoing) => {
      const { method, url, headers } = incoming
      const onward = request(`${emulated.url}${url}`, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
      incoming.pipe(onward)
    })
    open = [await listen(front)]
  })

  afterEach(async () => {
    for (const listening of open) await listening.close()
    await emulated.close()
  })

  /** Starts a wait, lets something happen after two polls, and gives the one error that the step ends with. */
  async function errorAfter(
    url: string,
    env: Readonly<Record<string, string>>,
    happens: () => void,
  ): Promise<string> {
    const run = startSnapshot(url, { env })
    const polls = () => emulated.atlas.requests.filter(({ operation }) => operation === 'get').length
    await until(() => polls() >= 2)
    happens()
    // What is kept alive would go on as it was.
    front.closeAllConnections()
    const { exitCode, annotations, outputs } = await run.result
    expect(exitCode).toBe(1)
    expect(outputs).toMatchObject({ status: 'queued', created: 'true' })
    expect(annotations).toHaveLength(1)
    return inWords(`${annotations[0]?.properties['title']} | ${annotations[0]?.data}`)
  }

  it('ends the wait at once where the certificate no longer holds, and says which snapshot goes on', async () => {
    const error = await errorAfter(`https://127.0.0.1:${open[0]?.port}`, trusted, () =>
      front.setSecureContext(identity('other')),
    )
    const remedy =
      'Check base-url; behind a proxy that opens TLS, name the PEM file of its certificate authority in NODE_EXTRA_CA_CERTS (a file that cannot be read is a warning at the head of the log); verification is never turned off.'
    expect(error).toMatch(
      /^The certificate of Atlas cannot be trusted \| Reading snapshot ID: [^.]*(certificate|signature)[^.]*\. /,
    )
    expect(error).toContain(left.replace('%s', remedy))
  })

  it('ends the wait at once where the proxy wants authentication all of a sudden', async () => {
    let refuses = false
    const proxy = await listen(
      createServer((socket) => {
        socket.once('data', () => {
          if (refuses) {
            socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n')
            return
          }
          const onward = connect(open[0]?.port ?? 0, '127.0.0.1', () => {
            socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
            socket.pipe(onward).pipe(socket)
          })
          onward.on('error', () => socket.destroy())
          socket.on('error', () => onward.destroy())
        })
      }),
    )
    open.push(proxy)
    const env = { ...trusted, https_proxy: `http://127.0.0.1:${proxy.port}` }
    const error = await errorAfter('https://atlas.invalid', env, () => {
      refuses = true
    })
    const remedy =
      'Check the user and password of the proxy in https_proxy or http_proxy, or name the host in no_proxy.'
    expect(error).toBe(
      `The proxy refuses | Reading snapshot ID: the proxy wants authentication (HTTP 407). ${left.replace('%s', remedy)}`,
    )
  })
})
