import { parseArgs } from 'node:util'
import { readAddressRange } from './access.js'
import {
  type AtlasOptions,
  completeConfig,
  demo,
  digestAlgorithms,
  listOrders,
  nonceReuses,
  otherKindLists,
  type Principal,
  qops,
  roles,
} from './config.js'
import { parseFaultSpec } from './fault-spec.js'
import { defined, UsageError } from './json-fields.js'
import { parseChoice, readCluster, readRateLimit, readScenario } from './scenario.js'
import { isLoopback } from './server.js'

/** The parsed command line. */
export interface Options {
  readonly help: boolean
  readonly verbose: boolean
  readonly host: string
  readonly port: number
  /** Certificate and private key for HTTPS, both in PEM. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  readonly atlas: AtlasOptions
}

/**
 * Parses the command line.
 *
 * @param readFile returns the text of a scenario, certificate, or key file
 * @throws UsageError if a flag or a file is invalid
 */
export function parseOptions(args: readonly string[], readFile: (path: string) => string): Options {
  const values = parseFlags(args)
  const scenario = values.scenario === undefined ? {} : readScenarioFile(values.scenario, readFile)
  const host = values.host ?? '127.0.0.1'
  if (!isLoopback(host))
    throw new UsageError(`--host must be a loopback address (127.0.0.1, ::1 or localhost), not ${host}`)
  const port = number('port', values.port) ?? 0
  if (!Number.isInteger(port) || port > 65_535) throw new UsageError(`--port must be 0 to 65535, not ${port}`)
  const life = lifeOptions(values, scenario)
  const atlas: AtlasOptions = {
    ...scenario,
    ...life,
    ...defined({
      groupId: groupId(values['group-id']),
      keys: keys(values),
      serviceAccounts: serviceAccounts(values),
      tokenSeconds: number('token-seconds', values['token-seconds']),
      accessList: values['access-list']?.map(readAddressRange),
      requireAccessList: values['require-access-list'],
      clusters: values.cluster?.map(readCluster),
      failSnapshots: values.fail,
      olderSnapshots: number('older', values.older),
      read404Seconds: number('read-404-seconds', values['read-404-seconds']),
      oddStatus: oddStatus(values['odd-status']),
      plainReadHasMembers: values['members-in-plain-read'],
      plainReadLeadSeconds: number('plain-read-lead', values['plain-read-lead']),
    }),
    rateLimits: {
      ...scenario.rateLimits,
      ...defined({
        snapshots: rateLimit(values['rate-limit']),
        token: rateLimit(values['token-rate-limit']),
      }),
    },
    digest: { ...scenario.digest, ...digestOptions(values) },
    list: { ...scenario.list, ...listOptions(values) },
    faults: [...(scenario.faults ?? []), ...(values.fault ?? []).map(parseFaultSpec)],
  }
  const tls = tlsOptions(values, readFile)
  return { help: values.help === true, verbose: values.verbose === true, host, port, tls, atlas }
}

function tlsOptions(values: Values, readFile: (path: string) => string): Options['tls'] {
  const { 'tls-cert': cert, 'tls-key': key } = values
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined)
    throw new UsageError('--tls-cert and --tls-key must be set together')
  try {
    return { cert: readFile(cert), key: readFile(key) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`--tls-cert ${cert} --tls-key ${key}: ${reason}`, { cause: error })
  }
}

function readScenarioFile(path: string, readFile: (path: string) => string): AtlasOptions {
  try {
    return readScenario(JSON.parse(readFile(path)))
  } catch (error) {
    throw new UsageError(`--scenario ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

/** The snapshot durations, divided by `--speed`. */
export function lifeOptions(values: Values, scenario: AtlasOptions): AtlasOptions {
  const speed = number('speed', values.speed) ?? 1
  if (speed <= 0) throw new UsageError('--speed must be greater than 0')
  const defaults = completeConfig(scenario)
  const inProgress = number('seconds-to-in-progress', values['seconds-to-in-progress'])
  const completed = number('seconds-to-completed', values['seconds-to-completed'])
  return {
    secondsToInProgress: (inProgress ?? defaults.secondsToInProgress) / speed,
    secondsToCompleted: (completed ?? defaults.secondsToCompleted) / speed,
  }
}

export function digestOptions(values: Values): NonNullable<AtlasOptions['digest']> {
  const { qop, algorithm } = values
  const reuse = values['nonce-reuse']
  return defined({
    algorithms: algorithm?.map((name) => parseChoice('--algorithm', name, digestAlgorithms)),
    qop: qop === 'none' ? [] : qop?.split(',').map((name) => parseChoice('--qop', name.trim(), qops)),
    nonceMaxAgeSeconds: number('nonce-max-age', values['nonce-max-age']),
    nonceReuse: reuse === undefined ? undefined : parseChoice('--nonce-reuse', reuse, nonceReuses),
    opaque: values.opaque,
    joined: values.joined,
  })
}

export function listOptions(values: Values): NonNullable<AtlasOptions['list']> {
  const order = values['list-order']
  const otherKind = values['list-of-other-kind']
  return defined({
    lagSeconds: number('list-lag', values['list-lag']),
    hidesUnfinished: values['list-hides-unfinished'],
    order: order === undefined ? undefined : parseChoice('--list-order', order, listOrders),
    shrinks: number('list-shrinks', values['list-shrinks']),
    ofOtherKind:
      otherKind === undefined ? undefined : parseChoice('--list-of-other-kind', otherKind, otherKindLists),
    shardedInPages: values['sharded-list-in-pages'],
  })
}

export function keys(values: Values): AtlasOptions['keys'] {
  const { 'public-key': publicKey, 'private-key': privateKey, role } = values
  if (publicKey === undefined && privateKey === undefined && role === undefined) return undefined
  const key = { publicKey: publicKey ?? demo.publicKey, privateKey: privateKey ?? demo.privateKey }
  return [{ ...key, ...chosenRoles(values) }]
}

export function serviceAccounts(values: Values): AtlasOptions['serviceAccounts'] {
  const { 'client-id': clientId, 'client-secret': clientSecret, role } = values
  if (clientId === undefined && clientSecret === undefined && role === undefined) return undefined
  const account = {
    clientId: clientId ?? demo.clientId,
    clientSecret: clientSecret ?? demo.clientSecret,
  }
  return [{ ...account, ...chosenRoles(values) }]
}

/** The roles of both the API key and the service account. */
function chosenRoles({ role: given }: Values): Principal {
  const chosen = given?.filter((role) => role !== 'none')
  return defined({ roles: chosen?.map((role) => parseChoice('--role', role, roles)) })
}

export function rateLimit(value: string | undefined) {
  return value === undefined ? undefined : readRateLimit(value)
}

export function groupId(value: string | undefined): string | undefined {
  if (value !== undefined && !/^[0-9a-f]{24}$/.test(value))
    throw new UsageError(`--group-id must be 24 hex digits in lower case, not ${value}`)
  return value
}

export function oddStatus(value: string | undefined): AtlasOptions['oddStatus'] {
  if (value === undefined) return undefined
  const [, word, from, to] = /^([^:]+):([\d.]+):([\d.]+)$/.exec(value) ?? []
  if (word === undefined)
    throw new UsageError(`--odd-status must be WORD:FROM_SECONDS:TO_SECONDS, not ${value}`)
  return { word, fromSeconds: Number(from), toSeconds: Number(to) }
}

export function number(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^\d+(\.\d+)?$/.test(value)) throw new UsageError(`--${name} must be a number, not ${value}`)
  return Number(value)
}

const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const
const flag = { type: 'boolean' } as const

export const flags = {
  help: { type: 'boolean', short: 'h' },
  verbose: flag,
  host: text,
  port: text,
  'tls-cert': text,
  'tls-key': text,
  'group-id': text,
  'public-key': text,
  'private-key': text,
  'client-id': text,
  'client-secret': text,
  'token-seconds': text,
  'token-rate-limit': text,
  role: texts,
  cluster: texts,
  'access-list': texts,
  'require-access-list': flag,
  'seconds-to-in-progress': text,
  'seconds-to-completed': text,
  speed: text,
  fail: flag,
  older: text,
  'rate-limit': text,
  algorithm: texts,
  qop: text,
  'nonce-max-age': text,
  'nonce-reuse': text,
  opaque: text,
  joined: flag,
  'list-lag': text,
  'list-hides-unfinished': flag,
  'list-order': text,
  'list-shrinks': text,
  'list-of-other-kind': text,
  'sharded-list-in-pages': flag,
  'read-404-seconds': text,
  'odd-status': text,
  'members-in-plain-read': flag,
  'plain-read-lead': text,
  fault: texts,
  scenario: text,
} as const

export type FlagName = keyof typeof flags

/** @throws UsageError if a flag is unknown or has no value */
export function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

export type Values = ReturnType<typeof parseFlags>
