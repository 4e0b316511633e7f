import type { AppliedFault, FaultContext } from '../emulator/atlas.js'
import type { Scheme } from '../emulator/http.js'
import { route } from '../emulator/routes.js'
import { errorMessage } from '../src/action-error.js'
import { type HttpRequest, type HttpResponse, requestTarget, type Send } from '../src/atlas/http.js'
import { toNetworkError } from '../src/atlas/network-errors.js'
import { parseJsonObject } from '../src/json.js'
import { deliver } from './emulated-send.js'
import type { Exchange } from './exchange.js'
import { chooseFault } from './fault-profile.js'
import { drawEffect, type FaultName, faults } from './faults.js'
import type { Scenario } from './scenario.js'
import { SeededRandom } from './seeded-random.js'
import type { World } from './world.js'

/**
 * The network between the step and Atlas, which replaces `src/atlas/node-http.ts`. Its errors have the form of Node's
 * errors, so the real `toNetworkError` converts them. Each request can have one fault.
 */
export class FaultyNetwork {
  readonly exchanges: Exchange[] = []
  readonly #scenario: Scenario
  readonly #world: World
  readonly #random: SeededRandom
  readonly #trace: (line: string) => void
  /** The fault of the request that Atlas is currently handling. */
  #pending: { readonly name: FaultName; readonly exchange: Exchange } | undefined

  constructor(scenario: Scenario, world: World, trace: (line: string) => void) {
    this.#scenario = scenario
    this.#world = world
    this.#random = new SeededRandom(scenario.seed, 'network')
    this.#trace = trace
  }

  /** Chooses the fault when Atlas handles a request. */
  readonly chooseFault = (context: FaultContext): AppliedFault | undefined => {
    if (this.#pending === undefined) return undefined
    const { name, exchange } = this.#pending
    // Without a fault if Atlas itself rejects the credentials.
    if (!context.authorized && exchange.signed) return undefined
    const { faultProfile } = this.#scenario
    const effect = drawEffect(faults[name], {
      ...faultProfile,
      random: this.#random,
      now: this.#world.atlas.now(),
    })
    if (effect === undefined) return undefined
    exchange.fault = name
    return { effect, executed: faults[name].executed === true }
  }

  readonly send: Send = async (request, signal) => {
    const exchange = this.#begin(request)
    this.#watch(exchange, 'sent')
    try {
      const answer = await this.#exchange(exchange, request, signal)
      const { status, headers, body } = answer
      const [retryAfter = ''] = headers['retry-after'] ?? []
      exchange.endedAt = this.#world.clock.now()
      exchange.status = status
      if (status === 200) exchange.body = body
      exchange.json = parseJsonObject(exchange.body) ?? {}
      exchange.isForeign = body.startsWith('<') && status >= 400 && status < 500 && status !== 429
      exchange.errorCode = headers['x-error-code']?.[0]
      this.#watch(exchange, `response ${status}${retryAfter && `, Retry-After: ${retryAfter}`}`)
      return answer
    } catch (thrown) {
      exchange.endedAt = this.#world.clock.now()
      const { fault } = exchange
      const isSent = signal.aborted || fault === undefined || faults[fault].broken === undefined
      exchange.failure = isSent ? 'unknown' : 'not-sent'
      exchange.isForeign = isSent && !signal.aborted && fault?.startsWith('huge') === true
      const error = toNetworkError(thrown, request, signal, fault === 'certificate')
      this.#watch(exchange, errorMessage(error))
      throw error
    }
  }

  #begin({ method, url, headers }: HttpRequest): Exchange {
    const target = requestTarget(url)
    const operation = route(method, target)?.kind
    if (operation === undefined) throw new Error(`no step needs ${method} ${target}`)
    const exchange: Exchange = {
      index: this.exchanges.length,
      operation,
      method,
      target,
      scheme: parseScheme(headers['authorization']),
      signed: 'authorization' in headers,
      sentAt: this.#world.clock.now(),
      body: '',
      json: {},
    }
    this.exchanges.push(exchange)
    return exchange
  }

  async #exchange(exchange: Exchange, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const { clock, atlas } = this.#world
    const { faultProfile } = this.#scenario
    const { method, headers, body = '' } = request
    const hasPosted = this.exchanges.some(({ operation, signed }) => operation === 'create' && signed)
    const name = chooseFault(faultProfile, { ...exchange, hasPosted }, exchange.sentAt, this.#random)
    if (signal.aborted) throw signal.reason
    const broken = name && faults[name].broken
    if (name !== undefined && broken !== undefined) {
      exchange.fault = name
      await clock.sleep(this.#travelMs(), signal)
      throw broken(this.#random)
    }
    const arrive = () => {
      exchange.arrivedAt = clock.now()
      this.#pending = name && { name, exchange }
      const delivered = atlas.handle({ method, target: exchange.target, headers, body })
      this.#pending = undefined
      return delivered
    }
    const travelMs = this.#travelMs()
    const arrivesAt = exchange.sentAt + travelMs
    await clock.sleep(travelMs, signal).catch((error: unknown) => {
      // An abandoned request still arrives.
      clock.setTimeout(arrivesAt - clock.now(), arrive)
      throw error
    })
    const cached = name === 'cached' ? this.#findCached(exchange) : undefined
    if (cached !== undefined) return cached
    const delivered = arrive()
    await clock.sleep(this.#travelMs(), signal)
    return deliver(delivered, clock, request, signal)
  }

  /** The last response of a cache that ignores `no-cache`. */
  #findCached(exchange: Exchange): HttpResponse | undefined {
    const earlier = this.exchanges.findLast((each) => each.target === exchange.target && each.status === 200)
    if (earlier?.endedAt === undefined) return undefined
    exchange.fault = 'cached'
    const { atlas, clock } = this.#world
    const date = new Date(atlas.now() - clock.now() + earlier.endedAt).toUTCString()
    return { status: 200, headers: { date: [date] }, body: earlier.body }
  }

  #watch({ index, method, target, signed, fault }: Exchange, what: string): void {
    const path = target.replace(/^.*\/backup\/snapshots/, '…')
    const hitBy = fault === undefined ? '' : ` <${fault}>`
    this.#trace(`#${index} ${method} ${path}${signed ? '' : ' (no credentials)'} ${what}${hitBy}`)
  }

  /** Draws a one-way delay: usually near the typical one, sometimes ten times as long. */
  #travelMs(): number {
    const { travelMs } = this.#scenario.faultProfile
    return travelMs * (this.#random.chance(0.02) ? 10 : 1) * this.#random.between(0.5, 1.5)
  }
}

function parseScheme(authorization: string | undefined): Scheme | undefined {
  if (authorization === undefined) return undefined
  if (authorization.startsWith('Basic ')) return 'basic'
  return authorization.startsWith('Bearer ') ? 'bearer' : 'digest'
}
