import * as http from 'node:http'
import type { Server } from 'node:net'
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

export const never = new AbortController().signal

export async function start(server: Server): Promise<Listening> {
  const listening = await listen(server)
  cleanups.push(() => listening.close())
  return listening
}

export const serve = (handler: http.RequestListener) => start(http.createServer(handler))

/** Resolves when the client has closed all connections to a server. */
export async function allClosed(server: Listening): Promise<void> {
  while (server.open() > 0) await new Promise((resolve) => setImmediate(resolve))
}

export function post(port: number): HttpRequest {
  const url = new URL(`http://127.0.0.1:${port}/path?query=1`)
  return { purpose: 'create', method: 'POST', url, headers: { 'content-type': 'x/y' }, body: '{"ä": "€"}' }
}

export function get(port: number, path = '/path'): HttpRequest {
  const { purpose, headers } = post(port)
  return { purpose, method: 'GET', url: new URL(`http://127.0.0.1:${port}${path}`), headers }
}
