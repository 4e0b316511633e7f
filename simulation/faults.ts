import type { FaultEffect } from '../emulator/faults.js'
import type { Scheme } from '../emulator/http.js'
import type { OperationKind } from '../emulator/routes.js'
import type { SeededRandom } from './seeded-random.js'

export const CHECKS: readonly OperationKind[] = ['get', 'get-sharded']
export const LISTS: readonly OperationKind[] = ['list', 'list-sharded']

/** Input for the details of a fault. */
interface FaultInputs {
  readonly random: SeededRandom
  /** Atlas's clock, in milliseconds since 1970. */
  readonly now: number
  /** The longest `Retry-After` in seconds. */
  readonly longestRetryAfter: number
  readonly lateSeconds: number
}

/** Outcome of a POST with a fault. */
export type FaultOutcome =
  /** Not executed, and the step can tell. */
  | 'not-executed'
  /** Not executed, but the step can't tell. */
  | 'open'
  /** Executed, but the step can't tell. */
  | 'lost'
  /** The step must fail. */
  | 'fatal'
  /** The actual response arrives, with or without a delay. */
  | 'harmless'
  | 'late'
  | 'doubled'

/** Which requests of a progress run can have a fault, because the step must recover from it. */
type Recovery =
  /** Any request. */
  | 'always'
  /** Reads after the first POST. */
  | 'after-post'
  /** Reads after the first POST, for less than a minute. */
  | 'briefly'

/** One kind of fault. */
export interface Fault {
  readonly outcome: FaultOutcome
  /** Without it, the fault can end a step. */
  readonly recovery?: Recovery | undefined
  /** How often it is chosen, compared with others. One that can hit only POSTs needs at least 6, because they are rare. */
  readonly weight: number
  /** The error that Node throws if the request doesn't reach Atlas. */
  readonly broken?: ((random: SeededRandom) => Error) | undefined
  /** A fault in Atlas, or after the request reached it. */
  readonly effect?: FaultEffect | ((inputs: FaultInputs) => FaultEffect) | undefined
  /** Atlas executes the request although its response is lost or replaced. */
  readonly executed?: boolean
  /** Applies only to requests with one of these authentication schemes. */
  readonly schemes?: readonly Scheme[]
  /** Applies only to these operations. */
  readonly on?: readonly OperationKind[]
}

export function drawEffect({ effect }: Fault, inputs: FaultInputs): FaultEffect | undefined {
  return typeof effect === 'function' ? effect(inputs) : effect
}

const UPGRADE = 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES'

/** A valid or invalid `Retry-After`, or `undefined` for none. */
function anyRetryAfter({ random, now, longestRetryAfter }: FaultInputs): string | undefined {
  const seconds = random.integer(1, longestRetryAfter)
  const date = (inSeconds: number) => new Date(now + inSeconds * 1000).toUTCString()
  const nonsense = random.pick(['soon', '-5', '1.5', '', 'Sonntag, 1. Januar'])
  return random.pick([undefined, String(seconds), date(seconds), '0', date(-seconds), nonsense])
}

function status(code: number, errorCode: string | null, retryAfter?: string): FaultEffect {
  const error = { kind: 'status', status: code, errorCode, detail: `Fault: ${code}.` } as const
  return retryAfter === undefined ? error : { ...error, retryAfter }
}

function anyServerError(inputs: FaultInputs): FaultEffect {
  const code = inputs.random.pick([408, 500, 502, 503, 503, 504, 520, 599])
  return status(code, 'UNEXPECTED_ERROR', code === 503 ? anyRetryAfter(inputs) : undefined)
}

function anyRejection({ random }: FaultInputs): FaultEffect {
  const code = random.pick([401, 402, 403, 405, 406, 409, 410, 415, 422, 400, 404, 404])
  if (code === 401) return status(401, random.pick(['USER_UNAUTHORIZED', 'NOT_IN_GROUP']))
  const codes = ['SOME_REASON', ...(code === 404 ? ['SNAPSHOT_NOT_FOUND', 'CLUSTER_NOT_FOUND', null] : [])]
  return status(code, random.pick(['SOME_REASON', ...codes]))
}

/** A 4xx that doesn't come from Atlas. */
function anyPage(inputs: FaultInputs): FaultEffect {
  const code = inputs.random.pick([400, 401, 402, 403, 404, 406, 410, 421, 429, 429, 451, 499])
  const after = code === 429 ? anyRetryAfter(inputs) : undefined
  return { kind: 'html', status: code, headers: after === undefined ? {} : { 'Retry-After': after } }
}

function anyLateExecution({ random, lateSeconds }: FaultInputs): FaultEffect {
  return { kind: 'late', seconds: random.magnitude(0.1, lateSeconds), hang: random.chance(0.5) }
}

function anyBrokenConnection(random: SeededRandom): Error {
  const syscall = random.pick(['connect', 'getaddrinfo', 'tunnel'])
  if (syscall === 'tunnel') return tunnelError(502)
  const code = syscall === 'connect' ? random.pick(['ECONNREFUSED', 'ETIMEDOUT']) : 'ENOTFOUND'
  return Object.assign(new Error(`${syscall} ${code} 192.0.2.1:443`), { code, syscall })
}

function tunnelError(code: number): Error {
  return new Error(`tunneling socket could not be established, statusCode=${code}`)
}

/** A fault in Atlas, or of something between, after the request reached Atlas. */
function fault(
  outcome: FaultOutcome,
  recovery: Recovery | undefined,
  weight: number,
  effect: Fault['effect'],
  limits: Pick<Fault, 'on' | 'schemes'> = {},
): Fault {
  return { outcome, recovery, weight, effect, ...limits }
}

const ofDigest = { schemes: ['digest'] } as const
/** Requests about tokens use Basic. */
const ofSnapshots = { schemes: ['digest', 'bearer'] } as const
const ofCreate = { on: ['create'] } as const

/** Faults that can hit a POST before or after Atlas executes it. */
const beforeOrAfterExecution = {
  reset: fault('open', 'always', 3, { kind: 'reset' }),
  hang: fault('open', 'always', 2, { kind: 'hang' }),
  '5xx': fault('open', 'always', 6, anyServerError),
  html: fault('open', 'always', 2, ({ random }) => ({ kind: 'html', status: random.pick([200, 502, 503]) })),
  shape: fault('open', 'always', 2, { kind: 'shape' }),
  'other-id': fault('open', 'after-post', 5, { kind: 'other-id' }, ofSnapshots),
  page: fault('open', 'after-post', 4, anyPage),
  redirect: fault('fatal', undefined, 3, ({ random }) => ({
    kind: 'html',
    status: random.pick([300, 301, 302, 303, 304, 307, 308]),
    headers: { Location: 'https://portal.example/login' },
  })),
  huge: fault('open', 'after-post', 2, { kind: 'huge' }),
} as const

const broken = (
  outcome: FaultOutcome,
  recovery: Recovery | undefined,
  weight: number,
  error: Fault['broken'],
) => ({ outcome, recovery, weight, broken: error }) as const

const otherFaults = {
  refused: broken('not-executed', 'always', 5, anyBrokenConnection),
  certificate: broken('fatal', undefined, 1, () => new Error('certificate has expired')),
  'refused-tunnel': broken('fatal', 'briefly', 1, (random) => tunnelError(random.pick([401, 403, 407]))),
  delay: fault('harmless', 'always', 2, ({ random }) => ({ kind: 'delay', ms: random.between(500, 18_000) })),
  'delay-too-long': fault('lost', 'always', 4, { kind: 'delay', ms: 31_000 }),
  stale: fault('not-executed', 'always', 3, { kind: 'stale' }, ofDigest),
  unauthorized: fault('fatal', 'briefly', 4, { kind: 'unauthorized' }, { schemes: ['digest', 'basic'] }),
  'token-rejected': fault('not-executed', 'briefly', 4, { kind: 'unauthorized' }, { schemes: ['bearer'] }),
  '4xx': fault('fatal', 'briefly', 4, anyRejection),
  407: fault('fatal', 'briefly', 1, status(407, null)),
  429: fault('not-executed', 'always', 6, (inputs) => status(429, 'RATE_LIMITED', anyRetryAfter(inputs))),
  upgrade: fault('not-executed', 'always', 2, (inputs) => status(405, UPGRADE, anyRetryAfter(inputs))),
  'token-limit': fault('not-executed', 'always', 3, { kind: 'token-limit' }, { on: ['token'] }),
  // Rejected although no snapshot is in progress.
  'phantom-conflict': fault(
    'not-executed',
    'always',
    6,
    status(400, 'UNFINISHED_ON_DEMAND_SNAPSHOT'),
    ofCreate,
  ),
  'odd-entry': fault('harmless', 'always', 4, { kind: 'odd-entry' }, { on: LISTS }),
  // The response to an earlier request, if there is one.
  cached: fault('harmless', 'always', 4, undefined, { on: LISTS }),
  twice: fault('doubled', 'always', 6, { kind: 'twice' }, ofCreate),
  late: fault('late', 'always', 8, anyLateExecution, ofCreate),
} as const satisfies Readonly<Record<string, Fault>>

type BeforeOrAfter = keyof typeof beforeOrAfterExecution
export type FaultName = `${keyof typeof otherFaults | BeforeOrAfter}` | `${BeforeOrAfter}-executed`

/** All faults, which cover the table of responses in docs/architecture.md. Traces and counts use their names. */
export const faults: Readonly<Record<FaultName, Fault>> = {
  ...otherFaults,
  ...beforeOrAfterExecution,
  ...(Object.fromEntries(
    Object.entries(beforeOrAfterExecution).map(([name, fault]) => [
      `${name}-executed`,
      afterExecution(fault),
    ]),
  ) as Record<`${BeforeOrAfter}-executed`, Fault>),
}

/** The fault of a POST that Atlas has executed. */
function afterExecution(fault: Fault): Fault {
  return {
    ...fault,
    outcome: fault.outcome === 'open' ? 'lost' : fault.outcome,
    // POSTs are rare.
    weight: fault.weight * 3,
    on: ['create'],
    executed: true,
  }
}
