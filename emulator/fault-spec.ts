import { type FaultEffect, type FaultRule, faultTargets, plainEffects } from './faults.js'
import { parseNumber, UsageError } from './parsing.js'

const settings = ['skip', 'times', 'code', 'detail', 'retry-after'] as const

// A colon is a separator only before an option, so URLs and dates need no quotes.
const separator = new RegExp(`:(?=executed(?::|$)|(?:${settings.join('|')})=)`)

type Options = ReadonlyMap<string, string | undefined>

/**
 * Parses a fault in its compact form `TARGET:EFFECT[=VALUE][:OPTION…]`, for example `get:503:times=3:retry-after=2`.
 *
 * @throws UsageError if the fault is invalid
 */
export function parseFaultSpec(spec: string): FaultRule {
  const [target = '', rest = ''] = spec.split(/:(.*)/s)
  const [effect = '', ...more] = rest.split(separator)
  if (effect === '') throw new UsageError(`a fault must be TARGET:EFFECT[:OPTION…], not ${spec}`)
  const options: Options = new Map(more.map(splitOnce))
  try {
    return {
      on: parseTarget(target),
      skip: parseNumber('skip', options.get('skip') ?? '0'),
      times: parseTimes(options.get('times') ?? '1'),
      executed: options.has('executed'),
      effect: parseEffect(effect, options),
    }
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`fault ${spec}: ${error.message}`, { cause: error })
    throw error
  }
}

/** Splits `NAME=VALUE`. */
function splitOnce(text: string): [name: string, value: string | undefined] {
  const [name = '', value] = text.split(/=(.*)/s)
  return [name, value]
}

function parseTarget(text: string): FaultRule['on'] {
  const target = faultTargets.find((each) => each === text)
  if (target === undefined) throw new UsageError(`the target must be one of ${faultTargets.join(', ')}`)
  return target
}

function parseEffect(text: string, options: Options): FaultEffect {
  const [kind, value] = splitOnce(text)
  if (/^\d+$/.test(kind)) {
    const code = options.get('code')
    return {
      kind: 'status',
      status: parseStatus(kind),
      errorCode: code === 'null' ? null : code,
      detail: options.get('detail'),
      retryAfter: options.get('retry-after'),
    }
  }
  const misplaced = ['code', 'detail', 'retry-after'].find((name) => options.has(name))
  if (misplaced !== undefined) throw new UsageError(`the effect ${kind} has no ${misplaced}`)
  if (kind === 'html') return { kind, status: parseStatus(value ?? '502') }
  const plain = plainEffects.find((effect) => effect === text)
  if (plain === undefined) throw new UsageError(`there is no effect ${text}`)
  return { kind: plain }
}

function parseTimes(text: string): number {
  if (text === 'always') return Number.POSITIVE_INFINITY
  if (!/^[1-9]\d*$/.test(text)) throw new UsageError(`times must be always or 1 or greater, not ${text}`)
  return Number(text)
}

function parseStatus(text: string): number {
  if (!/^[2-5]\d\d$/.test(text)) throw new UsageError(`a status must be 200 to 599, not ${text}`)
  return Number(text)
}
