import { afterEach, expect, it } from '@jest/globals'
import type { AtlasOptions } from '../../emulator/atlas.js'
import { life, takeSnapshot } from '../support/bundle.js'
import { describeWith } from '../support/programs.js'
import { user } from '../support/proxies.js'
import {
  type ApacheOptions,
  type Backend,
  type DigestServer,
  type LoggedRequest,
  startApache,
  startBackend,
} from '../support/web-servers.js'

describeWith('apache2', 'the bundle against Apache mod_auth_digest', () => {
  let backend: Backend | undefined
  let apache: DigestServer | undefined

  afterEach(async () => {
    await apache?.stop()
    await backend?.close()
  })

  /** Creates a snapshot through Apache, expects success, and returns the requests in Apache's log. */
  async function requestsWith(
    options: Omit<ApacheOptions, 'backendPort'>,
    snapshotLife: AtlasOptions = life,
  ): Promise<LoggedRequest[]> {
    backend = await startBackend(snapshotLife)
    apache = await startApache({ backendPort: backend.port, ...options })
    const result = await takeSnapshot(apache.url, user)
    await apache.stop()
    expect({ exitCode: result.exitCode, errors: readErrors(result.annotations) }).toStrictEqual({
      exitCode: 0,
      errors: [],
    })
    expect(result.outputs).toMatchObject({ status: 'completed', created: 'true' })
    return apache.log()
  }

  it('uses one nonce with increasing counts for the whole wait if nonces are long-lived', async () => {
    const requests = await requestsWith({ nonceLifetime: 300, ncCheck: 'On' })
    const polls = requests.filter(({ method }) => method === 'GET')

    expect(polls.length).toBeGreaterThan(2)
    expect(requests.map(({ method, status }) => `${method} ${status}`)).toStrictEqual([
      'POST 401',
      'POST 200',
      ...polls.map(() => 'GET 200'),
    ])
    const authorized = requests.slice(1).map(({ authorization }) => authorization)
    expect(new Set(authorized.map((header) => parameter(header, 'nonce'))).size).toBe(1)
    expect(authorized.map((header) => parameter(header, 'nc'))).toStrictEqual(
      authorized.map((_, index) => (index + 1).toString(16).padStart(8, '0')),
    )
    expect(new Set(authorized.map((header) => parameter(header, 'cnonce'))).size).toBe(authorized.length)
  })

  it('continues with a new nonce when the old one is stale', async () => {
    const requests = await requestsWith(
      { nonceLifetime: 1, ncCheck: 'On' },
      { secondsToInProgress: 1, secondsToCompleted: 3 },
    )
    const [first, ...later] = requests.filter(({ status }) => status === 401)

    expect(first).toMatchObject({ method: 'POST', authorization: '' })
    expect(later.length).toBeGreaterThanOrEqual(1)
    // The bundle reuses a nonce until it is stale.
    expect(later.length).toBeLessThan(requests.filter(({ status }) => status === 200).length / 2)
    for (const { challenge } of later) expect(challenge).toMatch(/stale=true/)
    expect(requests.filter(({ method, status }) => method === 'POST' && status === 200)).toHaveLength(1)
  })

  it('gets a new nonce for each request if each nonce is valid for one request', async () => {
    const requests = await requestsWith({ nonceLifetime: 0, ncCheck: 'On' })
    const answered = requests.filter(({ status }) => status === 200)

    expect(answered.length).toBeGreaterThan(2)
    expect(requests).toHaveLength(2 * answered.length)
    const nonces = answered.map(({ authorization }) => parameter(authorization, 'nonce'))
    expect(new Set(nonces).size).toBe(answered.length)
    expect(answered.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  // Without an error code from Atlas, only a rejected read proves that the password is wrong.
  it('stops after one read if the password is wrong', async () => {
    backend = await startBackend()
    apache = await startApache({ backendPort: backend.port, nonceLifetime: 300, ncCheck: 'On' })
    const result = await takeSnapshot(apache.url, { name: user.name, password: 'not the password' })
    await apache.stop()

    expect(result.exitCode).toBe(1)
    expect(readErrors(result.annotations)).toHaveLength(1)
    const requests = apache.log().map(({ method, status }) => `${method} ${status}`)
    expect(requests).toStrictEqual(['POST 401', 'POST 401', 'GET 401', 'GET 401'])
  })
})

/** A parameter of an `Authorization` header. */
function parameter(header: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="?([^",]+)`).exec(header)?.[1]
}

function readErrors(annotations: readonly { name: string; data: string }[]): string[] {
  return annotations.filter(({ name }) => name === 'error').map(({ data }) => data)
}
