import { Api } from './api.js'
import { Authenticator } from './authenticator.js'
import { type AtlasConfig, type AtlasOptions, type ClusterConfig, completeConfig } from './config.js'
import type { Verdict } from './digest-authenticator.js'
import { RejectionError } from './errors.js'
import { applyFault } from './fault-effects.js'
import { type AppliedFault, type FaultContext, FaultRegistry } from './faults.js'
import { type DeliveredResponse, type EmulatorRequest, type EmulatorResponse, jsonResponse } from './http.js'
import { RateLimiter } from './rate-limit.js'
import { isTokenOperation, type Operation, type OperationKind, route } from './routes.js'
import { ServiceAccounts, type TokenRecord } from './service-accounts.js'
import { type OtherSnapshot, type SnapshotRecord, SnapshotStore } from './snapshots.js'

export type { AtlasOptions } from './config.js'
export type { AppliedFault, FaultContext } from './faults.js'
export type { OtherSnapshot, SnapshotRecord } from './snapshots.js'

/** Clock, randomness, and an optional source of faults. */
export interface AtlasDeps {
  /** Milliseconds since 1970. */
  now(): number
  /** Random bytes as lowercase hex. */
  randomHex(bytes: number): string
  /** Chooses a fault for a request to which no rule applies. */
  chooseFault?(context: FaultContext): AppliedFault | undefined
}

/** A request and its response, without credentials. */
export interface RequestLogEntry {
  readonly at: number
  /** Undefined for a path that is not part of the API. */
  readonly operation: OperationKind | undefined
  /** Status of the intended response. 0 if a fault suppresses the response. */
  readonly status: number
  /** Whether the request was executed, or rejected as usual. False for a request that is executed later. */
  readonly executed: boolean
  /** Whether the response has an authentication challenge. */
  readonly challenges: boolean
}

/** A request with the operation that it calls and the result of authentication. */
interface Call {
  readonly request: EmulatorRequest
  readonly operation: Operation | undefined
  readonly verdict: Verdict
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
  readonly #api: Api
  readonly #accounts: ServiceAccounts
  readonly #faults: FaultRegistry
  #late: LateRequest[] = []

  constructor(options: AtlasOptions, deps: AtlasDeps) {
    this.config = completeConfig(options)
    this.#deps = deps
    const randomHex = (bytes: number) => deps.randomHex(bytes)
    const limiter = new RateLimiter(this.config.rateLimits)
    this.#accounts = new ServiceAccounts(this.config, limiter, randomHex)
    this.#authenticator = new Authenticator(this.config, this.#accounts, randomHex)
    this.#store = new SnapshotStore(this.config, randomHex)
    this.#api = new Api(this.config, this.#store, limiter)
    this.#faults = new FaultRegistry(this.config.faults)
    for (const cluster of this.config.clusters) this.#createOlder(cluster, deps.now())
  }

  /** Handles a request. Returns the response and what the network does to it. */
  handle(request: EmulatorRequest): DeliveredResponse {
    const now = this.#settle()
    const operation = route(request.method, request.target)
    const call: Call = { request, operation, verdict: this.#authenticator.check(request, operation, now) }
    let executed = false
    const execute = (): EmulatorResponse => {
      executed = true
      return this.#execute(call, now)
    }
    const fault = this.#findFault(call)
    const result = fault === undefined ? execute() : this.#applyFault(fault, call, execute, now)
    const isLost = typeof result === 'string'
    const { status, headers, body } = isLost ? { status: 0, headers: {}, body: '' } : result
    const challenges = 'WWW-Authenticate' in headers
    this.#requests.push({ at: now, operation: operation?.kind, status, executed, challenges })
    return {
      response: { status, headers: { Date: new Date(now).toUTCString(), ...headers }, body },
      delivery: isLost ? result : 'whole',
      delayMs: fault?.effect.kind === 'delay' ? fault.effect.ms : 0,
    }
  }

  /**
   * Creates a snapshot as another client, or returns why Atlas rejects it.
   *
   * @throws RangeError for an unknown cluster
   */
  createOtherSnapshot(clusterName: string, taking: OtherSnapshot): SnapshotRecord | RejectionError {
    const now = this.#settle()
    const cluster = this.config.clusters.find(({ name }) => name === clusterName)
    if (cluster === undefined) throw new RangeError(`no cluster is named ${clusterName}`)
    try {
      return this.#store.record(this.#createOther(cluster, taking, now), now)
    } catch (error) {
      if (error instanceof RejectionError) return error
      throw error
    }
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
    return this.#accounts.records(this.#settle())
  }

  /** Expires every bearer token. */
  expireTokens(): void {
    this.#accounts.expireAll()
  }

  /** Executes late requests that are due, each at its own time. Returns the current time. */
  #settle(): number {
    const now = this.#deps.now()
    const due = this.#late.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
    this.#late = this.#late.filter(({ at }) => at > now)
    for (const { at, execute } of due) execute(at)
    return now
  }

  #createOther(cluster: ClusterConfig, taking: OtherSnapshot, now: number) {
    const defaults = {
      snapshotType: 'onDemand',
      retentionInDays: 7,
      fails: this.config.failSnapshots,
      takenAt: now,
    } as const
    return this.#store.create({ cluster, takenBy: 'other', ...defaults, ...taking }, now)
  }

  /** Creates the completed snapshots that a cluster has at the start, an hour apart. */
  #createOlder(cluster: ClusterConfig, now: number): void {
    const { secondsToCompleted = this.config.secondsToCompleted } = cluster
    for (let hours = this.config.olderSnapshots; hours > 0; hours -= 1) {
      const older = {
        description: `older, ${hours} h`,
        retentionInDays: 3650,
        fails: false,
        takenAt: now - secondsToCompleted * 1000 - hours * 3_600_000,
      }
      this.#createOther(cluster, older, now)
    }
  }

  #findFault({ operation, verdict }: Call): AppliedFault | undefined {
    if (operation === undefined) return undefined
    const context: FaultContext = { operation, authorized: verdict.principal !== undefined }
    return this.#faults.next(context) ?? this.#deps.chooseFault?.(context)
  }

  #applyFault(
    fault: AppliedFault,
    call: Call,
    execute: () => EmulatorResponse,
    now: number,
  ): EmulatorResponse | 'reset' | 'hang' {
    const { operation, verdict } = call
    return applyFault(fault, {
      execute,
      refuse: (stale) => this.#authenticator.refuse(verdict.scheme, stale, now),
      later: (seconds) => {
        this.#late.push({ at: now + seconds * 1000, execute: (at) => this.#execute(call, at) })
      },
      otherSnapshot: () =>
        operation === undefined || isTokenOperation(operation)
          ? jsonResponse(200, {})
          : this.#api.otherSnapshot(operation, now),
    })
  }

  #execute({ request, operation, verdict }: Call, now: number): EmulatorResponse {
    if (operation !== undefined && isTokenOperation(operation))
      return this.#accounts.execute(operation, request, now)
    const { scheme, principal, stale = false } = verdict
    if (principal === undefined) return this.#authenticator.refuse(scheme, stale, now)
    if (operation !== undefined) return this.#api.execute(operation, request, principal, now)
    const [path = ''] = request.target.split('?', 1)
    return new RejectionError('RESOURCE_NOT_FOUND', path).toResponse()
  }
}
