import { describe, expect, it } from '@jest/globals'
import type { Atlas } from '../../emulator/atlas.js'
import { demo } from '../../emulator/config.js'
import type { ActionRun } from '../../script/runner.js'
import { demoAccount } from './action.js'
import { type Played, play, type Scenario, until } from './scenario.js'

const variables = {
  MONGODB_ATLAS_CLIENT_ID: demo.clientId,
  MONGODB_ATLAS_CLIENT_SECRET: demo.clientSecret,
} as const
const noInputs = { 'public-key': '', 'private-key': '' } as const
const basic = Buffer.from(`${demo.clientId}:${demo.clientSecret}`).toString('base64')
const getting = 'Getting an access token'
const docs = 'https://www.mongodb.com/docs/atlas'

const taken = ['create 200', 'get 200'] as const
const whole = ['token 200', ...taken, 'revoke 200'] as const
/** What comes before a further POST. */
const lists = ['list 200', 'list-sharded 200'] as const
/** A snapshot that lives long enough for something to happen on the way. */
const longer = { secondsToInProgress: 0.3, secondsToCompleted: 2.5 } as const
/** One that goes on beyond the step. */
const slow = { secondsToInProgress: 1000, secondsToCompleted: 2000 } as const

/** The scenario with the demo's service account. */
function playAccount(scenario: Scenario = {}): Promise<Played> {
  return play({ ...scenario, inputs: { ...demoAccount, ...scenario.inputs } })
}

/** The lines by which the runner learns what to mask. */
function readMasks({ result }: Played): readonly string[] {
  return result.commands.filter(({ name }) => name === 'add-mask').map(({ data }) => data)
}

function readDebugLines({ result }: Played): readonly string[] {
  return result.commands.filter(({ name }) => name === 'debug').map(({ data }) => data)
}

/** Whether so many requests of an operation have come. */
function asked(operation: string, times = 1): (atlas: Atlas) => boolean {
  return ({ requests }) => requests.filter((request) => request.operation === operation).length >= times
}

/** Once the condition holds, something happens to Atlas. */
function once(
  condition: (atlas: Atlas) => boolean,
  happens: (atlas: Atlas) => void,
): NonNullable<Scenario['during']> {
  return async (_, atlas) => {
    await until(() => condition(atlas))
    happens(atlas)
  }
}

describe('a service account', () => {
  it.each([
    ['of the inputs, on API v2', { inputs: demoAccount }],
    ['of the inputs, on API v1.0', { inputs: { ...demoAccount, 'api-version': 'v1.0' } }],
    ['of the environment', { inputs: noInputs, env: variables }],
    [
      'of the inputs, which switch an API key of the environment off',
      {
        inputs: demoAccount,
        env: { MONGODB_ATLAS_PUBLIC_API_KEY: 'other', MONGODB_ATLAS_PRIVATE_API_KEY: 'not-the-key' },
      },
    ],
  ])(
    '%s takes a snapshot and waits for it, in two requests more than there are looks, and one to revoke its token',
    async (_, scenario) => {
      const found = await play(scenario)
      expect(found).toMatchObject({ errors: [], warnings: [], exitCode: 0, taken: 1 })
      expect(found.result.outputs).toMatchObject({ status: 'completed', created: 'true' })
      expect(found.requests).toEqual(whole)
      expect(found.tokens).toEqual([{ value: expect.any(String), isAlive: false }])
      expect(found.log).toContain(`Asking http://atlas as service account ${demo.clientId}, for at most 1 h.`)
      expect(readDebugLines(found)).toContain('The access token is revoked.')
    },
    60_000,
  )

  it('has secret, Basic header and token masked before any line that could show them', async () => {
    const found = await playAccount()
    const { lines } = found.result
    const [token] = found.tokens
    expect(readMasks(found)).toEqual([demo.clientSecret, basic, token?.value])
    const first = (text: string) => lines.findIndex((line) => line.includes(text))
    expect(lines[0]).toBe(`::add-mask::${demo.clientSecret}`)
    expect(lines[1]).toBe(`::add-mask::${basic}`)
    // The request before it brings the token, and the next line is from the next request, which bears it.
    const masking = first(`::add-mask::${token?.value}`)
    expect(lines[masking - 1]).toMatch(/^::debug::POST \/api\/oauth\/token 200 \d+ ms$/)
    expect(lines[masking + 1]).toMatch(/^::debug::POST \/api\/atlas\/.* 200 \d+ ms$/)
  }, 60_000)

  it('takes without waiting, and revokes its token', async () => {
    const found = await playAccount({ inputs: { wait: 'false' } })
    expect(found).toMatchObject({ errors: [], exitCode: 0, taken: 1 })
    expect(found.requests).toEqual(['token 200', 'create 200', 'revoke 200'])
  }, 60_000)

  it('adopts what a POST took whose answer was lost', async () => {
    const found = await playAccount({ faults: ['create:reset:executed'] })
    expect(found).toMatchObject({ errors: [], exitCode: 0, taken: 1 })
    expect(found.requests).toEqual(['token 200', 'create 0', ...lists, 'get 200', 'revoke 200'])
    expect(found.result.outputs).toMatchObject({ status: 'completed', created: 'true' })
  }, 60_000)
})

describe('a token', () => {
  it('that would run out in the middle of the wait is renewed before, so that no look fails', async () => {
    const found = await playAccount({
      atlas: { tokenSeconds: 15, secondsToInProgress: 1, secondsToCompleted: 17 },
    })
    expect(found).toMatchObject({ errors: [], exitCode: 0, taken: 1 })
    expect(found.requests).toEqual(['token 200', ...taken, 'token 200', 'get 200', 'revoke 200'])
    expect(found.tokens).toHaveLength(2)
    expect(readMasks(found)).toEqual([demo.clientSecret, basic, ...found.tokens.map(({ value }) => value)])
  }, 60_000)

  it('that Atlas forgets in the middle of the wait costs one 401 and one new token', async () => {
    const found = await playAccount({
      atlas: longer,
      during: once(asked('get', 2), (atlas) => atlas.expireTokens()),
    })
    expect(found).toMatchObject({ errors: [], warnings: [], exitCode: 0, taken: 1 })
    expect(found.requests).toEqual(['token 200', ...taken, 'get 401', 'token 200', 'get 200', 'revoke 200'])
    expect(found.tokens.map(({ isAlive }) => isAlive)).toEqual([false, false])
    expect(readMasks(found)).toEqual([demo.clientSecret, basic, ...found.tokens.map(({ value }) => value)])
  }, 60_000)

  it('that the POST is refused for is replaced, and one snapshot taken', async () => {
    const found = await playAccount({ faults: ['create:unauthorized'] })
    expect(found).toMatchObject({ errors: [], exitCode: 0, taken: 1 })
    expect(found.requests).toEqual(['token 200', 'create 401', 'token 200', ...taken, 'revoke 200'])
  }, 60_000)

  it('is replaced once: a second 401 in a row fails the step', async () => {
    const found = await playAccount({ faults: ['create:unauthorized:times=always'] })
    expect(found.errors).toEqual([
      `Atlas does not accept the service account | Taking a snapshot of cluster demo was refused (HTTP 401 Unauthorized, UNAUTHORIZED: The access token is unknown, has expired or was revoked). No snapshot was taken. Check that the service account still exists and belongs to the project that group-id names, and that base-url is the Atlas it belongs to (${docs}/configure-api-access/).`,
    ])
    expect(found).toMatchObject({ exitCode: 1, taken: 0 })
    expect(found.requests).toEqual(['token 200', 'create 401', 'token 200', 'create 401', 'revoke 200'])
  }, 60_000)
})

describe('a token endpoint', () => {
  it.each([
    ['token:429:retry-after=1', `${getting} was put off (HTTP 429 Too Many Requests, `, 429],
    ['token:503', `${getting}: Atlas answered HTTP 503 Service Unavailable, `, 503],
    ['token:reset', `${getting}: the connection broke before the whole answer had come `, 0],
    ['token:cut', `${getting}: the connection broke before the whole answer had come `, 200],
    ['token:null', `${getting}: the answer (HTTP 200) holds no token.`, 200],
    ['token:shape', `${getting}: the answer (HTTP 200) holds no token.`, 200],
    ['token:html', `${getting}: Atlas answered HTTP 502 Bad Gateway`, 502],
  ])(
    'with %s is asked again, before the first POST and in the middle of the wait',
    async (fault, says, status) => {
      const atFirst = await playAccount({ faults: [fault] })
      const inMidWait = await playAccount({
        atlas: longer,
        faults: [`${fault}:skip=1`],
        during: once(asked('get', 2), (atlas) => atlas.expireTokens()),
      })
      for (const found of [atFirst, inMidWait]) {
        expect(found).toMatchObject({ errors: [], exitCode: 0, taken: 1 })
        expect(found.log).toContainEqual(expect.stringContaining(says))
        expect(found.log).toContainEqual(expect.stringMatching(/Trying again (in|at once)/))
      }
      expect(atFirst.requests).toEqual([`token ${status}`, 'token 200', ...lists, ...taken, 'revoke 200'])
      expect(inMidWait.requests).toEqual([
        'token 200',
        ...taken,
        'get 401',
        `token ${status}`,
        'token 200',
        'get 200',
        'revoke 200',
      ])
    },
    60_000,
  )

  it('that asks to wait beyond the deadline fails the step at once', async () => {
    const found = await playAccount({ faults: ['token:429:retry-after=3960'] })
    expect(found.errors).toEqual([
      expect.stringMatching(
        /^Atlas limits the rate of requests \| .* Atlas asks to wait 1 h 6 min, which is beyond this step's deadline\. No snapshot was taken\./,
      ),
    ])
    expect(found.requests).toEqual(['token 429'])
    expect(found.exitCode).toBe(1)
  }, 60_000)

  it('that hangs ends the step at its deadline', async () => {
    const found = await playAccount({
      faults: ['token:hang'],
      inputs: { 'timeout-minutes': '0.02' },
    })
    expect(found.errors).toEqual([
      expect.stringMatching(
        /^The deadline has passed \| The deadline of 1 s has passed while asking Atlas for a snapshot\. .*No snapshot was taken\./,
      ),
    ])
    expect(found.requests).toEqual(['token 0'])
    expect(found.exitCode).toBe(1)
  }, 60_000)

  it('that redirects is not followed', async () => {
    const found = await playAccount({ faults: ['token:redirect=https://portal.example/login'] })
    expect(found.errors).toEqual([
      `Something between here and Atlas redirects the request | ${getting}: HTTP 302 to https://portal.example/login. A redirect is never followed, so that credentials go nowhere else. No snapshot was taken. Check base-url, and the proxies and captive portals of the runner.`,
    ])
    expect(found.requests).toEqual(['token 302'])
  }, 60_000)
})

describe('what is refused for good', () => {
  const wrong = `Atlas does not accept the client secret | ${getting} was refused (HTTP 401 Unauthorized, invalid_client: The client id or the client secret is wrong). No snapshot was taken. Check that client-id and client-secret belong to one service account, that the secret has not expired, and that base-url is the Atlas it belongs to (${docs}/configure-api-access/).`

  it.each([
    ['client-secret', 'mdb_sa_sk_not-the-secret'],
    ['client-id', 'mdb_sa_id_not-the-id'],
  ])('a wrong %s fails the step after one request, and says so', async (name, value) => {
    const found = await playAccount({ inputs: { [name]: value } })
    expect(found.errors).toEqual([wrong])
    expect(found.requests).toEqual(['token 401'])
    expect(found).toMatchObject({ exitCode: 1, taken: 0 })
    expect(found.result.summary).toContain('Atlas does not accept the client secret')
  })

  it('a secret that stops being right in the middle of the wait says which snapshot goes on', async () => {
    const found = await playAccount({
      atlas: slow,
      faults: ['token:unauthorized:skip=1'],
      during: once(asked('get', 2), (atlas) => atlas.expireTokens()),
    })
    expect(found.errors).toEqual([
      expect.stringMatching(
        /^Atlas does not accept the client secret \| Getting an access token was refused .*Snapshot ID was queued when last seen\. To wait for it later, run this action with snapshot-id ID and wait: true\. Check that client-id/,
      ),
    ])
    expect(found.requests).toEqual(['token 200', ...taken, 'get 401', 'token 401'])
    expect(found).toMatchObject({ exitCode: 1, taken: 1 })
  })

  // A 404 to the lists themselves would mean that there is no such list.
  it('a token endpoint that is not there is no answer to the request that the token was for', async () => {
    const found = await playAccount({
      faults: ['create:reset:executed', 'list:unauthorized', 'token:404:skip=1'],
    })
    expect(found.errors).toEqual([
      expect.stringMatching(
        /^Atlas gives no access token \| Getting an access token was refused .*may have taken.* Check base-url: /,
      ),
    ])
    expect(found.requests).toEqual(['token 200', 'create 0', 'list 401', 'token 404'])
    expect(found).toMatchObject({ exitCode: 1, taken: 1 })
  })

  it('a missing role is told at once, and no other token is asked for', async () => {
    const account = { clientId: demo.clientId, clientSecret: demo.clientSecret, roles: [] }
    const found = await playAccount({ atlas: { serviceAccounts: [account] } })
    expect(found.errors).toEqual([
      `The service account lacks the role | Taking a snapshot of cluster demo was refused (HTTP 401 Unauthorized, USER_UNAUTHORIZED: Current user is not authorized to perform this action). No snapshot was taken. Give the service account the project role "Project Backup Creator" ("Project Backup Manager" in projects that do not have it yet) in the project that group-id names (${docs}/reference/user-roles/).`,
    ])
    expect(found.requests).toEqual(['token 200', 'create 401', 'revoke 200'])
    expect(found.exitCode).toBe(1)
  })

  it('an API access list without the runner is told as that of the service account, though a token is given', async () => {
    const found = await playAccount({ atlas: { accessList: ['192.0.2.0/24'] } })
    expect(found.errors).toEqual([
      expect.stringMatching(
        /^The API access list lacks this runner \| .* Add the runner's IP address 127\.0\.0\.1 to the API access list of the service account itself, which is not the project's IP access list/,
      ),
    ])
    expect(found.requests).toEqual(['token 200', 'create 403', 'revoke 200'])
  })
})

describe('bad inputs of a service account', () => {
  it.each([
    [
      { 'client-id': demo.clientSecret, 'client-secret': demo.clientId },
      'client-id | client-id looks like a client secret: the two halves seem to be swapped.',
    ],
    [{ 'client-id': 'mdb_sa_id:1' }, 'client-id | client-id must not contain a colon.'],
    [
      { 'client-secret': '' },
      'client-secret | client-secret is empty, but client-id is set: a pair comes whole from one place. A run from a fork, or of Dependabot, gets no secrets.',
    ],
    [
      { 'public-key': demo.publicKey },
      'public-key, client-id, client-secret | There are two kinds of credentials (public-key, client-id, client-secret): give an API key or a service account, not both.',
    ],
  ])('are told before any request is sent: %j', async (inputs, says) => {
    const found = await playAccount({ inputs, env: variables })
    expect(found.errors).toEqual([`Bad input: ${says}`])
    expect(found.requests).toEqual([])
    expect(found.exitCode).toBe(1)
  })
})

describe('the revocation at the end', () => {
  it('comes after a failure, too', async () => {
    const found = await playAccount({ atlas: { failSnapshots: true } })
    expect(found.errors).toEqual([expect.stringMatching(/^The snapshot failed \|/)])
    expect(found.requests).toEqual(whole)
    expect(found.exitCode).toBe(1)
  })

  it.each([
    [
      '503',
      'Revoking the access token: Atlas answered HTTP 503 Service Unavailable, UNEXPECTED_ERROR: Unexpected error.',
    ],
    [
      '401',
      'Revoking the access token was refused (HTTP 401 Unauthorized, UNEXPECTED_ERROR: Unexpected error).',
    ],
    [
      'reset',
      'Revoking the access token: the connection broke before the whole answer had come (read ECONNRESET).',
    ],
    ['hang', 'Revoking the access token: no whole answer within 3 s.'],
  ])('is only a debug line where it fails: %s', async (fault, why) => {
    const found = await playAccount({ faults: [`revoke:${fault}`] })
    expect(found).toMatchObject({ errors: [], warnings: [], exitCode: 0 })
    expect(found.result.outputs).toMatchObject({ status: 'completed' })
    expect(readDebugLines(found)).toContain(`The access token is not revoked, and runs out by itself. ${why}`)
    expect(found.log.join()).not.toContain('revoked')
    expect(found.tokens).toEqual([{ value: expect.any(String), isAlive: true }])
  })
})

/** Runners on Windows end a process where Node knows no signal, so that nothing could be told apart here. */
const onPosix = process.platform === 'win32' ? describe.skip : describe

onPosix('a step with a service account that is cancelled', () => {
  it('while its token is revoked, which hangs, ends within 2 s', async () => {
    let tookMs = 0
    const during = async (run: ActionRun, atlas: Atlas) => {
      await until(() => asked('revoke')(atlas))
      const killedAt = performance.now()
      run.kill('SIGINT')
      await run.result
      tookMs = performance.now() - killedAt
    }
    const found = await playAccount({ faults: ['revoke:hang'], during })
    expect(found.requests).toEqual(['token 200', ...taken, 'revoke 0'])
    expect(found.result.outputs).toMatchObject({ status: 'completed' })
    expect(tookMs).toBeLessThan(2_000)
  }, 60_000)

  it.each<{ when: string; scenario: Scenario; at: (atlas: Atlas) => boolean; says: RegExp; last: string }>([
    {
      when: 'while it gets a token',
      scenario: { faults: ['token:hang'] },
      at: asked('token'),
      says: /asking Atlas for a snapshot\. .*No snapshot was taken\./,
      last: 'token 0',
    },
    {
      when: 'while its POST is under way',
      scenario: { faults: ['create:hang'] },
      at: asked('create'),
      says: /asking Atlas for a snapshot\. .*Atlas may have taken a snapshot for this step/,
      last: 'revoke 200',
    },
    {
      when: 'while it waits, and revokes its token',
      scenario: { atlas: slow },
      at: asked('get', 2),
      says: /waiting for the snapshot\. Snapshot ID was queued when last seen/,
      last: 'revoke 200',
    },
    {
      when: 'while it waits, though the revocation hangs',
      scenario: { atlas: slow, faults: ['revoke:hang'] },
      at: asked('get', 2),
      says: /waiting for the snapshot\. Snapshot ID was queued when last seen/,
      last: 'revoke 0',
    },
  ])(
    '$when fails within 2 s',
    async ({ scenario, at, says, last }) => {
      let tookMs = 0
      const during = async (run: ActionRun, atlas: Atlas) => {
        await until(() => at(atlas))
        const killedAt = performance.now()
        run.kill('SIGINT')
        await run.result
        tookMs = performance.now() - killedAt
      }
      const found = await playAccount({ ...scenario, during })
      expect(found.errors).toEqual([
        expect.stringMatching(/^Cancelled \| The step was cancelled \(SIGINT\) while /),
      ])
      expect(found.errors[0]).toMatch(says)
      expect(found.requests.at(-1)).toBe(last)
      expect(found.exitCode).toBe(1)
      expect(tookMs).toBeLessThan(2_000)
    },
    60_000,
  )
})
