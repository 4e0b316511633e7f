import { readAddressRange } from './access.js'
import {
  type AtlasOptions,
  type ClusterConfig,
  clusterKinds,
  type DigestConfig,
  digestAlgorithms,
  type EndpointGroup,
  endpointGroups,
  type KeyPair,
  type ListConfig,
  listOrders,
  nonceReuses,
  otherKindLists,
  type Principal,
  qops,
  type RateLimit,
  roles,
  type ServiceAccount,
} from './config.js'
import { readFaultRule } from './fault-spec.js'
import { defined, JsonFields, UsageError } from './json-fields.js'

/** Reads a scenario: settings and faults as JSON. Throws a UsageError if it is invalid. */
export function readScenario(value: unknown): AtlasOptions {
  const fields = new JsonFields('the scenario', value)
  const rateLimits = fields.raw('rateLimits')
  const digest = fields.raw('digest')
  const list = fields.raw('list')
  const oddStatus = fields.raw('oddStatus')
  const options = defined({
    groupId: fields.text('groupId'),
    keys: fields.list('keys', readKey),
    serviceAccounts: fields.list('serviceAccounts', readServiceAccount),
    tokenSeconds: fields.number('tokenSeconds'),
    accessList: fields.list('accessList', readAddressRange),
    requireAccessList: fields.flag('requireAccessList'),
    clusters: fields.list('clusters', readCluster),
    secondsToInProgress: fields.number('secondsToInProgress'),
    secondsToCompleted: fields.number('secondsToCompleted'),
    createdAtFraction: fields.number('createdAtFraction'),
    failSnapshots: fields.flag('failSnapshots'),
    storageSizeBytes: fields.number('storageSizeBytes'),
    mongodVersion: fields.text('mongodVersion'),
    read404Seconds: fields.number('read404Seconds'),
    plainReadHasMembers: fields.flag('plainReadHasMembers'),
    plainReadLeadSeconds: fields.number('plainReadLeadSeconds'),
    olderSnapshots: fields.number('olderSnapshots'),
    faults: fields.list('faults', readFaultRule),
    rateLimits: rateLimits === undefined ? undefined : readRateLimits(rateLimits),
    digest: digest === undefined ? undefined : readDigest(digest),
    list: list === undefined ? undefined : readList(list),
    oddStatus: oddStatus === undefined ? undefined : readOddStatus(oddStatus),
  })
  fields.done()
  return options
}

/** Reads `NAME[:KIND]`, or an object with `name` and `kind`. */
export function readCluster(value: unknown): ClusterConfig {
  const [text, rest] = typeof value === 'string' ? value.split(/:(.*)/s) : []
  const fields = new JsonFields('a cluster', text === undefined ? value : defined({ name: text, kind: rest }))
  const name = fields.requiredText('name')
  const kind = fields.choice('kind', clusterKinds) ?? 'replicaSet'
  fields.done()
  if (!/^[a-zA-Z0-9][a-zA-Z0-9-]*$/.test(name))
    throw new UsageError(`${JSON.stringify(name)} is not a valid cluster name`)
  return { name, kind }
}

/** Reads `CAPACITY:REFILL_PER_MINUTE`, or an object with `capacity` and `refillPerMinute`. */
export function readRateLimit(value: unknown): RateLimit {
  if (typeof value === 'string') {
    const [, capacity, refillPerMinute] = /^(\d+):(\d+)$/.exec(value) ?? []
    if (capacity === undefined)
      throw new UsageError(`a rate limit must be CAPACITY:REFILL_PER_MINUTE, not ${value}`)
    return { capacity: Number(capacity), refillPerMinute: Number(refillPerMinute) }
  }
  const fields = new JsonFields('a rate limit', value)
  const capacity = fields.number('capacity')
  const refillPerMinute = fields.number('refillPerMinute')
  fields.done()
  if (capacity === undefined || refillPerMinute === undefined)
    throw new UsageError('a rate limit must have capacity and refillPerMinute')
  return { capacity, refillPerMinute }
}

function readRateLimits(value: unknown): NonNullable<AtlasOptions['rateLimits']> {
  const fields = new JsonFields('rateLimits', value)
  const limits: { -readonly [Group in EndpointGroup]?: RateLimit } = {}
  for (const group of endpointGroups) {
    const limit = fields.raw(group)
    if (limit !== undefined) limits[group] = readRateLimit(limit)
  }
  fields.done()
  return limits
}

function readKey(value: unknown): KeyPair {
  const fields = new JsonFields('a key', value)
  const key = {
    publicKey: fields.requiredText('publicKey'),
    privateKey: fields.requiredText('privateKey'),
    ...readRoles(fields),
  }
  fields.done()
  return key
}

function readServiceAccount(value: unknown): ServiceAccount {
  const fields = new JsonFields('a service account', value)
  const account = {
    clientId: fields.requiredText('clientId'),
    clientSecret: fields.requiredText('clientSecret'),
    ...readRoles(fields),
  }
  fields.done()
  return account
}

function readRoles(fields: JsonFields): Principal {
  return defined({ roles: fields.list('roles', (role) => parseChoice('role', role, roles)) })
}

/** Returns the value as one of the choices. Throws a UsageError that lists them if it is none. */
export function parseChoice<Choice extends string>(
  what: string,
  value: unknown,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === value)
  if (found === undefined)
    throw new UsageError(`${what} must be one of ${choices.join(', ')}, not ${String(value)}`)
  return found
}

function readDigest(value: unknown): Partial<DigestConfig> {
  const fields = new JsonFields('digest', value)
  const digest = defined({
    realm: fields.text('realm'),
    algorithms: fields.list('algorithms', (name) => parseChoice('algorithm', name, digestAlgorithms)),
    qop: fields.list('qop', (qop) => parseChoice('qop', qop, qops)),
    nonceMaxAgeSeconds: fields.number('nonceMaxAgeSeconds'),
    maxNonceCount: fields.number('maxNonceCount'),
    nonceReuse: fields.choice('nonceReuse', nonceReuses),
    opaque: fields.text('opaque'),
    joined: fields.flag('joined'),
  })
  fields.done()
  return digest
}

function readList(value: unknown): Partial<ListConfig> {
  const fields = new JsonFields('list', value)
  const list = defined({
    lagSeconds: fields.number('lagSeconds'),
    hidesUnfinished: fields.flag('hidesUnfinished'),
    order: fields.choice('order', listOrders),
    shrinks: fields.number('shrinks'),
    ofOtherKind: fields.choice('ofOtherKind', otherKindLists),
    shardedInPages: fields.flag('shardedInPages'),
  })
  fields.done()
  return list
}

function readOddStatus(value: unknown): NonNullable<AtlasOptions['oddStatus']> {
  const fields = new JsonFields('oddStatus', value)
  const word = fields.requiredText('word')
  const fromSeconds = fields.number('fromSeconds') ?? 0
  const toSeconds = fields.number('toSeconds') ?? Number.POSITIVE_INFINITY
  fields.done()
  return { word, fromSeconds, toSeconds }
}
