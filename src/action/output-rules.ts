import { asStrings, parseJson } from '../atlas/json.js'
import { formatBytes, truncateMiddle } from '../format.js'

/** Why a value is not handed on. */
export interface OutputProblem {
  /** The end of a sentence. */
  readonly reason: string
  /** What is handed on instead. */
  readonly emptyValue: string
}

/** An instant in ISO 8601, with its offset from UTC. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/
const ID = /^[0-9a-f]{24}$/i
const CLUSTER_TYPES: readonly string[] = ['replicaSet', 'shardedCluster']
/** Half of the 1 MB that GitHub lets the outputs of a job have together. */
const MAX_BYTES = 512 * 1024
const MAX_QUOTE_LENGTH = 100

/**
 * What is wrong with the value of an output by the rules of action.yml, `undefined` if nothing is. Later steps calculate
 * with these values, so a value of Atlas that breaks a rule must not reach them.
 */
export function findOutputProblem(name: string, value: string): OutputProblem | undefined {
  if (value === '') return undefined
  const quoted = truncateMiddle(value, MAX_QUOTE_LENGTH)
  const empty = (reason: string, emptyValue = ''): OutputProblem => ({ reason, emptyValue })
  const bytes = Buffer.byteLength(value)
  if (bytes > MAX_BYTES)
    return empty(
      `it would have ${formatBytes(bytes)}, and the limit is ${formatBytes(MAX_BYTES)}`,
      name === 'snapshot-ids' ? '[]' : '',
    )
  switch (name) {
    case 'created-at':
    case 'expires-at':
      return isInstant(value) ? undefined : empty(`"${quoted}" is not an instant in ISO 8601`)
    case 'type':
      return CLUSTER_TYPES.includes(value)
        ? undefined
        : empty(`"${quoted}" is neither ${CLUSTER_TYPES.join(' nor ')}`)
    case 'snapshot-ids':
      return isIdList(value)
        ? undefined
        : empty(`${quoted} is not a list of IDs of 24 hexadecimal digits`, '[]')
    default:
      return undefined
  }
}

/** Each by itself, because a pattern for the whole list overflows the stack on megabytes. */
function isIdList(json: string): boolean {
  const ids = asStrings(parseJson(json))
  return ids?.every((id) => ID.test(id)) === true
}

function isInstant(value: string): boolean {
  return INSTANT.test(value) && !Number.isNaN(Date.parse(value))
}
