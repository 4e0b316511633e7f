import type { ServerResponse } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { DeliveredResponse } from './http.js'

/** Sends a response as its delivery requires, including network faults. */
export function sendResponse(
  { response, delivery, delayMs }: DeliveredResponse,
  outgoing: ServerResponse,
): void {
  if (delivery.kind === 'hang') return
  const send = (): void => {
    if (outgoing.destroyed) return
    if (delivery.kind === 'reset') {
      reset(outgoing)
      return
    }
    const body = Buffer.from(response.body)
    outgoing.sendDate = false
    for (const [name, value] of Object.entries(response.headers))
      outgoing.setHeader(name, typeof value === 'string' ? value : [...value])
    outgoing.setHeader('Content-Length', body.length)
    outgoing.writeHead(response.status)
    if (delivery.kind === 'whole') outgoing.end(body)
    else if (delivery.kind === 'cut') cut(outgoing, body)
    else drip(outgoing, body, delivery.everyMs)
  }
  if (delayMs === 0) send()
  else clearAtClose(outgoing, setTimeout(send, delayMs))
}

/** A TLS connection can't be reset, only destroyed. */
function reset({ socket }: ServerResponse): void {
  if (socket instanceof TLSSocket) socket.destroy()
  else socket?.resetAndDestroy()
}

/** Sends half of the body, then closes the connection. */
function cut(outgoing: ServerResponse, body: Buffer): void {
  outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => outgoing.destroy())
}

function drip(outgoing: ServerResponse, body: Buffer, everyMs: number): void {
  let next = 0
  const timer = setInterval(() => {
    outgoing.write(body.subarray(next, next + 1))
    next += 1
    if (next < body.length) return
    clearInterval(timer)
    outgoing.end()
  }, everyMs)
  clearAtClose(outgoing, timer)
}

/** Clears a timer when the client disconnects or the server closes. */
function clearAtClose(outgoing: ServerResponse, timer: NodeJS.Timeout): void {
  outgoing.once('close', () => clearTimeout(timer))
}
