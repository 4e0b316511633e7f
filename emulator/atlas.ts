import { Api, backupRefusal, type Executed } from './api.js'
import { Authenticator, type Verdict } from './authenticator.js'
import { type AtlasConfig, type AtlasOptions, completeConfig } from './config.js'
import { errorAnswer, errors } from './errors.js'
import { type Struck, strike } from './fault-effects.js'
import { FaultBook, type FaultContext, type FaultRule } from './faults.js'
import { type EmulatorAnswer, type EmulatorRequest, jsonAnswer, type Reaction } from './http.js'
import type { SnapshotType } from './lifecycle.js'
import { RequestLog, type RequestLogEntry } from './request-log.js'
import { type Operation, route } from './routes.js'
import { type SnapshotRecord, SnapshotStore } from './store.js'

export type { AtlasConfig, AtlasOptions } from './config.js'
export type { FaultContext, FaultRule } from './faults.js'
export type { RequestLogEntry } from './request-log.js'
export type { SnapshotRecord } from './store.js'

/** What the emulator takes from outside. */
export interface AtlasDeps {
  /** Milliseconds since 1970. */
  now(): number
  /** So many random bytes as lower-case hex. */
  randomHex(bytes: number): string
  /** Asked at each request that no rule strikes: a fault for it, or none. */
  chooseFault?(context: FaultContext): FaultRule | undefined
}

/** What somebody else takes; `takenAt` (milliseconds since 1970) may lie in the past. */
export interface SomebodysSnapshot {
  readonly description: string
  readonly snapshotType?: SnapshotType
  readonly retentionInDays?: number
  readonly fails?: boolean
  readonly takenAt?: number
}

export type TakeResult =
  | { readonly kind: 'taken'; readonly snapshot: SnapshotRecord }
  | { readonly kind: 'refused'; readonly errorCode: string }

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
  readonly #api: Api
  readonly #faults: FaultBook
  #late: LateRequest[] = []

  constructor(options: AtlasOptions, deps: AtlasDeps) {
    this.config = completeConfig(options)
    this.requests = this.#log.entries
    this.#deps = deps
    const randomHex = (bytes: number) => deps.randomHex(bytes)
    this.#authenticator = new Authenticator(this.config, randomHex)
    this.#store = new SnapshotStore(this.config, randomHex)
    this.#api = new Api(this.config, this.#store)
    this.#faults = new FaultBook(this.config.faults)
    this.#takeOlder()
  }

  /** Answers a request, and says what the network does with the answer. */
  handle(request: EmulatorRequest): Reaction {
    const now = this.#settle()
    const routing = route(request.method, request.target)
    const verdict = this.#authenticator.check(request, now)
    if (routing.kind !== 'operation') {
      const error =
        routing.kind === 'method'
          ? errors.methodNotAllowed(routing.allow)
          : errors.resourceNotFound(request.target.split('?', 1)[0] ?? '')
      const answer =
        verdict.kind === 'accepted'
          ? errorAnswer(error, now)
          : this.#authenticator.challenge(verdict.stale, now)
      return this.#log.add(now, request, verdict, intact({ answer, changed: false }))
    }
    const { operation } = routing
    const fault = this.#chooseFault(request, operation, verdict)
    const execute = () => this.#execute(operation, request, verdict, now)
    if (fault === undefined) return this.#log.add(now, request, verdict, intact(execute()), operation)
    const struck = strike(fault, {
      now,
      execute,
      challenge: (stale) => this.#authenticator.challenge(stale, now),
      later: (seconds) => this.#later(operation, request, verdict, now + seconds * 1000),
      otherSnapshot: () => this.#otherSnapshot(operation, now),
    })
    return this.#log.add(now, request, verdict, struck, operation, fault)
  }

  /** Somebody else takes a snapshot, without the API; refused as theirs would be. Throws for an unknown cluster. */
  takeSnapshot(clusterName: string, taking: SomebodysSnapshot): TakeResult {
    const now = this.#settle()
    const cluster = this.config.clusters.find(({ name }) => name === clusterName)
    if (cluster === undefined) throw new RangeError(`no cluster is named ${clusterName}`)
    const refusal = backupRefusal(cluster, this.config.groupId)
    if (refusal !== undefined) return { kind: 'refused', errorCode: refusal.errorCode }
    const result = this.#store.take(
      {
        clusterName,
        sharded: cluster.kind === 'sharded',
        description: taking.description,
        snapshotType: taking.snapshotType ?? 'onDemand',
        retentionInDays: taking.retentionInDays ?? 7,
        fails: taking.fails ?? this.config.failSnapshots,
        takenBy: 'somebody',
        takenAt: taking.takenAt ?? now,
      },
      now,
    )
    if ('blockedBy' in result) return { kind: 'refused', errorCode: 'UNFINISHED_ON_DEMAND_SNAPSHOT' }
    return { kind: 'taken', snapshot: this.#store.record(result.taken, now) }
  }

  /** The truth: every snapshot there ever was (of one cluster), in the order taken, as of now. */
  snapshots(clusterName?: string): readonly SnapshotRecord[] {
    return this.#store.records(clusterName, this.#settle())
  }

  /** The emulator's clock: milliseconds since 1970. */
  now(): number {
    return this.#deps.now()
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
      authorized: verdict.kind === 'accepted',
      bare: !('authorization' in request.headers),
      nonceUses: verdict.kind === 'accepted' ? verdict.nonceUses : 0,
    }
    return this.#faults.next(context) ?? this.#deps.chooseFault?.(context)
  }

  #execute(operation: Operation, request: EmulatorRequest, verdict: Verdict, now: number): Executed {
    if (verdict.kind === 'challenged')
      return { answer: this.#authenticator.challenge(verdict.stale, now), changed: false }
    const { answer, changed } = this.#api.execute(operation, request, verdict.key, now)
    return { answer: { ...answer, headers: { ...answer.headers, ...verdict.info(answer.body) } }, changed }
  }

  /** Another snapshot of the cluster, or one that never was, in the form the operation asks for. */
  #otherSnapshot(operation: Operation, now: number): EmulatorAnswer {
    const all = this.#store.existing(operation.clusterName, now)
    const own = all.find(({ id }) => id === operation.snapshotId)
    const other = all.findLast(({ id }) => id !== operation.snapshotId)
    const invented = own && {
      ...own,
      id: otherId(own.id),
      takenAt: now - this.config.secondsToCompleted * 1000,
    }
    const shown = other ?? invented
    return jsonAnswer(200, shown === undefined ? {} : this.#api.resource(shown, operation, now), now)
  }

  #takeOlder(): void {
    const now = this.#deps.now()
    for (const cluster of this.config.clusters) {
      if (backupRefusal(cluster, this.config.groupId) !== undefined) continue
      for (let hours = this.config.olderSnapshots; hours > 0; hours -= 1)
        this.takeSnapshot(cluster.name, {
          description: `older, ${hours} h`,
          retentionInDays: 3650,
          fails: false,
          takenAt: now - this.config.secondsToCompleted * 1000 - hours * 3_600_000,
        })
    }
  }
}

function intact({ answer, changed }: Executed): Struck {
  return { answer, delivery: { kind: 'whole' }, delayMs: 0, changed }
}

function otherId(id: string): string {
  return (id.endsWith('0') ? '1' : '0').padStart(id.length, id.slice(0, -1))
}
