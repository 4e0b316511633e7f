import { Api } from './api.js'
import { Authenticator } from './authenticator.js'
import { type AtlasConfig, type AtlasOptions, type ClusterConfig, completeConfig } from './config.js'
import type { AuthResult } from './digest-authenticator.js'
import { errorResponse, errors } from './errors.js'
import { applyFault } from './fault-effects.js'
import { type FaultContext, FaultRegistry, type FaultRule } from './faults.js'
import { type DeliveredResponse, type EmulatorRequest, type EmulatorResponse, jsonResponse } from './http.js'
import { RateLimiter } from './rate-limit.js'
import { isTokenOperation, type Operation, route } from './routes.js'
import { type SnapshotRecord, SnapshotStore, type SnapshotType } from './snapshots.js'
import { TokenEndpoint } from './token-endpoint.js'
import { type TokenRecord, TokenStore } from './token-store.js'

export type { AtlasConfig, AtlasOptions } from './config.js'
export type { FaultContext, FaultRule } from './faults.js'
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
  /** Whether the request was executed, or rejected as usual. False for a request that is executed later. */
  readonly executed: boolean
}

/** A snapshot of another client. `takenAt`, in milliseconds since 1970, can be in the past. */
export interface OtherSnapshot {
  readonly description: string
  readonly snapshotType?: SnapshotType
  readonly retentionInDays?: number
  readonly fails?: boolean
  readonly takenAt?: number
}

type OtherSnapshotResult =
  | { readonly kind: 'created'; readonly snapshot: SnapshotRecord }
  | { readonly kind: 'refused'; readonly errorCode: string }

interface LateRequest {
  readonly at: number
  readonly execute: (now: number) => void
}

/** The address of every client, because the emulator listens on loopback addresses only. */
const CLIENT_ADDRESS = '127.0.0.1'

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
  readonly #tokens: TokenStore
  readonly #tokenEndpoint: TokenEndpoint
  readonly #faults: FaultRegistry
  #late: LateRequest[] = []

  constructor(options: AtlasOptions, deps: AtlasDeps) {
    this.config = completeConfig(options)
    this.#deps = deps
    const randomHex = (bytes: number) => deps.randomHex(bytes)
    const limiter = new RateLimiter(this.config.rateLimits)
    this.#tokens = new TokenStore(this.config.tokenSeconds, randomHex)
    this.#tokenEndpoint = new TokenEndpoint(this.config.serviceAccounts, this.#tokens, limiter)
    this.#authenticator = new Authenticator(this.config, this.#tokenEndpoint, this.#tokens, randomHex)
    this.#store = new SnapshotStore(this.config, randomHex)
    this.#api = new Api(this.config, this.#store, limiter)
    this.#faults = new FaultRegistry(this.config.faults)
    for (const cluster of this.config.clusters) this.#createOlder(cluster, deps.now())
  }

  /** Handles a request. Returns the response and what the network does to it. */
  handle(request: EmulatorRequest): DeliveredResponse {
    const now = this.#settle()
    const { method, target, origin } = request
    const routing = route(method, target, origin)
    const operation = routing.kind === 'operation' ? routing.operation : undefined
    const verdict = this.#authenticator.check(request, operation, now)
    let executed = false
    const execute = (): EmulatorResponse => {
      executed = true
      return this.#execute(operation, request, verdict, now)
    }
    const fault = operation && this.#findFault(operation, request, verdict)
    const result = fault ? this.#applyFault(fault, operation, request, verdict, execute, now) : execute()
    const isLost = typeof result === 'string'
    const { status, headers, body } = isLost ? { status: 0, headers: {}, body: '' } : result
    this.#requests.push({ at: now, method, target, operation: operation?.kind, status, executed })
    return {
      response: { status, headers: { Date: new Date(now).toUTCString(), ...headers }, body },
      delivery: isLost ? result : 'whole',
      delayMs: fault?.effect.kind === 'delay' ? fault.effect.ms : 0,
    }
  }

  /**
   * Creates a snapshot as another client, with the checks of the API.
   *
   * @throws RangeError for an unknown cluster
   */
  createOtherSnapshot(clusterName: string, taking: OtherSnapshot): OtherSnapshotResult {
    const now = this.#settle()
    const cluster = this.config.clusters.find(({ name }) => name === clusterName)
    if (cluster === undefined) throw new RangeError(`no cluster is named ${clusterName}`)
    const created = this.#createOther(cluster, taking, now)
    return 'error' in created
      ? { kind: 'refused', errorCode: created.error.errorCode }
      : { kind: 'created', snapshot: this.#store.record(created.snapshot, now) }
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
    this.#tokens.revokeAll()
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
    const { olderSnapshots, olderOfOtherKind } = this.config
    const { secondsToCompleted = this.config.secondsToCompleted } = cluster
    const former: ClusterConfig = {
      ...cluster,
      kind: cluster.kind === 'sharded' ? 'replicaSet' : 'sharded',
    }
    for (let hours = olderSnapshots; hours > 0; hours -= 1) {
      const older = {
        description: `older, ${hours} h`,
        snapshotType: cluster.kind === 'flex' ? 'scheduled' : 'onDemand',
        retentionInDays: 3650,
        fails: false,
        takenAt: now - secondsToCompleted * 1000 - hours * 3_600_000,
      } as const
      this.#createOther(hours > olderSnapshots - olderOfOtherKind ? former : cluster, older, now)
    }
  }

  #findFault(operation: Operation, request: EmulatorRequest, verdict: AuthResult): FaultRule | undefined {
    const context: FaultContext = {
      operation,
      scheme: verdict.scheme,
      authorized: verdict.kind === 'accepted',
      bare: !('authorization' in request.headers),
      nonceUses: verdict.kind === 'accepted' ? verdict.nonceUses : 0,
    }
    return this.#faults.next(context) ?? this.#deps.chooseFault?.(context)
  }

  #applyFault(
    fault: FaultRule,
    operation: Operation,
    request: EmulatorRequest,
    verdict: AuthResult,
    execute: () => EmulatorResponse,
    now: number,
  ): EmulatorResponse | 'reset' | 'hang' {
    return applyFault(fault, {
      execute,
      refuse: (stale) => this.#authenticator.refuse(verdict.scheme, stale, request, now),
      repeatChallenge: () => this.#authenticator.repeatChallenge(request),
      later: (seconds) => {
        const late = (at: number) => this.#execute(operation, request, verdict, at)
        this.#late.push({ at: now + seconds * 1000, execute: late })
      },
      otherSnapshot: () =>
        isTokenOperation(operation) ? jsonResponse(200, {}) : this.#api.otherSnapshot(operation, now),
    })
  }

  #execute(
    operation: Operation | undefined,
    request: EmulatorRequest,
    verdict: AuthResult,
    now: number,
  ): EmulatorResponse {
    if (operation !== undefined && isTokenOperation(operation))
      return this.#tokenEndpoint.execute(operation, request, now)
    if (verdict.kind === 'refused')
      return this.#authenticator.refuse(verdict.scheme, verdict.stale, request, now)
    const { accessList } = this.config
    if (accessList.length > 0 && !accessList.includes(CLIENT_ADDRESS))
      return errorResponse(errors.notOnAccessList(CLIENT_ADDRESS))
    if (operation === undefined) {
      const [path = ''] = request.target.split('?', 1)
      return errorResponse(errors.resourceNotFound(path))
    }
    return this.#api.execute(operation, request, verdict.principal, now)
  }
}
