import { accessRefusal } from './access.js'
import { Api } from './api.js'
import type { AuthResult } from './auth-result.js'
import { Authenticator, ClientAuthenticator } from './authenticator.js'
import { type AtlasConfig, type AtlasOptions, completeConfig } from './config.js'
import { errorResponse, errors } from './errors.js'
import { applyFault } from './fault-effects.js'
import { type FaultContext, FaultRegistry, type FaultRule } from './faults.js'
import { type DeliveredResponse, type EmulatorRequest, type Executed, jsonResponse } from './http.js'
import { OtherClient, type OtherSnapshot, type OtherSnapshotResult } from './other-client.js'
import { RateLimiter } from './rate-limit.js'
import { isTokenOperation, type Operation, type Routing, route } from './routes.js'
import { type SnapshotRecord, SnapshotStore } from './snapshots.js'
import { TokenEndpoint } from './token-endpoint.js'
import { type TokenRecord, TokenStore } from './token-store.js'

export type { AtlasConfig, AtlasOptions } from './config.js'
export type { FaultContext, FaultRule } from './faults.js'
export type { OtherSnapshot, OtherSnapshotResult } from './other-client.js'
export type { SnapshotRecord } from './snapshots.js'
export type { TokenRecord } from './token-store.js'

/** Clock, randomness, and an optional source of faults. */
export interface AtlasDeps {
  /** Milliseconds since 1970. */
  now(): number
  /** Random bytes as lowercase hex. */
  randomHex(bytes: number): string
  /** Chooses a fault for a request to which no rule applies. */
  chooseFault?(context: FaultContext): FaultRule | undefined
}

/** A request and its response, without credentials. */
export interface RequestLogEntry {
  readonly at: number
  readonly method: string
  readonly target: string
  /** Undefined for a path that is not part of the API. */
  readonly operation: Operation['kind'] | undefined
  /** Status of the intended response. 0 if a fault suppresses the response. */
  readonly status: number
  /** Whether the request changed the state. False for a request that is executed later. */
  readonly executed: boolean
  readonly authorized: boolean
}

interface LateRequest {
  readonly at: number
  readonly execute: (now: number) => void
}

/** MongoDB Atlas as a state machine with an external clock. */
export class Atlas {
  readonly config: AtlasConfig
  readonly #requests: RequestLogEntry[] = []
  /** All requests and responses, oldest first. */
  readonly requests: readonly RequestLogEntry[] = this.#requests
  readonly #deps: AtlasDeps
  readonly #authenticator: Authenticator
  readonly #store: SnapshotStore
  readonly #otherClient: OtherClient
  readonly #api: Api
  readonly #tokens: TokenStore
  readonly #tokenEndpoint: TokenEndpoint
  readonly #faults: FaultRegistry
  #late: LateRequest[] = []

  constructor(options: AtlasOptions, deps: AtlasDeps) {
    this.config = completeConfig(options)
    this.#deps = deps
    const randomHex = (bytes: number) => deps.randomHex(bytes)
    const clients = new ClientAuthenticator(this.config.serviceAccounts)
    this.#tokens = new TokenStore(this.config.tokenSeconds, randomHex)
    this.#authenticator = new Authenticator(this.config, clients, this.#tokens, randomHex)
    this.#store = new SnapshotStore(this.config, randomHex)
    this.#otherClient = new OtherClient(this.config, this.#store)
    const limiter = new RateLimiter(this.config.rateLimits)
    this.#api = new Api(this.config, this.#store, limiter)
    this.#tokenEndpoint = new TokenEndpoint(clients, this.#tokens, limiter)
    this.#faults = new FaultRegistry(this.config.faults)
    this.#otherClient.createOlder(deps.now())
  }

  /** Handles a request. Returns the response and what the network does to it. */
  handle(request: EmulatorRequest): DeliveredResponse {
    const now = this.#settle()
    const routing = route(request.method, request.target, request.origin)
    if (routing.kind !== 'operation') return this.#refusePath(routing, request, now)
    const { operation } = routing
    const verdict = this.#authenticator.check(request, operation, now)
    const fault = this.#chooseFault(request, operation, verdict)
    const execute = () => this.#execute(operation, request, verdict, now)
    if (fault === undefined) return this.#respond(now, request, verdict, execute(), operation)
    const struck = applyFault(fault, {
      now,
      execute,
      refuse: (stale) => this.#authenticator.refuse(verdict.scheme, stale, request, now),
      repeatChallenge: () => this.#authenticator.repeatChallenge(request, now),
      later: (seconds) => this.#later(operation, request, verdict, now + seconds * 1000),
      otherSnapshot: () =>
        isTokenOperation(operation) ? jsonResponse(200, {}, now) : this.#api.otherSnapshot(operation, now),
    })
    return this.#respond(now, request, verdict, { delayMs: fault.delayMs ?? 0, ...struck }, operation)
  }

  /** Creates a snapshot as another client, with the checks of the API. Throws a RangeError for an unknown cluster. */
  createOtherSnapshot(clusterName: string, taking: OtherSnapshot): OtherSnapshotResult {
    return this.#otherClient.createSnapshot(clusterName, taking, this.#settle())
  }

  /** The current state of all snapshots ever taken (of one cluster, if given), oldest first. */
  snapshots(clusterName?: string): readonly SnapshotRecord[] {
    return this.#store.records(clusterName, this.#settle())
  }

  /** The emulator's clock: milliseconds since 1970. */
  now(): number {
    return this.#deps.now()
  }

  /** The current state of all bearer tokens ever issued, oldest first. */
  tokens(): readonly TokenRecord[] {
    return this.#tokens.records(this.#settle())
  }

  /** Expires every bearer token. */
  expireTokens(): void {
    this.#tokens.clear()
  }

  addFault(rule: FaultRule): void {
    this.#faults.add(rule)
  }

  /** Executes late requests that are due, each at its own time. Returns the current time. */
  #settle(): number {
    const now = this.#deps.now()
    const due = this.#late.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
    this.#late = this.#late.filter(({ at }) => at > now)
    for (const { at, execute } of due) execute(at)
    return now
  }

  #later(operation: Operation, request: EmulatorRequest, verdict: AuthResult, at: number): void {
    this.#late.push({ at, execute: (now) => this.#execute(operation, request, verdict, now) })
  }

  #chooseFault(request: EmulatorRequest, operation: Operation, verdict: AuthResult): FaultRule | undefined {
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
    const response =
      verdict.kind === 'refused'
        ? this.#authenticator.refuse(verdict.scheme, verdict.stale, request, now)
        : errorResponse(accessRefusal(this.config) ?? error, now)
    return this.#respond(now, request, verdict, { response, changed: false })
  }

  #execute(operation: Operation, request: EmulatorRequest, verdict: AuthResult, now: number): Executed {
    if (isTokenOperation(operation)) return this.#tokenEndpoint.execute(operation, request, now)
    if (verdict.kind === 'refused')
      return {
        response: this.#authenticator.refuse(verdict.scheme, verdict.stale, request, now),
        changed: false,
      }
    const barred = accessRefusal(this.config)
    if (barred !== undefined) return { response: errorResponse(barred, now), changed: false }
    return this.#api.execute(operation, request, verdict.principal, now)
  }

  /** Logs a request and returns the response to send. */
  #respond(
    now: number,
    { method, target }: EmulatorRequest,
    verdict: AuthResult,
    { response, changed, delivery = { kind: 'whole' }, delayMs = 0 }: Executed & Partial<DeliveredResponse>,
    operation?: Operation,
  ): DeliveredResponse {
    this.#requests.push({
      at: now,
      method,
      target,
      operation: operation?.kind,
      status: response.status,
      executed: changed,
      authorized: verdict.kind === 'accepted',
    })
    return { response, delivery, delayMs }
  }
}
