import type { Run } from '../run-step.js'

const MINUTE_MS = 60_000
/** The backoff of a POST allows about ten, each with up to three new nonces. */
const MAX_POSTS_PER_MINUTE = 60
/** A status check each second, two reads of a list for each, and a rejected nonce or an expired token for each read. */
const MAX_READS_PER_MINUTE = 240

/** Finds far more equal requests in a minute than any backoff or interval allows. */
export function findBurst({ exchanges }: Run): string | undefined {
  const recent = new Map<string, readonly number[]>()
  for (const { operation, method, target, signed, sentAt, index } of exchanges) {
    if (!signed) continue
    const request = `${method} ${target}`
    const times = [...(recent.get(request) ?? []).filter((at) => at > sentAt - MINUTE_MS), sentAt]
    recent.set(request, times)
    if (times.length > (operation === 'create' ? MAX_POSTS_PER_MINUTE : MAX_READS_PER_MINUTE))
      return `#${index} was the ${times.length}th ${request} within a minute`
  }
  return undefined
}
