import { REALM } from '../emulator/digest-authenticator.js'
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
  /** The longest `Retry-After`, in seconds. */
  readonly longestRetryAfter: number
  /** The form of `Retry-After`, or `undefined` for a random form each time. */
  readonly retryAfter: RetryAfterForm | undefined
  readonly lateSeconds: number
  /** A `Retry-After` beyond the timeout of the step, in seconds. */
  readonly beyond: number
  /** The request reads a list. */
  readonly ofList: boolean
}

/** Outcome of a POST with a fault. */
type FaultOutcome =
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

/** One kind of fault. */
export interface Fault {
  readonly outcome: FaultOutcome
  /** How often it is chosen, compared with others. Default: 1. */
  readonly weight?: number
  /** The error that Node throws if the request doesn't reach Atlas. */
  readonly broken?: () => Error
  /** A fault in Atlas, or after the request reached it. */
  readonly effect?: (inputs: FaultInputs) => FaultEffect
  /** Atlas executes the request although its response is lost or replaced. */
  readonly executed?: boolean
  /** Applies only to requests with one of these authentication schemes. */
  readonly schemes?: readonly Scheme[]
  /** Applies only to these operations. */
  readonly on?: readonly OperationKind[]
  /** Applies only to a request like one that Atlas has answered. */
  readonly repeatedOnly?: boolean
  /** With digest, applies only to the first use of a nonce. */
  readonly isOfFreshNonce?: boolean
}

/** Valid and invalid forms of `Retry-After`. */
export const retryAfterForms = ['seconds', 'date', 'missing', 'nonsense', 'zero', 'past'] as const
export type RetryAfterForm = (typeof retryAfterForms)[number]

/** The value of `Retry-After`, or `undefined` for none. */
function retryAfter(inputs: FaultInputs): string | undefined {
  const { random, now, longestRetryAfter } = inputs
  const seconds = random.integer(1, longestRetryAfter)
  switch (inputs.retryAfter ?? random.pick(retryAfterForms)) {
    case 'seconds':
      return String(seconds)
    case 'date':
      return new Date(now + seconds * 1000).toUTCString()
    case 'missing':
      return undefined
    case 'nonsense':
      return random.pick(['soon', '-5', '1.5', '', 'Sonntag, 1. Januar'])
    case 'zero':
      return '0'
    case 'past':
      return new Date(now - seconds * 1000).toUTCString()
  }
}

const always = (effect: FaultEffect) => () => effect
const brokenBy = (code: string, syscall: string) => () =>
  Object.assign(new Error(`${syscall} ${code} 192.0.2.1:443`), { code, syscall })
const tunnelError = (code: number) => () =>
  new Error(`tunneling socket could not be established, statusCode=${code}`)

const status = (code: number, errorCode: string | null, retryAfter?: string): FaultEffect => ({
  kind: 'status',
  status: code,
  errorCode,
  detail: `Fault: ${code}.`,
  ...(retryAfter === undefined ? {} : { retryAfter }),
})

const anyServerError = (inputs: FaultInputs): FaultEffect => {
  const code = inputs.random.pick([500, 502, 503, 503, 504, 520, 599])
  return status(code, 'UNEXPECTED_ERROR', code === 503 ? retryAfter(inputs) : undefined)
}
const anyRedirect = ({ random }: FaultInputs): FaultEffect => ({
  kind: 'html',
  status: random.pick([300, 301, 302, 303, 304, 307, 308]),
  headers: { Location: 'https://portal.example/login' },
})
const anyHtml = ({ random }: FaultInputs): FaultEffect => ({
  kind: 'html',
  status: random.pick([200, 502, 503]),
})

const anyPage = (inputs: FaultInputs): FaultEffect => {
  const code = inputs.random.pick([400, 401, 401, 402, 403, 404, 406, 410, 421, 425, 429, 429, 451, 499])
  const after = code === 429 ? retryAfter(inputs) : undefined
  const challenge = code === 401 ? anyChallenge(inputs) : undefined
  return {
    kind: 'html',
    status: code,
    headers: {
      ...(after === undefined ? {} : { 'Retry-After': after }),
      ...(challenge === undefined ? {} : { 'WWW-Authenticate': challenge }),
    },
  }
}

/** A challenge that is not Atlas's, or none. */
const anyChallenge = ({ random }: FaultInputs): string | undefined => {
  const digest = (of: string) => `Digest realm="${of}", nonce="${random.hex(16)}", qop="auth", stale=false`
  return random.pick([
    undefined,
    'Basic realm="gateway"',
    'Bearer realm="gateway"',
    digest('gateway'),
    digest(REALM),
  ])
}

const UPGRADE = 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES'

/** Schemes of requests about snapshots. Requests about tokens use Basic. */
const OF_SNAPSHOTS = ['digest', 'bearer'] as const

const listFault = { outcome: 'not-executed', on: LISTS, schemes: OF_SNAPSHOTS } as const

/** Faults that can hit a POST before or after Atlas executes it. */
const beforeOrAfterExecution = {
  reset: { outcome: 'open', weight: 3, effect: always({ kind: 'reset' }) },
  hang: { outcome: 'open', weight: 2, effect: always({ kind: 'hang' }) },
  408: { outcome: 'open', effect: always(status(408, 'REQUEST_TIMEOUT')) },
  '5xx': { outcome: 'open', weight: 4, effect: anyServerError },
  html: { outcome: 'open', weight: 2, effect: anyHtml },
  null: { outcome: 'open', effect: always({ kind: 'null' }) },
  shape: { outcome: 'open', effect: always({ kind: 'shape' }) },
  'other-id': { outcome: 'open', weight: 5, schemes: OF_SNAPSHOTS, effect: always({ kind: 'other-id' }) },
  // A 4xx that doesn't come from Atlas: a gateway's page, or a challenge from a cache.
  page: { outcome: 'open', weight: 4, effect: anyPage },
  'repeat-nonce': {
    outcome: 'open',
    weight: 2,
    schemes: ['digest'],
    isOfFreshNonce: true,
    effect: always({ kind: 'repeat-nonce' }),
  },
  // Too late for another POST.
  '503-beyond': { outcome: 'open', effect: ({ beyond }) => status(503, 'UNEXPECTED_ERROR', String(beyond)) },
  redirect: { outcome: 'fatal', weight: 3, effect: anyRedirect },
  huge: { outcome: 'fatal', weight: 2, effect: always({ kind: 'huge' }) },
} as const satisfies Readonly<Record<string, Fault>>

const otherFaults = {
  refused: { outcome: 'not-executed', weight: 3, broken: brokenBy('ECONNREFUSED', 'connect') },
  'unknown-host': { outcome: 'not-executed', broken: brokenBy('ENOTFOUND', 'getaddrinfo') },
  'connect-timeout': { outcome: 'not-executed', broken: brokenBy('ETIMEDOUT', 'connect') },
  'no-tunnel': { outcome: 'not-executed', broken: tunnelError(502) },
  certificate: { outcome: 'fatal', broken: () => new Error('certificate has expired') },
  'tunnel-401': { outcome: 'fatal', broken: tunnelError(401) },
  'tunnel-407': { outcome: 'fatal', broken: tunnelError(407) },
  'missing-entry': { ...listFault, weight: 6, effect: always({ kind: 'missing-entry' }) },
  // A page after the first, or a first page that Atlas sent before.
  'rejected-page': {
    ...listFault,
    weight: 2,
    repeatedOnly: true,
    effect: ({ random }) => status(random.pick([400, 404]), 'SOME_REASON'),
  },
  delay: {
    outcome: 'harmless',
    weight: 2,
    effect: ({ random }) => ({ kind: 'delay', ms: random.between(500, 18_000) }),
  },
  'delay-too-long': { outcome: 'lost', weight: 4, effect: always({ kind: 'delay', ms: 31_000 }) },
  stale: { outcome: 'not-executed', weight: 3, schemes: ['digest'], effect: always({ kind: 'stale' }) },
  unauthorized: {
    outcome: 'fatal',
    weight: 4,
    schemes: ['digest', 'basic'],
    isOfFreshNonce: true,
    effect: always({ kind: 'unauthorized' }),
  },
  'token-rejected': {
    outcome: 'not-executed',
    weight: 4,
    schemes: ['bearer'],
    effect: always({ kind: 'unauthorized' }),
  },
  'role-missing': {
    outcome: 'fatal',
    schemes: OF_SNAPSHOTS,
    effect: ({ random }) => status(401, random.pick(['USER_UNAUTHORIZED', 'NOT_IN_GROUP'])),
  },
  '4xx': {
    outcome: 'fatal',
    weight: 2,
    // For a list, 400 and 404 mean that the cluster has no such list, which is no fault.
    effect: ({ random, ofList }) => {
      const code = random.pick([402, 403, 406, 409, 410, 415, 422, ...(ofList ? [] : [400, 404, 404])])
      return status(code, code === 404 && random.chance(0.5) ? null : 'SOME_REASON')
    },
  },
  // For a list, it would mean that the cluster has no such list.
  'cluster-not-found': { outcome: 'fatal', on: CHECKS, effect: always(status(404, 'CLUSTER_NOT_FOUND')) },
  429: {
    outcome: 'not-executed',
    weight: 5,
    effect: (inputs) => status(429, 'RATE_LIMITED', retryAfter(inputs)),
  },
  upgrade: {
    outcome: 'not-executed',
    weight: 2,
    effect: (inputs) => status(405, UPGRADE, retryAfter(inputs)),
  },
  'token-limit': {
    outcome: 'not-executed',
    weight: 3,
    on: ['token'],
    effect: always({ kind: 'token-limit' }),
  },
  'retry-after-beyond': {
    outcome: 'not-executed',
    effect: ({ beyond }) => status(429, 'RATE_LIMITED', String(beyond)),
  },
  'other-405': { outcome: 'fatal', effect: always(status(405, 'METHOD_NOT_ALLOWED')) },
  'status-407': { outcome: 'fatal', effect: always(status(407, 'PROXY')) },
  // Rejected although no snapshot is in progress.
  'phantom-conflict': {
    outcome: 'not-executed',
    on: ['create'],
    effect: always(status(400, 'UNFINISHED_ON_DEMAND_SNAPSHOT')),
  },
  twice: { outcome: 'doubled', weight: 6, on: ['create'], effect: always({ kind: 'twice' }) },
  late: {
    outcome: 'late',
    weight: 8,
    on: ['create'],
    effect: ({ random, lateSeconds }) => ({
      kind: 'late',
      seconds: random.magnitude(0.1, lateSeconds),
      hang: random.chance(0.5),
    }),
  },
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

/** The same fault of a POST that Atlas has executed. */
function afterExecution(fault: Fault): Fault {
  return {
    ...fault,
    outcome: fault.outcome === 'open' ? 'lost' : fault.outcome,
    // POSTs are rare.
    weight: (fault.weight ?? 1) * 3,
    on: ['create'],
    executed: true,
  }
}
