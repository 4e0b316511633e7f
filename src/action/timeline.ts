import type { Activity, ObservedSnapshot } from '../snapshot/context.js'

/** A part of the step's time. Instants in milliseconds since 1970. */
export interface Stretch {
  /** `step`: what the step was busy with; `retry`: what kept it waiting; `snapshot`: a status in Atlas. */
  readonly kind: 'step' | 'retry' | 'snapshot'
  readonly label: string
  readonly from: number
  readonly to: number
}

/** What a step did when, for the summary. */
export interface History {
  readonly startedAt: number
  readonly endedAt: number
  readonly stretches: readonly Stretch[]
  /** How far this clock is ahead of Atlas's, in milliseconds, as far as that is known. */
  readonly aheadOfAtlasMs: number
}

/** Atlas gives instants in whole seconds: what differs by less may well be the same. */
export const ATLAS_TICK_MS = 1000
/** Retries of one kind that follow each other so soon are one stretch. */
const SAME_RETRY_MS = 60_000

interface Open {
  readonly kind: Stretch['kind']
  readonly label: string
  readonly from: number
}

/** Writes down what a step does, as it does it. */
export class Timeline {
  readonly #now: () => number
  readonly #startedAt: number
  #past: Stretch[] = []
  #doing: Open | undefined
  #status: Open | undefined
  #aheadOfAtlasMs = 0
  #retry: (Stretch & { readonly tries: number; readonly why: string }) | undefined

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now
    this.#startedAt = now()
  }

  busy(activity: Activity): void {
    if (activity.kind === 'retry') this.#retryFor(activity.reason, activity.delayMs)
    else this.#do(labelOf(activity))
  }

  sighted({ snapshot: { status, serverTime } }: ObservedSnapshot): void {
    if (this.#status?.label === status) return
    const now = this.#now()
    if (serverTime !== undefined) this.#aheadOfAtlasMs = aheadOf(serverTime, now)
    this.#doing = this.#close(this.#doing, now)
    this.#status = this.#close(this.#status, now)
    this.#status = { kind: 'snapshot', label: status, from: now }
  }

  /** All until now; what is under way ends now. */
  history(): History {
    const endedAt = this.#now()
    const open = [this.#doing, this.#status].flatMap((stretch) =>
      stretch ? [{ ...stretch, to: endedAt }] : [],
    )
    const retry = this.#retry === undefined ? [] : [{ ...this.#retry, to: Math.min(this.#retry.to, endedAt) }]
    const stretches = [...this.#past, ...retry, ...open].toSorted((a, b) => a.from - b.from)
    return {
      startedAt: this.#startedAt,
      endedAt,
      aheadOfAtlasMs: this.#aheadOfAtlasMs,
      stretches: stretches.map(({ kind, label, from, to }) => ({ kind, label, from, to })),
    }
  }

  #do(label: string): void {
    if (this.#doing?.label === label) return
    const now = this.#now()
    this.#doing = this.#close(this.#doing, now)
    this.#doing = { kind: 'step', label, from: now }
  }

  #retryFor(why: string, delayMs: number): void {
    const now = this.#now()
    const last = this.#retry
    const goesOn = last !== undefined && last.why === why && now - last.to < SAME_RETRY_MS
    if (last !== undefined && !goesOn) this.#past.push(last)
    const tries = goesOn ? last.tries + 1 : 1
    this.#retry = {
      kind: 'retry',
      label: tries === 1 ? why : `${why} (${tries} times)`,
      from: goesOn ? last.from : now,
      to: now + delayMs,
      tries,
      why,
    }
  }

  #close(open: Open | undefined, to: number): undefined {
    if (open !== undefined) this.#past.push({ ...open, to })
    return undefined
  }
}

function aheadOf(asOf: number, now: number): number {
  const ahead = now - asOf - ATLAS_TICK_MS / 2
  return Math.abs(ahead) < ATLAS_TICK_MS ? 0 : ahead
}

function labelOf({ kind }: Exclude<Activity, { kind: 'retry' }>): string {
  return kind === 'conflict' ? 'waiting for another snapshot' : 'asking Atlas'
}
