import type { Atlas } from '../emulator/atlas.js'
import type { DeliveredResponse, EmulatorResponse } from '../emulator/http.js'
import { type HttpRequest, type HttpResponse, requestTarget } from '../src/atlas/http.js'
import { bodyTooLarge } from '../src/atlas/network-errors.js'
import { MAX_BODY_BYTES } from '../src/atlas/node-http.js'
import type { Clock } from '../src/runtime.js'
import { sleep } from '../src/timers.js'

/**
 * Sends a request to the emulator and delivers the response as the network would.
 *
 * @throws Node's error if the network breaks, AtlasError if the body is too large, the signal's reason
 */
export async function sendToEmulator(
  atlas: Atlas,
  clock: Clock,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { method, url, headers, body = '' } = request
  const delivered = atlas.handle({ method, target: requestTarget(url), headers, body })
  await sleep(clock, deliveryDuration(delivered), signal)
  if (delivered.delivery.kind === 'reset' || delivered.delivery.kind === 'cut') {
    throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' })
  }
  if (delivered.response.body.length > MAX_BODY_BYTES) throw bodyTooLarge(request, MAX_BODY_BYTES)
  return toHttpResponse(delivered.response)
}

/** Milliseconds until a response is delivered. */
function deliveryDuration({ response, delivery, delayMs }: DeliveredResponse): number {
  if (delivery.kind === 'hang') return Number.MAX_SAFE_INTEGER
  return delayMs + (delivery.kind === 'drip' ? delivery.everyMs * response.body.length : 0)
}

function toHttpResponse({ status, headers, body }: EmulatorResponse): HttpResponse {
  const values = Object.entries(headers).map(([name, value]): [string, readonly string[]] => [
    name.toLowerCase(),
    typeof value === 'string' ? [value] : value,
  ])
  return { status, headers: Object.fromEntries(values), body }
}
