import { type FaultEffect, type FaultRule, faultTargets, plainEffects } from './faults.js'
import { defined, parseChoice, parseNumber, UsageError } from './parsing.js'

const flags = ['executed', 'unauthenticated'] as const
const settings = ['skip', 'times', 'delay-ms', 'code', 'detail', 'retry-after'] as const

// A colon is a separator only before an option, so URLs and dates need no quotes.
const separator = new RegExp(`:(?=(?:${flags.join('|')})(?::|$)|(?:${settings.join('|')})=)`)

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
  const [kind = '', value] = effect.split(/=(.*)/s)
  const options: Options = new Map(
    more.map((option) => {
      const [name = '', text] = option.split(/=(.*)/s)
      return [name, text]
    }),
  )
  try {
    return {
      on: parseChoice('the target', target, faultTargets),
      effect: parseEffect(kind, value, options),
      ...defined({
        skip: parseNumber('skip', options.get('skip')),
        times: parseTimes(options.get('times')),
        executed: options.has('executed') || undefined,
        unauthenticated: options.has('unauthenticated') || undefined,
        delayMs: parseNumber('delay-ms', options.get('delay-ms')),
      }),
    }
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`fault ${spec}: ${error.message}`, { cause: error })
    throw error
  }
}

function parseEffect(kind: string, value: string | undefined, options: Options): FaultEffect {
  if (/^\d+$/.test(kind)) {
    const code = options.get('code')
    const details = {
      errorCode: code,
      detail: options.get('detail'),
      retryAfter: options.get('retry-after'),
    }
    const withoutCode = code === 'null' ? { errorCode: null } : {}
    return { kind: 'status', status: parseStatus(kind), ...defined(details), ...withoutCode }
  }
  const misplaced = ['code', 'detail', 'retry-after'].find((name) => options.has(name))
  if (misplaced !== undefined) throw new UsageError(`the effect ${kind} has no ${misplaced}`)
  switch (kind) {
    case 'drip':
      return { kind, everyMs: parseNumber(kind, value) ?? 100 }
    case 'delay':
      return { kind, ms: parseNumber(kind, value) ?? 1000 }
    case 'html':
      return { kind, status: parseStatus(value ?? '502') }
    case 'redirect':
      return { kind, status: 302, location: value ?? 'http://127.0.0.1:9/elsewhere' }
    case 'late':
      return { kind, seconds: parseNumber(kind, value) ?? 10 }
  }
  const plain = plainEffects.find((effect) => effect === kind)
  if (plain === undefined) throw new UsageError(`unknown effect: ${kind}`)
  if (value !== undefined) throw new UsageError(`the effect ${kind} has no value`)
  return { kind: plain }
}

function parseTimes(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (text === 'always') return Number.POSITIVE_INFINITY
  if (!/^[1-9]\d*$/.test(text)) throw new UsageError(`times must be always or 1 or greater, not ${text}`)
  return Number(text)
}

function parseStatus(text: string): number {
  if (!/^[2-5]\d\d$/.test(text)) throw new UsageError(`a status must be 200 to 599, not ${text}`)
  return Number(text)
}
