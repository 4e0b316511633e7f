import type { Context } from './context.js'
import { FIRST_READ, type Retries, retry } from './retry.js'
import { readSnapshot } from './sharded.js'
import { Sighting } from './sighting.js'

/**
 * Reads the snapshot of the `snapshot-id` input. A 404 is not retried.
 *
 * @throws FinalError if it is a part of another snapshot, and any error like `retry`
 */
export async function readGiven(id: string, context: Context, retries: Retries): Promise<Sighting> {
  const read = (signal: AbortSignal) => readSnapshot({ id, lookUp: 'always' }, context, signal)
  const snapshot = await retry(read, context, retries, FIRST_READ)
  return new Sighting(snapshot, { created: false, fromInput: true }, context)
}
