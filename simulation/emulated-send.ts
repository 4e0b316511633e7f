import type { DeliveredResponse } from '../emulator/http.js'
import { type HttpRequest, type HttpResponse, requestTarget, type Send } from '../src/atlas/http.js'
import { bodyTooLarge, MAX_BODY_BYTES, toNetworkError } from '../src/atlas/network-errors.js'
import type { Clock } from '../src/ports.js'
import { sleep } from '../src/timers.js'
import type { World } from './world.js'

/** A layer between a step and Atlas that can fail a request or change its response. */
export type Network = (send: Send) => Send

/** The network to an emulated Atlas, with the errors of the action. Each direction takes half of the latency. */
export function emulatedSend({ atlas, clock }: World, latencyMs: number, network: Network): Send {
  const travel = async (signal: AbortSignal) => {
    if (latencyMs > 0) await sleep(clock, latencyMs / 2, signal)
  }
  const send = network((request, signal) => {
    const { method, url, headers, body = '' } = request
    const delivered = atlas.handle({ method, target: requestTarget(url), headers, body })
    return deliver(delivered, clock, request, signal)
  })
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
 * Delivers a response of the emulator as the network would, or breaks the connection.
 *
 * @throws Node's error if the network breaks, RequestError if the body is too large, the signal's reason
 */
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
  if (body.length > MAX_BODY_BYTES) throw bodyTooLarge(request)
  const values = Object.entries(headers).map(([name, value]): [string, readonly string[]] => [
    name.toLowerCase(),
    typeof value === 'string' ? [value] : value,
  ])
  return { status, headers: Object.fromEntries(values), body }
}
