import { parseArgs } from 'node:util'
import { type AtlasOptions, type ClusterConfig, clusterKinds, completeConfig, demo } from './config.js'
import { parseFaultSpec } from './fault-spec.js'
import { defined, parseChoice, parseNumber, UsageError } from './parsing.js'

/** The parsed command line. */
export interface Options {
  readonly help: boolean
  readonly verbose: boolean
  readonly port: number
  /** Certificate and private key for HTTPS, both in PEM. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  readonly atlas: AtlasOptions
}

/**
 * Parses the command line.
 *
 * @param readFile returns the text of a certificate or key file
 * @throws UsageError if a flag is invalid, or the error of `readFile`
 */
export function parseOptions(args: readonly string[], readFile: (path: string) => string): Options {
  const values = parseFlags(args)
  const port = parseNumber('--port', values.port) ?? 0
  if (!Number.isInteger(port) || port > 65_535) throw new UsageError(`--port must be 0 to 65535, not ${port}`)
  const { 'public-key': publicKey = demo.publicKey, 'private-key': privateKey = demo.privateKey } = values
  const { 'client-id': clientId = demo.clientId, 'client-secret': clientSecret = demo.clientSecret } = values
  const atlas: AtlasOptions = {
    ...durations(values),
    keys: [{ publicKey, privateKey }],
    serviceAccounts: [{ clientId, clientSecret }],
    ...defined({
      groupId: parseGroupId(values['group-id']),
      clusters: values.cluster?.map(parseCluster),
      failSnapshots: values.fail,
      rateLimits: parseRateLimit(values['rate-limit']),
      faults: values.fault?.map(parseFaultSpec),
    }),
  }
  const tls = tlsOptions(values, readFile)
  return { help: values.help === true, verbose: values.verbose === true, port, tls, atlas }
}

function tlsOptions(values: Values, readFile: (path: string) => string): Options['tls'] {
  const { 'tls-cert': cert, 'tls-key': key } = values
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined)
    throw new UsageError('--tls-cert and --tls-key must be set together')
  return { cert: readFile(cert), key: readFile(key) }
}

/** The durations of snapshots, divided by `--speed`. */
function durations(values: Values): Pick<AtlasOptions, 'secondsToInProgress' | 'secondsToCompleted'> {
  const speed = parseNumber('--speed', values.speed) ?? 1
  if (speed <= 0) throw new UsageError('--speed must be greater than 0')
  const { secondsToCompleted } = completeConfig({})
  const inProgress = parseNumber('--seconds-to-in-progress', values['seconds-to-in-progress'])
  const completed = parseNumber('--seconds-to-completed', values['seconds-to-completed'])
  return {
    ...defined({ secondsToInProgress: inProgress && inProgress / speed }),
    secondsToCompleted: (completed ?? secondsToCompleted) / speed,
  }
}

/** Parses `NAME[:KIND]`. */
function parseCluster(text: string): ClusterConfig {
  const [name = '', kind = 'replicaSet'] = text.split(/:(.*)/s)
  if (!/^[a-zA-Z0-9][a-zA-Z0-9-]*$/.test(name))
    throw new UsageError(`${JSON.stringify(name)} is not a valid cluster name`)
  return { name, kind: parseChoice(`the kind of cluster ${name}`, kind, clusterKinds) }
}

/** The number of requests about snapshots that Atlas accepts at once, and then each minute. */
function parseRateLimit(text: string | undefined): AtlasOptions['rateLimits'] {
  const requests = parseNumber('--rate-limit', text)
  return requests === undefined ? undefined : { snapshots: { capacity: requests, refillPerMinute: requests } }
}

function parseGroupId(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[0-9a-f]{24}$/.test(text))
    throw new UsageError(`--group-id must be 24 hex digits in lower case, not ${text}`)
  return text
}

const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const
const flag = { type: 'boolean' } as const

export const flags = {
  help: { type: 'boolean', short: 'h' },
  verbose: flag,
  port: text,
  'tls-cert': text,
  'tls-key': text,
  'group-id': text,
  'public-key': text,
  'private-key': text,
  'client-id': text,
  'client-secret': text,
  cluster: texts,
  'seconds-to-in-progress': text,
  'seconds-to-completed': text,
  speed: text,
  fail: flag,
  'rate-limit': text,
  fault: texts,
} as const

/** @throws UsageError if a flag is unknown or has no value */
function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

type Values = ReturnType<typeof parseFlags>
