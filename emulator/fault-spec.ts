import { type FaultEffect, type FaultRule, faultTargets } from './faults.js'
import { defined, JsonFields, UsageError } from './json-fields.js'

const ruleWords = ['executed', 'unauthenticated', 'hang'] as const
const ruleValues = [
  'cluster',
  'skip',
  'times',
  'delay-ms',
  'code',
  'detail',
  'retry-after',
  'status',
] as const

// A colon is a separator only before an option, so URLs and dates need no quotes.
const separator = new RegExp(`:(?=(?:${ruleWords.join('|')})(?::|$)|(?:${ruleValues.join('|')})=)`)

/**
 * Parses a fault in its compact form `TARGET:EFFECT[=VALUE][:OPTION…]`, for example `get:503:times=3:retry-after=2`.
 *
 * @throws UsageError if the fault is invalid
 */
export function parseFaultSpec(spec: string): FaultRule {
  const [, target = '', rest = ''] = /^([^:]*):(.*)$/s.exec(spec) ?? []
  const [effect = '', ...options] = rest.split(separator)
  const [kind = '', value] = halves(effect)
  if (kind === '') throw new UsageError(`a fault must be TARGET:EFFECT[:OPTION…], not ${spec}`)
  const given: Record<string, string | true> = {}
  for (const option of options) {
    const [name = '', text] = halves(option)
    given[name] = text ?? true
  }
  const { executed, unauthenticated, hang, cluster, times, skip, status, code, detail } = given
  try {
    return readFaultRule({
      ...defined({ executed, unauthenticated, cluster, skip: parseNumber(skip) }),
      ...defined({
        delayMs: parseNumber(given['delay-ms']),
        times: times === 'always' ? times : parseNumber(times),
      }),
      on: target,
      effect: defined({
        ...effectFields(kind, value),
        hang,
        errorCode: code,
        detail,
        retryAfter: given['retry-after'],
        ...defined({ status: parseNumber(status) }),
      }),
    })
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`fault ${spec}: ${error.message}`, { cause: error })
    throw error
  }
}

function effectFields(kind: string, value: string | undefined): Record<string, unknown> {
  if (/^\d+$/.test(kind)) return { kind: 'status', status: Number(kind) }
  if (value === undefined) return { kind }
  const field = {
    drip: 'everyMs',
    delay: 'ms',
    html: 'status',
    late: 'seconds',
    redirect: 'location',
    refuse: 'seconds',
  }
  for (const [name, about] of Object.entries(field))
    if (name === kind) return { kind, [about]: kind === 'redirect' ? value : parseNumber(value) }
  throw new UsageError(`the effect ${kind} takes no value`)
}

function halves(text: string): string[] {
  const at = text.indexOf('=')
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function parseNumber(text: string | true | undefined): number | string | true | undefined {
  return typeof text === 'string' && /^\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** Reads a fault from JSON: an object, or a string in the compact form. Throws a UsageError if it is invalid. */
export function readFaultRule(value: unknown): FaultRule {
  if (typeof value === 'string') return parseFaultSpec(value)
  const fields = new JsonFields('a fault', value)
  const on = fields.choice('on', faultTargets)
  if (on === undefined)
    throw new UsageError(`a fault must have the field on: one of ${faultTargets.join(', ')}`)
  const times = fields.raw('times')
  if (times !== undefined && times !== 'always' && !(typeof times === 'number' && times >= 1))
    throw new UsageError(
      `times of a fault must be "always" or a number, 1 or greater, not ${JSON.stringify(times)}`,
    )
  const rule: FaultRule = {
    on,
    effect: readEffect(fields.raw('effect')),
    ...defined({
      cluster: fields.text('cluster'),
      skip: fields.number('skip'),
      times: times === 'always' ? Number.POSITIVE_INFINITY : times,
      executed: fields.flag('executed'),
      unauthenticated: fields.flag('unauthenticated'),
      delayMs: fields.number('delayMs'),
    }),
  }
  fields.done()
  refuseNonsense(rule)
  return rule
}

/** Rejects effects that a request for a token can't have, because it has neither a cluster nor a nonce. */
function refuseNonsense({ on, cluster, effect: { kind } }: FaultRule): void {
  if (on !== 'token' && on !== 'revoke') return
  if (cluster !== undefined) throw new UsageError(`a fault on ${on} can't have a cluster`)
  if (kind === 'stale' || kind === 'refuse-nonce' || kind === 'repeat-nonce' || kind === 'other-id')
    throw new UsageError(`the effect ${kind} does not apply to ${on}`)
}

function readEffect(value: unknown): FaultEffect {
  const fields = new JsonFields('the effect', typeof value === 'string' ? { kind: value } : value)
  const kind = fields.requiredText('kind')
  const effect = parseEffect(kind, fields)
  fields.done()
  return effect
}

function parseEffect(kind: string, fields: JsonFields): FaultEffect {
  switch (kind) {
    case 'status': {
      const status = readStatus(fields)
      if (status === undefined) throw new UsageError('the effect status must have the field status')
      const errorCode = fields.text('errorCode')
      const detail = fields.text('detail')
      const retryAfter = fields.text('retryAfter')
      return { kind, status, ...defined({ errorCode, detail, retryAfter }) }
    }
    case 'drip':
      return { kind, everyMs: fields.number('everyMs', 1) ?? 100 }
    case 'delay':
      return { kind, ms: fields.number('ms') ?? 1000 }
    case 'html':
      return { kind, status: readStatus(fields) ?? 502 }
    case 'redirect':
      return {
        kind,
        status: readStatus(fields) ?? 302,
        location: fields.text('location') ?? 'http://127.0.0.1:9/elsewhere',
      }
    case 'refuse':
      return { kind, seconds: fields.number('seconds') ?? 5 }
    case 'late':
      return { kind, seconds: fields.number('seconds') ?? 10, ...defined({ hang: fields.flag('hang') }) }
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
    case 'repeat-nonce':
    case 'refuse-nonce':
    case 'unauthorized':
    case 'twice':
      return { kind }
    default:
      throw new UsageError(`unknown effect: ${kind}`)
  }
}

function readStatus(fields: JsonFields): number | undefined {
  const status = fields.number('status', 200)
  if (status !== undefined && !(Number.isInteger(status) && status <= 599))
    throw new UsageError(`status of the effect must be 200 to 599, not ${status}`)
  return status
}
