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
}

/** Retries with the same reason are one span if the gap between them is shorter. */
const SAME_RETRY_MS = 60_000

/** A span that can still change. */
interface RecordedSpan {
  readonly kind: Span['kind']
  readonly label: string
  readonly from: number
  /** The end of a retry's delay. Other spans have one when they have ended. */
  to: number | undefined
  times: number
}

/** Records what the step does, and when. */
export class Timeline {
  readonly #now: () => number
  readonly #startedAt: number
  /** In the order in which they began. */
  readonly #spans: RecordedSpan[] = []
  /** The last span of each kind. */
  readonly #open = new Map<Span['kind'], RecordedSpan>()

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now
    this.#startedAt = now()
  }

  recordActivity(activity: Activity): void {
    if (activity.kind === 'retry') this.#record('retry', activity.reason, this.#now() + activity.delayMs)
    else if (activity.kind === 'conflict') this.#record('step', 'waiting for another snapshot')
    else this.#record('step', 'requesting a snapshot')
  }

  recordStatus({ snapshot }: ObservedSnapshot): void {
    this.#end('step')
    this.#record('snapshot', snapshot.status)
  }

  /** All spans so far. Open spans end now. */
  history(): History {
    const endedAt = this.#now()
    const spans = this.#spans.map(({ kind, label, from, to = endedAt, times }) => {
      const counted = times === 1 ? label : `${label} (${times} times)`
      return { kind, label: counted, from, to: Math.min(to, endedAt) }
    })
    return { startedAt: this.#startedAt, endedAt, spans }
  }

  #record(kind: Span['kind'], label: string, to?: number): void {
    const now = this.#now()
    const last = this.#open.get(kind)
    if (last?.label !== label || now - (last.to ?? now) >= SAME_RETRY_MS) {
      this.#end(kind)
      const span = { kind, label, from: now, to, times: 1 }
      this.#spans.push(span)
      this.#open.set(kind, span)
    } else if (to !== undefined) {
      last.to = to
      last.times += 1
    }
  }

  #end(kind: Span['kind']): void {
    const span = this.#open.get(kind)
    if (span !== undefined) span.to ??= this.#now()
    this.#open.delete(kind)
  }
}
