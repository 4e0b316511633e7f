import { describe, expect, it } from '@jest/globals'
import { NotExecutedError } from '../../src/atlas/errors.js'
import type { AccessToken, TokenEndpoint } from '../../src/atlas/token-endpoint.js'
import { TokenSession } from '../../src/atlas/token-session.js'
import { thrownBy } from '../support/answers.js'
import { LogLines } from '../support/log-lines.js'
import { VirtualClock } from '../support/virtual-clock.js'

const signal = new AbortController().signal
const HOUR_MS = 3_600_000
const unsent = new NotExecutedError({ title: 'Title', message: 'Message.', remedy: 'Remedy.' })

interface Endpoint {
  /** Of every token, `undefined` where it does not say. */
  readonly lifetimeMs?: number | undefined
  /** How long it takes to give one. */
  readonly mintMs?: number
  /** Which mints fail, from 1. */
  readonly failing?: readonly number[]
  readonly revoke?: TokenEndpoint['revoke']
}

/** A session in front of an endpoint that gives `token 1`, `token 2` and so on. */
function rig({ lifetimeMs, mintMs = 0, failing = [], revoke }: Endpoint = {}) {
  const clock = new VirtualClock()
  const log = new LogLines()
  const revoked: string[] = []
  let minted = 0
  const endpoint: TokenEndpoint = {
    fetchToken: async (): Promise<AccessToken> => {
      minted += 1
      const number = minted
      await clock.sleep(mintMs)
      if (failing.includes(number)) throw unsent
      return { value: `token ${number}`, lifetimeMs }
    },
    revoke: async (token, within) => {
      revoked.push(token)
      await revoke?.(token, within)
    },
  }
  const session = new TokenSession(endpoint, { clock, logger: log })
  const token = () => clock.run(session.token(signal))
  return { session, token, clock, log, revoked, minted: () => minted }
}

describe('a token', () => {
  it('is got once, when it is first needed, and then used again', async () => {
    const { token, minted } = rig({ lifetimeMs: HOUR_MS })
    expect(minted()).toBe(0)
    expect([await token(), await token(), await token()]).toEqual(['token 1', 'token 1', 'token 1'])
    expect(minted()).toBe(1)
  })

  it.each([
    ['an hour is renewed a minute before it is over', HOUR_MS, HOUR_MS - 60_000],
    ['10 minutes, likewise', 600_000, 540_000],
    ['one minute is renewed when a tenth of it is left', 60_000, 54_000],
    ['one second, likewise', 1_000, 900],
  ])('that lives for %s', async (_, lifetimeMs, renewAt) => {
    const { token, clock } = rig({ lifetimeMs })
    await token()
    await clock.advance(renewAt - 1)
    expect(await token()).toBe('token 1')
    await clock.advance(1)
    expect(await token()).toBe('token 2')
    await clock.advance(renewAt - 1)
    expect(await token()).toBe('token 2')
  })

  it('ages from the moment it is asked for', async () => {
    const { token, clock } = rig({ lifetimeMs: 100_000, mintMs: 20_000 })
    await token()
    expect(clock.now()).toBe(20_000)
    await clock.advance(69_999)
    expect(await token()).toBe('token 1')
    await clock.advance(1)
    expect(await token()).toBe('token 2')
  })

  it('that is too old when it comes is used for the request that it was got for', async () => {
    const { token, minted } = rig({ lifetimeMs: 1_000, mintMs: 5_000 })
    expect(await token()).toBe('token 1')
    expect(minted()).toBe(1)
  })

  it('whose life is unknown is used until it is refused', async () => {
    const { session, token, clock } = rig()
    await token()
    await clock.advance(1_000 * HOUR_MS)
    expect(await token()).toBe('token 1')
    session.invalidate('token 1')
    expect(await token()).toBe('token 2')
  })

  it('that was replaced already is not forgotten twice', async () => {
    const { session, token } = rig()
    await token()
    session.invalidate('token 1')
    await token()
    session.invalidate('token 1')
    expect(await token()).toBe('token 2')
  })

  it('that was not given is asked for again by the next request', async () => {
    const { session, clock, token } = rig({ lifetimeMs: HOUR_MS, mintMs: 10, failing: [1] })
    expect(await clock.run(thrownBy(() => session.token(signal)))).toBe(unsent)
    expect(await token()).toBe('token 2')
  })
})

describe('the end of a session', () => {
  it('revokes the token that is held, and says so in a debug line', async () => {
    const { session, token, log, revoked } = rig()
    await token()
    session.invalidate('token 1')
    await token()
    await session.close(signal)
    expect(revoked).toEqual(['token 2'])
    expect(log.lines).toEqual(['debug: The access token is revoked.'])
  })

  it('asks for nothing where there is no token, or none any more', async () => {
    const { session, token, log, revoked } = rig()
    await session.close(signal)
    expect(revoked).toEqual([])
    await token()
    await session.close(signal)
    await session.close(signal)
    expect(revoked).toHaveLength(1)
    expect(log.lines).toHaveLength(1)
  })

  it('never fails: that the token lives on is a debug line', async () => {
    const { session, token, log } = rig({ revoke: () => Promise.reject(unsent) })
    await token()
    await session.close(signal)
    expect(log.lines).toEqual(['debug: The access token is not revoked, and runs out by itself. Message.'])
  })
})
