import { asStrings, parseJson } from '../atlas/json.js'
import { formatBytes, truncateMiddle } from '../format.js'

/** Why an output is empty. */
interface OutputProblem {
  /** Completes the sentence "The NAME output is empty because …". */
  readonly reason: string
  /** The value to write instead. */
  readonly emptyValue: string
}

/** An ISO 8601 time with its offset from UTC. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/
const ID = /^[0-9a-f]{24}$/i
const CLUSTER_TYPES: readonly string[] = ['replicaSet', 'shardedCluster']
/** GitHub limits all outputs of a job to 1 MB. */
const MAX_SNAPSHOT_BYTES = 512 * 1024
const MAX_OTHER_BYTES = 64 * 1024
const MAX_QUOTE_LENGTH = 100

/**
 * Checks an output's value by the rules of action.yml, `undefined` if it is valid. Later steps calculate with these
 * values, so invalid values from Atlas must not reach them.
 */
export function findOutputProblem(name: string, value: string): OutputProblem | undefined {
  if (value === '') return undefined
  const quoted = truncateMiddle(value, MAX_QUOTE_LENGTH)
  const empty = (reason: string, emptyValue = ''): OutputProblem => ({ reason, emptyValue })
  const bytes = Buffer.byteLength(value)
  const limit = name === 'snapshot' ? MAX_SNAPSHOT_BYTES : MAX_OTHER_BYTES
  if (bytes > limit)
    return empty(
      `its size would be ${formatBytes(bytes)}, and the limit is ${formatBytes(limit)}`,
      name === 'snapshot-ids' ? '[]' : '',
    )
  switch (name) {
    case 'created-at':
    case 'expires-at':
      return isInstant(value) ? undefined : empty(`Atlas returned "${quoted}", which is not an ISO 8601 time`)
    case 'type':
      return CLUSTER_TYPES.includes(value)
        ? undefined
        : empty(`Atlas returned "${quoted}", which is neither ${CLUSTER_TYPES.join(' nor ')}`)
    case 'snapshot-ids':
      return isIdList(value)
        ? undefined
        : empty(`Atlas returned ${quoted}, which is not a list of IDs with 24 hexadecimal digits`, '[]')
    default:
      return undefined
  }
}

/** Checks each ID separately, because a pattern for the whole list overflows the stack on megabytes. */
function isIdList(json: string): boolean {
  const ids = asStrings(parseJson(json))
  return ids?.every((id) => ID.test(id)) === true
}

function isInstant(value: string): boolean {
  return INSTANT.test(value) && !Number.isNaN(Date.parse(value))
}
