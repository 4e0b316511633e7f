import type { AppliedFault, FaultContext } from '../emulator/atlas.js'
import type { DeliveredResponse, Scheme } from '../emulator/http.js'
import { route } from '../emulator/routes.js'
import { type HttpRequest, type HttpResponse, requestTarget, type Send } from '../src/atlas/http.js'
import { parseJsonObject } from '../src/atlas/json.js'
import { toNetworkError } from '../src/atlas/network-errors.js'
import { deliver } from './emulated-send.js'
import type { Exchange } from './exchange.js'
import { chooseFault } from './fault-profile.js'
import { type FaultName, faults } from './faults.js'
import { Gateway } from './gateway.js'
import type { Scenario } from './scenario.js'
import { SeededRandom } from './seeded-random.js'
import type { World } from './world.js'

/**
 * The network between the step and Atlas, which replaces `src/atlas/node-http.ts`. Its errors have the form of Node's
 * errors, so the real `toNetworkError` converts them. Each request can have one fault.
 */
export class Network {
  readonly exchanges: Exchange[] = []
  readonly #scenario: Scenario
  readonly #world: World
  readonly #random: SeededRandom
  readonly #trace: (line: string) => void
  readonly #gateway: Gateway
  /** The connection that is kept. */
  #connection = {}
  /** The fault of the request that Atlas is currently handling. */
  #pending: { readonly name: FaultName; readonly exchange: Exchange } | undefined

  constructor(scenario: Scenario, world: World, trace: (line: string) => void) {
    this.#scenario = scenario
    this.#world = world
    this.#random = new SeededRandom(scenario.seed, 'network')
    this.#trace = trace
    this.#gateway = new Gateway(scenario.gateway, () => world.clock.now())
  }

  /** Chooses the fault when Atlas handles a request. */
  readonly chooseFault = (context: FaultContext): AppliedFault | undefined => {
    if (this.#pending === undefined) return undefined
    const { name, exchange } = this.#pending
    const fault = faults[name]
    if (fault.effect === undefined) return undefined
    // Without a fault if Atlas itself rejects the credentials.
    if (!context.authorized && exchange.signed) return undefined
    if (fault.isOfFreshNonce === true && context.scheme === 'digest' && context.nonceUses !== 1)
      return undefined
    exchange.fault = name
    const { faultProfile, options } = this.#scenario
    const effect = fault.effect({
      ...faultProfile,
      random: this.#random,
      now: this.#world.atlas.now(),
      beyond: Math.ceil(options.timeoutMs / 1000) + 1,
      ofList: exchange.operation === 'list' || exchange.operation === 'list-sharded',
    })
    return { effect, executed: fault.executed === true }
  }

  readonly send: Send = async (request, signal) => {
    const exchange = this.#begin(request)
    this.#watch(exchange, 'sent')
    try {
      const answer = await this.#exchange(exchange, request, signal)
      exchange.endedAt = this.#world.clock.now()
      exchange.status = answer.status
      if (answer.status === 200) exchange.body = answer.body
      exchange.json = parseJsonObject(exchange.body) ?? {}
      exchange.isFromAtlas = isFromAtlas(answer, request)
      const [retryAfter = ''] = answer.headers['retry-after'] ?? []
      exchange.errorCode = answer.headers['x-error-code']?.[0]
      exchange.retryAfter = retryAfterSeconds(retryAfter, answer.headers['date']?.[0] ?? '')
      this.#watch(
        exchange,
        `response ${answer.status}${retryAfter === '' ? '' : `, Retry-After: ${retryAfter}`}`,
      )
      return answer
    } catch (thrown) {
      exchange.endedAt = this.#world.clock.now()
      this.#connection = {}
      const fault = exchange.fault && faults[exchange.fault]
      const isBroken = fault?.broken === undefined ? 'unknown' : 'not-sent'
      const isUntrusted = fault?.outcome === 'fatal' && !signal.aborted
      exchange.failure = isUntrusted ? 'untrusted' : signal.aborted ? 'unknown' : isBroken
      const error = toNetworkError(thrown, request, signal, {
        isUntrusted: exchange.fault === 'certificate',
      })
      this.#watch(exchange, `${error.name}: ${error.message}`)
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
    const { faultProfile } = this.#scenario
    const answered = this.exchanges.some(
      ({ operation, status, fault }) =>
        operation === exchange.operation && status === 200 && fault === undefined,
    )
    const name = chooseFault(faultProfile, { ...exchange, answered }, exchange.sentAt, this.#random)
    if (signal.aborted) throw signal.reason
    const broken = name && faults[name].broken
    if (name !== undefined && broken !== undefined) {
      exchange.fault = name
      await this.#world.clock.sleep(this.#travelMs(), signal)
      throw broken()
    }
    if (request.newConnection === true) this.#connection = {}
    const connection = this.#connection
    const arrive = () => this.#arrive(exchange, request, name, connection)
    await this.#travelThere(exchange, arrive, signal)
    const delivered = arrive()
    await this.#world.clock.sleep(this.#travelMs(), signal)
    return deliver(delivered, this.#world.clock, request, signal)
  }

  #watch({ index, method, target, signed, fault }: Exchange, what: string): void {
    const path = target.replace(/^.*\/backup\/snapshots/, '…')
    const hitBy = fault === undefined ? '' : ` <${fault}>`
    this.#trace(`#${index} ${method} ${path}${signed ? '' : ' (no credentials)'} ${what}${hitBy}`)
  }

  /** Delays a request. If late POSTs are possible, an abandoned request still arrives. */
  async #travelThere(exchange: Exchange, arrive: () => unknown, signal: AbortSignal): Promise<void> {
    const travelMs = this.#travelMs()
    const arrivesAt = this.#world.clock.now() + travelMs
    try {
      await this.#world.clock.sleep(travelMs, signal)
    } catch (error) {
      if (this.#scenario.faultProfile.lateSeconds > 0) {
        this.#world.clock.setTimeout(arrivesAt - this.#world.clock.now(), () => {
          arrive()
          this.#watch(exchange, 'arrived after it was abandoned')
        })
      }
      throw error
    }
  }

  #arrive(
    exchange: Exchange,
    { method, headers, body }: HttpRequest,
    name: FaultName | undefined,
    connection: object,
  ): DeliveredResponse {
    exchange.arrivedAt = this.#world.clock.now()
    const request = { method, target: exchange.target, headers, body: body ?? '', connection }
    const stored = this.#gateway.find(request)
    if (stored !== undefined) return { response: stored, delivery: 'whole', delayMs: 0 }
    this.#pending = name === undefined ? undefined : { name, exchange }
    const delivered = this.#world.atlas.handle(request)
    this.#pending = undefined
    return { ...delivered, response: this.#gateway.pass(request, delivered.response, exchange.fault) }
  }

  /** Draws a one-way delay: usually near the typical one, sometimes ten times as long. */
  #travelMs(): number {
    const { travelMs } = this.#scenario.faultProfile
    return travelMs * (this.#random.chance(0.02) ? 10 : 1) * this.#random.between(0.5, 1.5)
  }
}

const NONCE = /\bnonce="([^"]*)"/
const REALM = /\brealm="([^"]*)"/

/** True for a response in one of Atlas's recorded forms. A challenge to credentials needs a new nonce. */
function isFromAtlas({ status, headers, body }: HttpResponse, request: HttpRequest): boolean {
  const json = parseJsonObject(body) ?? {}
  const { error, reason, detail, errorCode, error_description: description } = json
  const isOfApi = error === status && typeof reason === 'string' && typeof detail === 'string'
  const isJson = typeof errorCode === 'string' || typeof description === 'string' || isOfApi
  const { authorization = '' } = request.headers
  if (status !== 401 || /^(Basic|Bearer) /.test(authorization)) return isJson
  const challenge = (headers['www-authenticate'] ?? []).join()
  const differs = (part: RegExp) => part.exec(challenge)?.[1] !== part.exec(authorization)?.[1]
  // Without a body, only the realm shows who rejected the credentials.
  const isEmpty = body === '' && (authorization === '' || !differs(REALM))
  return differs(NONCE) && (isJson || isEmpty)
}

function parseScheme(authorization: string | undefined): Scheme | undefined {
  if (authorization === undefined) return undefined
  if (authorization.startsWith('Basic ')) return 'basic'
  return authorization.startsWith('Bearer ') ? 'bearer' : 'digest'
}

/** Seconds in a valid `Retry-After`. 0 if it is in the past or invalid. */
function retryAfterSeconds(retryAfter: string, date: string): number {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter)
  return retryAfter.endsWith('GMT') ? Math.max(0, (Date.parse(retryAfter) - Date.parse(date)) / 1000) : 0
}
