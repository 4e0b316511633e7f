import { parseArgs } from 'node:util'
import { type AtlasOptions, completeConfig } from './config.js'
import { parseFaultSpec } from './fault-spec.js'
import { parseNumber, UsageError } from './parsing.js'

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const

export const flags = {
  help: flag,
  verbose: flag,
  port: { ...text, default: '0' },
  'seconds-to-in-progress': text,
  'seconds-to-completed': { ...text, default: String(completeConfig({}).secondsToCompleted) },
  fail: flag,
  fault: { ...text, multiple: true },
} as const

/**
 * Parses the command line.
 *
 * @throws UsageError if a flag is invalid
 */
export function parseOptions(args: readonly string[]) {
  const values = parseFlags(args)
  const { help, verbose, fail } = values
  const port = parseNumber('--port', values.port)
  if (!Number.isInteger(port) || port > 65_535) throw new UsageError(`--port must be 0 to 65535, not ${port}`)
  const toInProgress = values['seconds-to-in-progress']
  const atlas: AtlasOptions = {
    ...(toInProgress && { secondsToInProgress: parseNumber('--seconds-to-in-progress', toInProgress) }),
    secondsToCompleted: parseNumber('--seconds-to-completed', values['seconds-to-completed']),
    failSnapshots: fail,
    faults: (values.fault ?? []).map(parseFaultSpec),
  }
  return { help, verbose, port, atlas }
}

/** @throws UsageError if a flag is unknown or has no value */
function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: false }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
