import * as http from 'node:http'
import type { Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach } from '@jest/globals'
import type { HttpRequest } from '../../src/atlas/http.js'
import { createHttpSender, type HttpSender } from '../../src/atlas/node-http.js'
import { type Listening, listen } from './listen.js'

// Servers on this machine and senders to them, which are closed after each test.

export const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

export function createSender(): HttpSender {
  const sender = createHttpSender('tester')
  cleanups.push(() => sender.close())
  return sender
}

export async function start(server: Server): Promise<Listening> {
  const listening = await listen(server)
  cleanups.push(() => listening.close())
  return listening
}

/** Starts an HTTP server that keeps connections, and notes its requests. */
export async function serve(handler: http.RequestListener) {
  const requests: http.IncomingMessage[] = []
  const server = http.createServer(handler).on('request', (request) => requests.push(request))
  // Otherwise the server closes an idle connection after a while.
  server.keepAliveTimeout = 0
  return { ...(await start(server)), requests }
}

/** Resolves when the condition is true. If it never is, the test times out. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5)
}

export function post(port: number): HttpRequest {
  const url = new URL(`http://127.0.0.1:${port}/path?query=1`)
  return { purpose: 'create', method: 'POST', url, headers: { 'content-type': 'x/y' }, body: '{"ä": "€"}' }
}

export function get(port: number, path = '/path'): HttpRequest {
  const { purpose, headers } = post(port)
  return { purpose, method: 'GET', url: new URL(`http://127.0.0.1:${port}${path}`), headers }
}
