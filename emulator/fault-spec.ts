import { type FaultEffect, type FaultRule, faultTargets } from './faults.js'
import { defined, parseChoice, parseNumber, UsageError } from './parsing.js'

const flags = ['executed', 'unauthenticated', 'hang'] as const
const settings = ['skip', 'times', 'delay-ms', 'code', 'detail', 'retry-after', 'status'] as const

// A colon is a separator only before an option, so URLs and dates need no quotes.
const separator = new RegExp(`:(?=(?:${flags.join('|')})(?::|$)|(?:${settings.join('|')})=)`)

/**
 * Parses a fault in its compact form `TARGET:EFFECT[=VALUE][:OPTION…]`, for example `get:503:times=3:retry-after=2`.
 *
 * @throws UsageError if the fault is invalid
 */
export function parseFaultSpec(spec: string): FaultRule {
  const [, target = '', rest = ''] = /^([^:]*):(.*)$/s.exec(spec) ?? []
  const [effect = '', ...options] = rest.split(separator)
  if (effect === '') throw new UsageError(`a fault must be TARGET:EFFECT[:OPTION…], not ${spec}`)
  const [kind, value] = halves(effect)
  const given = new Given(options.map(halves))
  if (value !== undefined) given.add('value', value)
  try {
    const rule: FaultRule = {
      on: parseChoice('the target', target, faultTargets),
      effect: parseEffect(kind, given),
      ...defined({
        skip: given.number('skip'),
        times: parseTimes(given.text('times')),
        executed: given.flag('executed'),
        unauthenticated: given.flag('unauthenticated'),
        delayMs: given.number('delay-ms'),
      }),
    }
    const unused = given.unused()
    if (unused !== undefined) throw new UsageError(`the effect ${kind} has no ${unused}`)
    refuseNonsense(rule)
    return rule
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`fault ${spec}: ${error.message}`, { cause: error })
    throw error
  }
}

/** The value of an effect and the options of a fault. */
class Given {
  readonly #texts: Map<string, string>

  constructor(options: readonly (readonly [name: string, text?: string])[]) {
    this.#texts = new Map(options.map(([name, text = '']) => [name, text]))
  }

  add(name: string, text: string): void {
    this.#texts.set(name, text)
  }

  text(name: string): string | undefined {
    const text = this.#texts.get(name)
    this.#texts.delete(name)
    return text
  }

  flag(name: string): true | undefined {
    return this.text(name) === undefined ? undefined : true
  }

  number(name: string): number | undefined {
    return parseNumber(name, this.text(name))
  }

  status(name: string): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : parseStatus(text)
  }

  /** An option that was not read. */
  unused(): string | undefined {
    const [name] = this.#texts.keys()
    return name
  }
}

function halves(text: string): [name: string, value?: string] {
  const at = text.indexOf('=')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
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

function parseEffect(kind: string, given: Given): FaultEffect {
  if (/^\d+$/.test(kind)) {
    const answer = {
      errorCode: given.text('code'),
      detail: given.text('detail'),
      retryAfter: given.text('retry-after'),
    }
    return { kind: 'status', status: parseStatus(kind), ...defined(answer) }
  }
  switch (kind) {
    case 'drip':
      return { kind, everyMs: given.number('value') ?? 100 }
    case 'delay':
      return { kind, ms: given.number('value') ?? 1000 }
    case 'empty':
      return { kind, status: given.status('value') ?? 405 }
    case 'html':
      return { kind, status: given.status('value') ?? 502 }
    case 'redirect':
      return {
        kind,
        status: given.status('status') ?? 302,
        location: given.text('value') ?? 'http://127.0.0.1:9/elsewhere',
      }
    case 'late':
      return { kind, seconds: given.number('value') ?? 10, ...defined({ hang: given.flag('hang') }) }
    case 'reset':
    case 'hang':
    case 'cut':
    case 'null':
    case 'shape':
    case 'other-id':
    case 'missing-entry':
    case 'empty-page':
    case 'huge':
    case 'stale':
    case 'token-limit':
    case 'repeat-nonce':
    case 'refuse-nonce':
    case 'unauthorized':
    case 'twice':
      return { kind }
    default:
      throw new UsageError(`unknown effect: ${kind}`)
  }
}

/** Rejects effects that a request for a token can't have, because it has neither a snapshot nor a nonce. */
function refuseNonsense({ on, effect: { kind } }: FaultRule): void {
  if (on !== 'token' && on !== 'revoke') return
  if (kind === 'stale' || kind === 'refuse-nonce' || kind === 'repeat-nonce' || kind === 'other-id')
    throw new UsageError(`the effect ${kind} does not apply to ${on}`)
}
