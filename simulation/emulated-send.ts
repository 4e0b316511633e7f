import type { Atlas } from '../emulator/atlas.js'
import type { DeliveredResponse } from '../emulator/http.js'
import { type HttpRequest, type HttpResponse, requestTarget, type Send } from '../src/atlas/http.js'
import { bodyTooLarge, toNetworkError } from '../src/atlas/network-errors.js'
import { MAX_BODY_BYTES } from '../src/atlas/node-http.js'
import type { Clock } from '../src/runtime.js'
import { sleep } from '../src/timers.js'

/** The network to an emulated Atlas, with the latency and errors of `withLatency`. */
export function emulatedSend(atlas: Atlas, clock: Clock, latencyMs = 0): Send {
  return withLatency(clock, latencyMs, (request, signal) => sendToEmulator(atlas, clock, request, signal))
}

/** `send` with a latency, of which each direction takes half, and with the network errors of the action. */
export function withLatency(clock: Clock, latencyMs: number, send: Send): Send {
  const travel = async (signal: AbortSignal) => {
    if (latencyMs > 0) await sleep(clock, latencyMs / 2, signal)
  }
  return async (request, signal) => {
    try {
      await travel(signal)
      const response = await send(request, signal)
      await travel(signal)
      return response
    } catch (error) {
      throw toNetworkError(error, request, signal)
    }
  }
}

/**
 * Sends a request to the emulator and delivers the response as the network would.
 *
 * @throws Node's error if the network breaks, AtlasError if the body is too large, the signal's reason
 */
export function sendToEmulator(
  atlas: Atlas,
  clock: Clock,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { method, url, headers, body = '' } = request
  const delivered = atlas.handle({ method, target: requestTarget(url), headers, body })
  return deliver(delivered, clock, request, signal)
}

/** Delivers a response of the emulator, or breaks the connection, with the same errors as {@link sendToEmulator}. */
export async function deliver(
  { response, delivery, delayMs }: DeliveredResponse,
  clock: Clock,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { status, headers, body } = response
  await sleep(clock, delivery === 'hang' ? Number.MAX_SAFE_INTEGER : delayMs, signal)
  if (delivery === 'reset') {
    throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })
  }
  if (body.length > MAX_BODY_BYTES) throw bodyTooLarge(request, MAX_BODY_BYTES)
  const values = Object.entries(headers).map(([name, value]): [string, readonly string[]] => [
    name.toLowerCase(),
    typeof value === 'string' ? [value] : value,
  ])
  return { status, headers: Object.fromEntries(values), body }
}
