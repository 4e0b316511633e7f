import { formatStatus, isUnconfirmed } from '../atlas/snapshot.js'
import type { Activity, ObservedSnapshot } from '../snapshot/context.js'

/** A part of the step's time, in milliseconds since 1970. */
export interface Span {
  /** `step`: what the step did. `retry`: why it retried. `snapshot`: a status in Atlas. */
  readonly kind: 'step' | 'retry' | 'snapshot'
  readonly label: string
  readonly from: number
  readonly to: number
}

/** The step's spans, for the summary. */
export interface History {
  readonly startedAt: number
  readonly endedAt: number
  readonly spans: readonly Span[]
  /** Milliseconds that the runner's clock is ahead of Atlas's, 0 if unknown. */
  readonly clockSkewMs: number
}

/** Atlas's times are in whole seconds, so smaller differences are noise. */
export const ATLAS_TIMESTAMP_RESOLUTION_MS = 1000
/** Retries with the same reason are one span if the gap between them is shorter. */
const SAME_RETRY_MS = 60_000

interface OpenSpan {
  readonly kind: Span['kind']
  readonly label: string
  readonly from: number
}

/** Records what the step does, and when. */
export class Timeline {
  readonly #now: () => number
  readonly #startedAt: number
  #past: Span[] = []
  #activity: OpenSpan | undefined
  #status: OpenSpan | undefined
  #clockSkewMs = 0
  #retry: (Span & { readonly tries: number; readonly why: string }) | undefined

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now
    this.#startedAt = now()
  }

  recordActivity(activity: Activity): void {
    if (activity.kind === 'retry') this.#recordRetry(activity.reason, activity.delayMs)
    else this.#start(activityLabel(activity))
  }

  recordStatus({ snapshot }: ObservedSnapshot): void {
    const { serverTime } = snapshot
    // Only a status that ends the snapshot has its own name.
    const status = isUnconfirmed(snapshot) ? formatStatus(snapshot) : snapshot.status
    if (this.#status?.label === status) return
    const now = this.#now()
    if (serverTime !== undefined) this.#clockSkewMs = clockSkew(serverTime, now)
    this.#activity = this.#close(this.#activity, now)
    this.#status = this.#close(this.#status, now)
    this.#status = { kind: 'snapshot', label: status, from: now }
  }

  /** All spans so far. Open spans end now. */
  history(): History {
    const endedAt = this.#now()
    const open = [this.#activity, this.#status].flatMap((span) => (span ? [{ ...span, to: endedAt }] : []))
    const retry = this.#retry === undefined ? [] : [{ ...this.#retry, to: Math.min(this.#retry.to, endedAt) }]
    const spans = [...this.#past, ...retry, ...open].toSorted((a, b) => a.from - b.from)
    return {
      startedAt: this.#startedAt,
      endedAt,
      clockSkewMs: this.#clockSkewMs,
      spans: spans.map(({ kind, label, from, to }) => ({ kind, label, from, to })),
    }
  }

  #start(label: string): void {
    if (this.#activity?.label === label) return
    const now = this.#now()
    this.#activity = this.#close(this.#activity, now)
    this.#activity = { kind: 'step', label, from: now }
  }

  #recordRetry(why: string, delayMs: number): void {
    const now = this.#now()
    const last = this.#retry
    const continues = last !== undefined && last.why === why && now - last.to < SAME_RETRY_MS
    if (last !== undefined && !continues) this.#past.push(last)
    const tries = continues ? last.tries + 1 : 1
    this.#retry = {
      kind: 'retry',
      label: tries === 1 ? why : `${why} (${tries} times)`,
      from: continues ? last.from : now,
      to: now + delayMs,
      tries,
      why,
    }
  }

  #close(open: OpenSpan | undefined, to: number): undefined {
    if (open !== undefined) this.#past.push({ ...open, to })
    return undefined
  }
}

function clockSkew(serverTime: number, now: number): number {
  const ahead = now - serverTime - ATLAS_TIMESTAMP_RESOLUTION_MS / 2
  return Math.abs(ahead) < ATLAS_TIMESTAMP_RESOLUTION_MS ? 0 : ahead
}

function activityLabel({ kind }: Exclude<Activity, { kind: 'retry' }>): string {
  return kind === 'conflict' ? 'waiting for another snapshot' : 'requesting a snapshot'
}
