import { accessRefusal } from './access-list.js'
import { Api } from './api.js'
import { Authenticator } from './authenticator.js'
import { ClientAuthenticator } from './client-authenticator.js'
import { type AtlasConfig, type AtlasOptions, completeConfig } from './config.js'
import { errorAnswer } from './error-answer.js'
import { errors } from './errors.js'
import { type Struck, strike } from './fault-effects.js'
import { FaultBook, type FaultContext, type FaultRule } from './faults.js'
import { type EmulatorRequest, type Executed, jsonAnswer, type Reaction } from './http.js'
import { RateLimiter } from './rate-limit.js'
import { RequestLog, type RequestLogEntry } from './request-log.js'
import { isOfTokens, type Operation, type Routing, route } from './routes.js'
import { Somebody, type SomebodysSnapshot, type TakeResult } from './somebody.js'
import { type SnapshotRecord, SnapshotStore } from './store.js'
import { TokenEndpoint } from './token-endpoint.js'
import { TokenBook, type TokenRecord } from './tokens.js'
import type { Verdict } from './verdict.js'

export type { AtlasConfig, AtlasOptions } from './config.js'
export type { FaultContext, FaultRule } from './faults.js'
export type { RequestLogEntry } from './request-log.js'
export type { SomebodysSnapshot, TakeResult } from './somebody.js'
export type { SnapshotRecord } from './store.js'
export type { TokenRecord } from './tokens.js'

/** What the emulator takes from outside. */
export interface AtlasDeps {
  /** Milliseconds since 1970. */
  now(): number
  /** So many random bytes as lower-case hex. */
  randomHex(bytes: number): string
  /** Asked at each request that no rule strikes: a fault for it, or none. */
  chooseFault?(context: FaultContext): FaultRule | undefined
}

interface LateRequest {
  readonly at: number
  readonly execute: (now: number) => void
}

/** MongoDB Atlas as a state machine: requests in, reactions out, time from outside. */
export class Atlas {
  readonly config: AtlasConfig
  readonly requests: readonly RequestLogEntry[]
  readonly #deps: AtlasDeps
  readonly #log = new RequestLog()
  readonly #authenticator: Authenticator
  readonly #store: SnapshotStore
  readonly #somebody: Somebody
  readonly #api: Api
  readonly #tokens: TokenBook
  readonly #tokenEndpoint: TokenEndpoint
  readonly #faults: FaultBook
  #late: LateRequest[] = []

  constructor(options: AtlasOptions, deps: AtlasDeps) {
    this.config = completeConfig(options)
    this.requests = this.#log.entries
    this.#deps = deps
    const randomHex = (bytes: number) => deps.randomHex(bytes)
    const clients = new ClientAuthenticator(this.config.serviceAccounts)
    this.#tokens = new TokenBook(this.config.tokenSeconds, randomHex)
    this.#authenticator = new Authenticator(this.config, clients, this.#tokens, randomHex)
    this.#store = new SnapshotStore(this.config, randomHex)
    this.#somebody = new Somebody(this.config, this.#store)
    const limiter = new RateLimiter(this.config.rateLimits)
    this.#api = new Api(this.config, this.#store, limiter)
    this.#tokenEndpoint = new TokenEndpoint(clients, this.#tokens, limiter)
    this.#faults = new FaultBook(this.config.faults)
    this.#somebody.takeOlder(deps.now())
  }

  /** Answers a request, and says what the network does with the answer. */
  handle(request: EmulatorRequest): Reaction {
    const now = this.#settle()
    const routing = route(request.method, request.target)
    if (routing.kind !== 'operation') return this.#refusePath(routing, request, now)
    const { operation } = routing
    const verdict = this.#authenticator.check(request, operation, now)
    const fault = this.#chooseFault(request, operation, verdict)
    const execute = () => this.#execute(operation, request, verdict, now)
    if (fault === undefined) return this.#log.add(now, request, verdict, intact(execute()), operation)
    const struck = strike(fault, {
      now,
      execute,
      refuse: (stale) => this.#authenticator.refuse(verdict.scheme, stale, now),
      later: (seconds) => this.#later(operation, request, verdict, now + seconds * 1000),
      otherSnapshot: () =>
        isOfTokens(operation) ? jsonAnswer(200, {}, now) : this.#api.otherSnapshot(operation, now),
    })
    return this.#log.add(now, request, verdict, struck, operation, fault)
  }

  /** Somebody else takes a snapshot, without the API; refused as theirs would be. Throws for an unknown cluster. */
  takeSnapshot(clusterName: string, taking: SomebodysSnapshot): TakeResult {
    return this.#somebody.take(clusterName, taking, this.#settle())
  }

  /** The truth: every snapshot there ever was (of one cluster), in the order taken, as of now. */
  snapshots(clusterName?: string): readonly SnapshotRecord[] {
    return this.#store.records(clusterName, this.#settle())
  }

  /** The emulator's clock: milliseconds since 1970. */
  now(): number {
    return this.#deps.now()
  }

  /** The truth about bearer tokens: every one there ever was, in the order given. */
  tokens(): readonly TokenRecord[] {
    return this.#tokens.records(this.#settle())
  }

  /** Ends every bearer token, as if each had expired. */
  expireTokens(): void {
    this.#tokens.clear()
  }

  addFault(rule: FaultRule): void {
    this.#faults.add(rule)
  }

  /** Takes every rule away; a request that is to be executed late still will be. */
  clearFaults(): void {
    this.#faults.clear()
  }

  /** Executes what came due late, each at its own instant, and says what time it is. */
  #settle(): number {
    const now = this.#deps.now()
    const due = this.#late.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
    this.#late = this.#late.filter(({ at }) => at > now)
    for (const { at, execute } of due) execute(at)
    return now
  }

  #later(operation: Operation, request: EmulatorRequest, verdict: Verdict, at: number): void {
    this.#late.push({ at, execute: (now) => this.#execute(operation, request, verdict, now) })
  }

  #chooseFault(request: EmulatorRequest, operation: Operation, verdict: Verdict): FaultRule | undefined {
    const context: FaultContext = {
      operation,
      method: request.method,
      target: request.target,
      scheme: verdict.scheme,
      authorized: verdict.kind === 'accepted',
      bare: !('authorization' in request.headers),
      nonceUses: verdict.kind === 'accepted' ? verdict.nonceUses : 0,
    }
    return this.#faults.next(context) ?? this.#deps.chooseFault?.(context)
  }

  #refusePath(routing: Exclude<Routing, { kind: 'operation' }>, request: EmulatorRequest, now: number) {
    const verdict = this.#authenticator.check(request, undefined, now)
    const error =
      routing.kind === 'method'
        ? errors.methodNotAllowed(routing.allow)
        : errors.resourceNotFound(request.target.split('?', 1)[0] ?? '')
    const answer =
      verdict.kind === 'refused'
        ? this.#authenticator.refuse(verdict.scheme, verdict.stale, now)
        : errorAnswer(accessRefusal(this.config, request.remoteAddress) ?? error, now)
    return this.#log.add(now, request, verdict, intact({ answer, changed: false }))
  }

  #execute(operation: Operation, request: EmulatorRequest, verdict: Verdict, now: number): Executed {
    if (isOfTokens(operation)) return this.#tokenEndpoint.execute(operation, request, now)
    if (verdict.kind === 'refused')
      return { answer: this.#authenticator.refuse(verdict.scheme, verdict.stale, now), changed: false }
    const barred = accessRefusal(this.config, request.remoteAddress)
    if (barred !== undefined) return { answer: errorAnswer(barred, now), changed: false }
    const { answer, changed } = this.#api.execute(operation, request, verdict.holder, now)
    return { answer: { ...answer, headers: { ...answer.headers, ...verdict.info(answer.body) } }, changed }
  }
}

function intact({ answer, changed }: Executed): Struck {
  return { answer, delivery: { kind: 'whole' }, delayMs: 0, changed }
}
