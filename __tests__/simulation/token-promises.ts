import { demo } from '../../emulator/config.js'
import { isJsonObject, parseJson } from '../../src/atlas/json.js'
import type { Exchange } from './exchange.js'
import type { Run } from './step.js'

const RELEASE_MS = 3_000

/** What nobody may read anywhere. */
export function secretsOf({ masked, tokens }: Run): readonly string[] {
  return [demo.privateKey, demo.clientSecret, ...masked, ...tokens.map(({ value }) => value)]
}

/** The token that an exchange brought. */
function tokenOf({ operation, body }: Exchange): string | undefined {
  if (operation !== 'token' || body === undefined) return undefined
  const answer = parseJson(body)
  const token = isJsonObject(answer) ? answer['access_token'] : undefined
  return typeof token === 'string' ? token : undefined
}

/** A token that the step got, and nobody was told to mask. */
export function unmaskedToken({ exchanges, masked }: Run): string | undefined {
  return exchanges.map(tokenOf).find((token) => token !== undefined && !masked.includes(token))
}

/** How the step leaves a token alive that it held at its end, though nothing hindered its revocation. */
export function tokenLeft({ exchanges, tokens, endedAt, releasedAt }: Run): string | undefined {
  const tookMs = releasedAt - endedAt
  if (tookMs > RELEASE_MS + 1) return `releasing took ${tookMs} ms`
  const last = exchanges.findLast(({ operation }) => operation === 'token')
  const held = last === undefined ? undefined : tokenOf(last)
  if (held === undefined || tokens.find(({ value }) => value === held)?.isAlive !== true) return undefined
  const failed = exchanges.some(
    ({ operation, status, fault }) => operation === 'revoke' && (status !== 200 || fault !== undefined),
  )
  // Given up after a 401, and no other one asked for, since the step had to stop.
  const refused = exchanges.findLast(({ scheme }) => scheme === 'bearer')?.status === 401
  return failed || refused ? undefined : `it leaves token ${tokens.length} alive`
}
