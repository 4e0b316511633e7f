import { type AtlasOptions, completeConfig, demo, listOrders, otherKindLists } from './config.js'
import { type Holder, roles } from './credentials.js'
import { digestAlgorithms, nonceReuses, qops } from './digest-config.js'
import { defined, UsageError } from './fields.js'
import type { Values } from './flags.js'
import { choiceOf, readRateLimit } from './scenario.js'

/** The times of a snapshot's life, `--speed` applied. */
export function lifeOptions(values: Values, scenario: AtlasOptions): AtlasOptions {
  const speed = number('speed', values.speed) ?? 1
  if (speed <= 0) throw new UsageError('--speed must be above 0')
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
    algorithms: algorithm?.map((name) => choiceOf('--algorithm', name, digestAlgorithms)),
    qop: qop === 'none' ? [] : qop?.split(',').map((name) => choiceOf('--qop', name.trim(), qops)),
    nonceMaxAgeSeconds: number('nonce-max-age', values['nonce-max-age']),
    nonceReuse: reuse === undefined ? undefined : choiceOf('--nonce-reuse', reuse, nonceReuses),
    opaque: values.opaque,
    userhash: values.userhash,
    charset: values.charset,
    joined: values.joined,
    authenticationInfo:
      values['authentication-info'] === true || values['next-nonce'] === true ? true : undefined,
    nextNonce: values['next-nonce'],
  })
}

export function listOptions(values: Values): NonNullable<AtlasOptions['list']> {
  const order = values['list-order']
  const otherKind = values['list-of-other-kind']
  return defined({
    lagSeconds: number('list-lag', values['list-lag']),
    hidesUnfinished: values['list-hides-unfinished'],
    order: order === undefined ? undefined : choiceOf('--list-order', order, listOrders),
    shrinks: number('list-shrinks', values['list-shrinks']),
    ofOtherKind:
      otherKind === undefined ? undefined : choiceOf('--list-of-other-kind', otherKind, otherKindLists),
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

/** The roles of key and service account alike. */
function chosenRoles({ role: given }: Values): Holder {
  const chosen = given?.filter((role) => role !== 'none')
  return defined({ roles: chosen?.map((role) => choiceOf('--role', role, roles)) })
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
