import { describe, expect, it } from '@jest/globals'
import { demo } from '../../emulator/config.js'
import { parseFaultSpec } from '../../emulator/fault-spec.js'
import {
  basic,
  type Call,
  exchange,
  mint,
  minting,
  type Rig,
  revoking,
  rig,
  send,
  snapshotsPath,
  taking,
  tokenForm,
  toRequest,
} from '../support/emulator-client.js'

const listing: Call = { target: snapshotsPath('demo') }

/** Sends a call with a bearer token. */
function bearing({ atlas }: Rig, token: string, call = listing) {
  return exchange(atlas, { ...call, authorization: `Bearer ${token}` })
}

const dead = { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }

describe('a service account', () => {
  it("gets different random tokens with the length of Atlas's tokens", () => {
    const { atlas } = rig()
    const minted = exchange(atlas, minting())
    expect(minted).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: { expires_in: 3600, token_type: 'Bearer' },
    })
    expect(Object.keys(minted.body)).toEqual(['access_token', 'expires_in', 'token_type'])
    const token = mint(atlas)
    expect(token).toMatch(/^[\w-]{64}\.[\w-]{427}\.[\w-]{342}$/)
    expect(token).not.toBe(minted.body['access_token'])
  })

  it('creates and reads a snapshot with a token', () => {
    const machine = rig()
    const token = mint(machine.atlas)
    const taken = bearing(machine, token, taking())
    expect(taken).toMatchObject({ status: 200, body: { status: 'queued' } })
    const { id } = taken.body
    const target = `${snapshotsPath('demo')}/${String(id)}`
    expect(bearing(machine, token, { target }).status).toBe(200)
    expect(machine.atlas.snapshots()).toHaveLength(1)
  })

  it('is rejected without its client ID and secret in Basic authentication', () => {
    const { atlas } = rig()
    const refusal = {
      status: 401,
      headers: { 'www-authenticate': expect.stringMatching(/^Basic /) },
      body: { error: 'invalid_client', error_description: expect.any(String) },
    }
    const wrong = [
      basic({ clientSecret: 'mdb_sa_sk_other' }),
      basic({ clientId: 'mdb_sa_id_other' }),
      `Bearer ${mint(atlas)}`,
      'Basic !',
      `Basic ${Buffer.from(demo.clientId).toString('base64')}`,
    ]
    for (const authorization of wrong)
      expect(exchange(atlas, { ...minting(), authorization })).toMatchObject(refusal)
    const { authorization: _, ...bare } = minting()
    expect(exchange(atlas, bare)).toMatchObject(refusal)
    expect(exchange(atlas, { ...revoking('x'), authorization: basic({ clientSecret: '' }) })).toMatchObject(
      refusal,
    )
  })

  it.each([
    ['another grant', 'grant_type=password', 'unsupported_grant_type'],
    ['no grant', 'scope=all', 'invalid_request'],
    ['a grant twice', 'grant_type=client_credentials&grant_type=client_credentials', 'invalid_request'],
    ['JSON', '{"grant_type":"client_credentials"}', 'invalid_request'],
  ])('gets an error for %s', (what, form, error) => {
    const contentType =
      what === 'JSON' ? 'application/json' : 'application/x-www-form-urlencoded; charset=utf-8'
    const answer = exchange(rig().atlas, { ...tokenForm('token', form), contentType })
    expect(answer).toMatchObject({ status: 400, body: { error, error_description: expect.any(String) } })
  })

  it('can be one of several with different roles', () => {
    const accounts = [
      { clientId: 'reader', clientSecret: 'one', roles: ['GROUP_READ_ONLY'] },
      { clientId: 'creator', clientSecret: 'two', roles: ['GROUP_BACKUP_CREATOR'] },
    ] as const
    const machine = rig({ serviceAccounts: accounts })
    const [reader = '', creator = ''] = accounts.map((account) => mint(machine.atlas, account))
    expect(bearing(machine, reader).status).toBe(200)
    const refused = bearing(machine, reader, taking())
    expect(refused).toMatchObject({ status: 401, body: { errorCode: 'USER_UNAUTHORIZED' } })
    expect(refused.headers).not.toHaveProperty('www-authenticate')
    expect(bearing(machine, creator, taking()).status).toBe(200)
  })

  it('does not affect API keys', () => {
    const { atlas } = rig({ serviceAccounts: [] })
    expect(exchange(atlas, minting()).status).toBe(401)
    expect(send(atlas, listing).response.status).toBe(200)
  })
})

describe('a bearer token', () => {
  it('expires after expires_in', () => {
    const machine = rig({ tokenSeconds: 60 })
    const { body } = exchange(machine.atlas, minting())
    const { access_token: token, expires_in: seconds } = body
    expect(seconds).toBe(60)
    machine.wait(59.999)
    expect(bearing(machine, String(token)).status).toBe(200)
    machine.wait(0.001)
    expect(bearing(machine, String(token))).toMatchObject({ ...dead, body: { errorCode: 'UNAUTHORIZED' } })
  })

  it('is invalid after its revocation, which can be repeated', () => {
    const machine = rig()
    const [ended, other] = [mint(machine.atlas), mint(machine.atlas)]
    expect([1, 2].map(() => exchange(machine.atlas, revoking(ended)).status)).toEqual([200, 200])
    expect(bearing(machine, ended)).toMatchObject(dead)
    expect(bearing(machine, other).status).toBe(200)
    expect(exchange(machine.atlas, tokenForm('revoke', 'token_type_hint=access_token')).status).toBe(400)
  })

  it('cannot be revoked by another account', () => {
    const other = { clientId: 'other', clientSecret: 'secret' }
    const machine = rig({ serviceAccounts: [{ ...demo }, other] })
    const token = mint(machine.atlas)
    expect(exchange(machine.atlas, revoking(token, other)).status).toBe(200)
    expect(bearing(machine, token).status).toBe(200)
  })

  it('expires with all others on request', () => {
    const machine = rig()
    const tokens = [mint(machine.atlas), mint(machine.atlas)]
    machine.atlas.expireTokens()
    for (const token of tokens) expect(bearing(machine, token)).toMatchObject(dead)
    expect(bearing(machine, mint(machine.atlas)).status).toBe(200)
  })

  it('stays on record after it is revoked or expires', () => {
    const machine = rig({ tokenSeconds: 60 })
    const { atlas } = machine
    const tokens = [mint(atlas), mint(atlas)]
    exchange(atlas, revoking(tokens[0] ?? ''))
    const records = (...alive: readonly boolean[]) =>
      tokens.map((value, index) => ({ value, isAlive: alive[index] }))
    expect(atlas.tokens()).toEqual(records(false, true))
    machine.wait(60)
    expect(atlas.tokens()).toEqual(records(false, false))
  })

  it.each(['Bearer', 'Bearer  ', 'bearer nonsense', 'Bearer a b'])(
    'is invalid if it is %j',
    (authorization) => {
      expect(exchange(rig().atlas, { ...listing, authorization })).toMatchObject(dead)
    },
  )

  it('is accepted with any case of the scheme', () => {
    const { atlas } = rig()
    expect(exchange(atlas, { ...listing, authorization: `bEARER ${mint(atlas)}` }).status).toBe(200)
  })

  it('is not checked if authentication is off', () => {
    const { atlas } = rig({ authentication: 'none' })
    expect(exchange(atlas, { ...listing, authorization: 'Bearer nonsense' }).status).toBe(200)
    expect(exchange(atlas, { ...minting(), authorization: 'Basic x' }).status).toBe(401)
  })
})

describe('the rate limit of the token endpoint', () => {
  it("counts each account separately, even with a wrong secret, and responds with Atlas's error", () => {
    const accounts = ['one', 'two'].map((clientId) => ({ clientId, clientSecret: 'secret' }))
    const machine = rig({
      serviceAccounts: accounts,
      rateLimits: { token: { capacity: 2, refillPerMinute: 6 } },
    })
    const status = (clientId: string, clientSecret = 'secret') =>
      exchange(machine.atlas, minting({ clientId, clientSecret })).status
    expect([status('one'), status('one', 'wrong'), status('one'), status('two')]).toEqual([
      200, 401, 429, 200,
    ])
    const limited = exchange(machine.atlas, minting(accounts[0]))
    expect(limited).toMatchObject({
      headers: { 'retry-after': '10', 'x-error-code': 'RATE_LIMITED_TOKEN_BUCKET' },
      body: {
        error: 429,
        errorCode: 'RATE_LIMITED_TOKEN_BUCKET',
        parameters: ['/api/oauth/token', 10, 2, 6, 60],
      },
    })
    machine.wait(10)
    expect(status('one')).toBe(200)
  })

  it('is 50 per minute and separate from the limits of the API', () => {
    const machine = rig()
    const statuses = Array.from({ length: 51 }, () => exchange(machine.atlas, minting()).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(50)
    expect(statuses.at(-1)).toBe(429)
    expect(send(machine.atlas, listing).response.headers['RateLimit-Remaining']).toBe('1199')
  })
})

describe('the log of requests', () => {
  it('contains requests for tokens and revocations without secrets', () => {
    const machine = rig()
    const token = mint(machine.atlas)
    bearing(machine, token)
    exchange(machine.atlas, revoking(token))
    exchange(machine.atlas, revoking(token))
    bearing(machine, token)
    exchange(machine.atlas, minting({ clientSecret: 'wrong' }))
    const { requests } = machine.atlas
    expect(
      requests.map(({ operation, status, executed, authorized }) => [
        operation,
        status,
        executed,
        authorized,
      ]),
    ).toEqual([
      ['token', 200, true, true],
      ['list', 200, false, true],
      ['revoke', 200, true, true],
      ['revoke', 200, false, true],
      ['list', 401, false, false],
      ['token', 401, false, false],
    ])
    const log = JSON.stringify(requests)
    for (const secret of [token, demo.clientId, demo.clientSecret, 'wrong', 'Bearer', 'Basic'])
      expect(log).not.toContain(secret)
  })
})

describe('a fault on tokens', () => {
  const faulty = (...specs: string[]) => rig({ faults: specs.map(parseFaultSpec) })

  it('applies to a request for a token or to its revocation', () => {
    const machine = faulty('token:503:retry-after=2', 'revoke:reset:executed')
    expect(exchange(machine.atlas, minting({ clientSecret: 'wrong' })).status).toBe(401)
    expect(exchange(machine.atlas, minting())).toMatchObject({ status: 503, headers: { 'retry-after': '2' } })
    const token = mint(machine.atlas)
    expect(machine.atlas.handle(toRequest(revoking(token))).delivery.kind).toBe('reset')
    expect(bearing(machine, token)).toMatchObject(dead)
    expect(machine.atlas.requests.map(({ fault }) => fault)).toEqual([
      undefined,
      'status',
      undefined,
      'reset',
      undefined,
    ])
  })

  it.each([
    ['hang', 'hang'],
    ['cut', 'cut'],
    ['drip', 'drip'],
    ['delay', 'whole'],
    ['html', 'whole'],
    ['null', 'whole'],
    ['shape', 'whole'],
    ['huge', 'whole'],
    ['redirect', 'whole'],
    ['twice', 'whole'],
    ['late', 'reset'],
  ])('can be %s', (effect, delivery) => {
    const { atlas } = faulty(`token:${effect}`)
    expect(atlas.handle(toRequest(minting())).delivery.kind).toBe(delivery)
    expect(atlas.requests).toMatchObject([{ operation: 'token', fault: effect }])
  })

  it('can reject a valid secret and a valid token', () => {
    const machine = faulty('token:unauthorized', 'list:unauthorized', 'list:stale', 'list:refuse-nonce')
    expect(exchange(machine.atlas, minting())).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    })
    const token = mint(machine.atlas)
    expect(bearing(machine, token)).toMatchObject(dead)
    expect([1, 2].map(() => bearing(machine, token).status)).toEqual([200, 200])
  })

  it('on any operation applies to tokens, unless it needs a snapshot, a cluster, or a digest', () => {
    expect(exchange(faulty('any:503').atlas, minting()).status).toBe(503)
    const { atlas } = faulty('any:stale', 'any:other-id', 'any:503:cluster=demo')
    expect(exchange(atlas, minting()).status).toBe(200)
  })

  it.each([
    ['token:stale', /stale.*token/],
    ['token:other-id', /other-id.*token/],
    ['revoke:refuse-nonce', /refuse-nonce.*revoke/],
    ['token:503:cluster=demo', /token.*cluster/],
  ])('cannot be %s', (spec, reason) => {
    expect(() => parseFaultSpec(spec)).toThrow(reason)
  })
})
