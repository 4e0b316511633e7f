import type { FaultEffect } from '../../emulator/faults.js'
import type { Dice } from './dice.js'
import { type Fault, retryAfter } from './fault-kind.js'

const effect = (one: FaultEffect) => () => ({ effect: one })
const executed = (one: FaultEffect) => () => ({ effect: one, executed: true })
const brokenBy = (code: string, syscall: string) => () =>
  Object.assign(new Error(`${syscall} ${code} 192.0.2.1:443`), { code, syscall })
const plainError = (message: string) => () => new Error(message)

const status = (code: number, errorCode: string, retryAfter?: string): FaultEffect => ({
  kind: 'status',
  status: code,
  errorCode,
  detail: `Struck with ${code}.`,
  ...(retryAfter === undefined ? {} : { retryAfter }),
})

const anyServerError = (dice: Dice): FaultEffect =>
  status(dice.pick([500, 502, 503, 504, 520, 599]), 'UNEXPECTED_ERROR')
const anyRedirect = (dice: Dice): FaultEffect => ({
  kind: 'redirect',
  status: dice.pick([300, 301, 302, 303, 304, 307, 308]),
  location: 'https://portal.example/login',
})
const anyHtml = (dice: Dice): FaultEffect => ({ kind: 'html', status: dice.pick([200, 502, 503]) })

const UPGRADE = 'WRITES_NOT_ALLOWED_DURING_APP_UPGRADES'

/** Schemes of requests about snapshots; of those about tokens it is Basic. */
const OF_SNAPSHOTS = ['digest', 'bearer'] as const

/** Every row of the table of answers, with what leads to it. Names are what traces and counts say. */
export const faults = {
  refused: { fate: 'told', weight: 3, broken: brokenBy('ECONNREFUSED', 'connect') },
  'unknown-host': { fate: 'told', weight: 1, broken: brokenBy('ENOTFOUND', 'getaddrinfo') },
  'connect-timeout': { fate: 'told', weight: 1, broken: brokenBy('ETIMEDOUT', 'connect') },
  'no-tunnel': {
    fate: 'told',
    weight: 1,
    broken: plainError('tunneling socket could not be established, statusCode=502'),
  },
  certificate: {
    fate: 'fatal',
    weight: 1,
    broken: () => Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' }),
  },
  'tunnel-407': {
    fate: 'fatal',
    weight: 1,
    broken: plainError('tunneling socket could not be established, statusCode=407'),
  },
  reset: { fate: 'open', weight: 3, rule: effect({ kind: 'reset' }) },
  'reset-executed': { fate: 'lost', weight: 4, rule: executed({ kind: 'reset' }) },
  hang: { fate: 'open', weight: 2, rule: effect({ kind: 'hang' }) },
  'hang-executed': { fate: 'lost', weight: 2, rule: executed({ kind: 'hang' }) },
  408: { fate: 'open', weight: 1, rule: effect(status(408, 'REQUEST_TIMEOUT')) },
  '408-executed': { fate: 'lost', weight: 1, rule: executed(status(408, 'REQUEST_TIMEOUT')) },
  '5xx': { fate: 'open', weight: 4, rule: ({ dice }) => ({ effect: anyServerError(dice) }) },
  '5xx-executed': {
    fate: 'lost',
    weight: 3,
    rule: ({ dice }) => ({ effect: anyServerError(dice), executed: true }),
  },
  html: { fate: 'open', weight: 2, rule: ({ dice }) => ({ effect: anyHtml(dice) }) },
  'html-executed': {
    fate: 'lost',
    weight: 1,
    rule: ({ dice }) => ({ effect: anyHtml(dice), executed: true }),
  },
  null: { fate: 'open', weight: 1, rule: effect({ kind: 'null' }) },
  'null-executed': { fate: 'lost', weight: 1, rule: executed({ kind: 'null' }) },
  shape: { fate: 'open', weight: 1, rule: effect({ kind: 'shape' }) },
  'shape-executed': { fate: 'lost', weight: 1, rule: executed({ kind: 'shape' }) },
  'other-id': { fate: 'open', weight: 2, schemes: OF_SNAPSHOTS, rule: effect({ kind: 'other-id' }) },
  'other-id-executed': {
    fate: 'lost',
    weight: 1,
    schemes: OF_SNAPSHOTS,
    rule: executed({ kind: 'other-id' }),
  },
  cut: { fate: 'lost', weight: 2, rule: effect({ kind: 'cut' }) },
  drip: {
    fate: 'lost',
    weight: 1,
    rule: ({ dice }) => ({ effect: { kind: 'drip', everyMs: dice.pick([1, 500]) } }),
  },
  delay: {
    fate: 'harmless',
    weight: 2,
    rule: ({ dice }) => ({ effect: { kind: 'delay', ms: dice.between(500, 18_000) } }),
  },
  'delay-too-long': { fate: 'lost', weight: 1, rule: effect({ kind: 'delay', ms: 31_000 }) },
  stale: { fate: 'told', weight: 3, schemes: ['digest'], rule: effect({ kind: 'stale' }) },
  'refuse-nonce': {
    fate: 'told',
    weight: 3,
    schemes: ['digest'],
    nonce: 'reused',
    rule: effect({ kind: 'refuse-nonce' }),
  },
  unauthorized: {
    fate: 'fatal',
    weight: 4,
    schemes: ['digest', 'basic'],
    nonce: 'fresh',
    rule: effect({ kind: 'unauthorized' }),
  },
  'token-refused': {
    fate: 'told',
    weight: 4,
    schemes: ['bearer'],
    rule: effect({ kind: 'unauthorized' }),
  },
  'role-missing': {
    fate: 'fatal',
    weight: 1,
    schemes: OF_SNAPSHOTS,
    rule: ({ dice }) => ({ effect: status(401, dice.pick(['USER_UNAUTHORIZED', 'NOT_IN_GROUP'])) }),
  },
  '4xx': {
    fate: 'fatal',
    weight: 2,
    rule: ({ dice, ofList }) => ({
      // To a list, 400 and 404 are Atlas's word that there is none of this kind, which is no fault.
      effect: status(
        dice.pick([402, 403, 406, 409, 410, 415, 422, ...(ofList ? [] : [400, 404])]),
        'SOME_REASON',
      ),
    }),
  },
  429: {
    fate: 'told',
    weight: 5,
    rule: (inputs) => ({ effect: status(429, 'RATE_LIMITED', retryAfter(inputs)) }),
  },
  upgrade: {
    fate: 'told',
    weight: 2,
    rule: (inputs) => ({ effect: status(405, UPGRADE, retryAfter(inputs)) }),
  },
  'retry-after-beyond': {
    fate: 'fatal',
    weight: 1,
    rule: ({ beyond }) => ({ effect: status(429, 'RATE_LIMITED', String(beyond)) }),
  },
  'other-405': { fate: 'fatal', weight: 1, rule: effect(status(405, 'METHOD_NOT_ALLOWED')) },
  'status-407': { fate: 'fatal', weight: 1, rule: effect(status(407, 'PROXY')) },
  redirect: { fate: 'fatal', weight: 1, rule: ({ dice }) => ({ effect: anyRedirect(dice) }) },
  'redirect-executed': {
    fate: 'fatal',
    weight: 1,
    postOnly: true,
    rule: ({ dice }) => ({ effect: anyRedirect(dice), executed: true }),
  },
  huge: { fate: 'fatal', weight: 1, rule: effect({ kind: 'huge' }) },
  'huge-executed': {
    fate: 'fatal',
    weight: 1,
    postOnly: true,
    rule: executed({ kind: 'huge' }),
  },
  // Refused by a snapshot that no list ever shows.
  'phantom-conflict': {
    fate: 'told',
    weight: 1,
    postOnly: true,
    rule: effect(status(400, 'UNFINISHED_ON_DEMAND_SNAPSHOT')),
  },
  twice: { fate: 'doubled', weight: 6, postOnly: true, rule: effect({ kind: 'twice' }) },
  late: {
    fate: 'late',
    weight: 8,
    postOnly: true,
    rule: ({ dice, lateSeconds }) => ({
      effect: { kind: 'late', seconds: dice.magnitude(0.1, lateSeconds), hang: dice.chance(0.5) },
    }),
  },
} as const satisfies Readonly<Record<string, Fault>>

export type FaultName = `${keyof typeof faults}`
