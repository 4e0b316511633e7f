import { readAddressRange } from './access-list.js'
import type { AtlasOptions } from './config.js'
import { parseFaultSpec } from './fault-spec.js'
import { defined, UsageError } from './fields.js'
import { parseFlags, type Values } from './flags.js'
import {
  digestOptions,
  groupId,
  keys,
  lifeOptions,
  listOptions,
  number,
  oddStatus,
  rateLimit,
  serviceAccounts,
} from './option-values.js'
import { readCluster, readScenario } from './scenario.js'
import { isLoopback } from './server.js'

/** What the command line asks for. */
export interface Options {
  readonly help: boolean
  readonly verbose: boolean
  readonly host: string
  readonly port: number
  /** The identity for HTTPS, both in PEM. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  readonly atlas: AtlasOptions
}

/** Reads the command line. `readFile` gives a scenario file's text. Throws a UsageError that says what is wrong. */
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
  if (cert === undefined || key === undefined) throw new UsageError('--tls-cert and --tls-key go together')
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
