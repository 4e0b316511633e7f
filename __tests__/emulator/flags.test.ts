import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { help } from '../../emulator/help.js'
import { isObject } from '../../emulator/http.js'
import { type FlagName, flags, parseOptions } from '../../emulator/options.js'
import { projectRoot } from '../../script/root.js'
import {
  authorize,
  exchange,
  freshChallenge,
  minting,
  parameter,
  type Rig,
  readChallenge,
  rig,
  send,
  sendJson,
  snapshotsPath,
  taking,
  toRequest,
} from './client.js'
import { run, whileRunning } from './program.js'

/** A flag of what is emulated: what shows that it is there, and does not show without it. */
interface Row {
  /** The flag's value; a flag without is one that is switched on. */
  readonly value?: string
  /** What else is on the command line, with and without the flag. */
  readonly beside?: readonly string[]
  readonly observe: (machine: Rig) => unknown
  readonly shows: unknown
}

/** A flag of the program itself: what is to be seen of the process that has it. */
type Trial = () => Promise<void>

const listing = { target: snapshotsPath('demo') }
const ofDemo = (path = '') => ({ target: `${snapshotsPath('demo')}${path}` })
const takeStatus = ({ atlas }: Rig) => send(atlas, taking()).response.status
const listStatus = ({ atlas }: Rig) => send(atlas, listing).response.status

/** What a snapshot looks like so many seconds after it was taken. */
const later =
  (seconds: number, field = 'status', cluster = 'demo') =>
  (machine: Rig): unknown => {
    const { id } = sendJson(machine.atlas, taking(cluster)).body
    machine.wait(seconds)
    return sendJson(machine.atlas, { target: `${snapshotsPath(cluster)}/${String(id)}` }).body[field]
  }

/** How many snapshots a list shows, after one was taken. */
const listed = ({ atlas }: Rig): unknown => {
  send(atlas, taking())
  return sendJson(atlas, listing).body['totalCount']
}

const challengeHas =
  (name: string) =>
  ({ atlas }: Rig) =>
    parameter(freshChallenge(atlas), name)

/** Uses one nonce twice, the second time so many seconds later: the second answer's status and `stale`. */
const secondUse =
  (seconds: number) =>
  ({ atlas, wait }: Rig) => {
    const challenge = freshChallenge(atlas)
    const use = (nc: string) =>
      atlas.handle(toRequest({ ...listing, authorization: authorize(challenge, listing, { nc }) })).response
    use('00000001')
    wait(seconds)
    const answer = use('00000002')
    return [answer.status, parameter(readChallenge(answer), 'stale')]
  }

const firstListed = ({ atlas }: Rig): unknown => {
  const { results } = sendJson(atlas, listing).body
  const [first]: unknown[] = Array.isArray(results) ? results : []
  return isObject(first) ? first['description'] : undefined
}

const otherProject = '5f1e2d3c4b5a69788796a5b5'
const ofTheApi = {
  'group-id': {
    value: otherProject,
    observe: ({ atlas }) =>
      send(atlas, { target: snapshotsPath('demo', 'v2', otherProject) }).response.status,
    shows: 200,
  },
  'public-key': {
    value: 'other',
    observe: ({ atlas }) => send(atlas, listing, { publicKey: 'other' }).response.status,
    shows: 200,
  },
  'private-key': {
    value: 'other',
    observe: ({ atlas }) => send(atlas, listing, { privateKey: 'other' }).response.status,
    shows: 200,
  },
  'client-id': {
    value: 'other',
    observe: ({ atlas }) => exchange(atlas, minting({ clientId: 'other' })).status,
    shows: 200,
  },
  'client-secret': {
    value: 'other',
    observe: ({ atlas }) => exchange(atlas, minting({ clientSecret: 'other' })).status,
    shows: 200,
  },
  'token-seconds': {
    value: '90',
    observe: ({ atlas }) => exchange(atlas, minting()).body['expires_in'],
    shows: 90,
  },
  'token-rate-limit': {
    value: '1:1',
    observe: ({ atlas }) => [1, 2].map(() => exchange(atlas, minting()).status),
    shows: [200, 429],
  },
  role: { value: 'GROUP_READ_ONLY', observe: takeStatus, shows: 401 },
  cluster: {
    value: 'shop:m0',
    observe: ({ atlas }) => send(atlas, taking('shop')).response.headers['X-Error-Code'],
    shows: 'INSUFFICIENT_INSTANCE_SIZE',
  },
  'access-list': { value: '203.0.113.7', observe: takeStatus, shows: 403 },
  'require-access-list': { observe: takeStatus, shows: 403 },
  'rate-limit': {
    value: '1:1',
    observe: (machine) => [1, 2].map(() => listStatus(machine)),
    shows: [200, 429],
  },
  'seconds-to-in-progress': { value: '1', observe: later(1), shows: 'inProgress' },
  'seconds-to-completed': { value: '20', observe: later(20), shows: 'completed' },
  speed: { value: '10', observe: later(16), shows: 'completed' },
  fail: { observe: later(159), shows: 'failed' },
  older: { value: '2', observe: listed, shows: 3 },
  'read-404-seconds': { value: '5', observe: later(4, 'errorCode'), shows: 'SNAPSHOT_NOT_FOUND' },
  'odd-status': { value: 'odd:0:5', observe: later(4), shows: 'odd' },
  'members-in-plain-read': {
    observe: (machine) => Array.isArray(later(0, 'members', 'sharded')(machine)),
    shows: true,
  },
  algorithm: { value: 'SHA-256', observe: challengeHas('algorithm'), shows: 'SHA-256' },
  qop: { value: 'none', observe: challengeHas('qop'), shows: '' },
  'nonce-max-age': { value: '5', observe: secondUse(6), shows: [401, 'true'] },
  'nonce-reuse': { value: 'refused', observe: secondUse(0), shows: [401, 'false'] },
  opaque: { value: 'kept', observe: challengeHas('opaque'), shows: 'kept' },
  joined: {
    beside: ['--algorithm', 'SHA-256', '--algorithm', 'MD5'],
    observe: ({ atlas }) => typeof atlas.handle(toRequest(listing)).response.headers['WWW-Authenticate'],
    shows: 'string',
  },
  'list-lag': { value: '5', observe: listed, shows: 0 },
  'list-hides-unfinished': { observe: listed, shows: 0 },
  'list-order': { value: 'oldest', beside: ['--older', '3'], observe: firstListed, shows: 'older, 3 h' },
  'list-shrinks': {
    value: '1',
    beside: ['--older', '3'],
    observe: ({ atlas }) => sendJson(atlas, ofDemo('?itemsPerPage=2&pageNum=2')).body['totalCount'],
    shows: 2,
  },
  'list-of-other-kind': {
    value: 'refused',
    observe: ({ atlas }) => send(atlas, ofDemo('/shardedClusters')).response.status,
    shows: 400,
  },
  'sharded-list-in-pages': {
    observe: ({ atlas }) => send(atlas, ofDemo('/shardedClusters?pageNum=2')).response.status,
    shows: 200,
  },
  fault: { value: 'create:503', observe: takeStatus, shows: 503 },
  scenario: { value: 'failing.json', observe: later(159), shows: 'failed' },
} as const satisfies Partial<Readonly<Record<FlagName, Row>>>

const get = async (url: string) => (await fetch(`${url}/api/atlas/v2`)).status
const pem = (name: string) => join(projectRoot(), '__tests__', 'fixtures', 'tls', `self-signed.${name}.pem`)

const speaksTls: Trial = async () => {
  let code: unknown
  const { out } = await whileRunning(['--tls-cert', pem('cert'), '--tls-key', pem('key')], async (url) => {
    code = await get(url).catch((error: unknown) => causeCode(error))
  })
  expect(out).toMatch(/^listening on https:/)
  expect(code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
}

const ofTheProgram: Readonly<Record<Exclude<FlagName, keyof typeof ofTheApi>, Trial>> = {
  help: async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, out: help })
  },
  verbose: async () => {
    const request = (url: string) =>
      fetch(`${url}/api/atlas/v2/groups?secret=1`, { headers: { authorization: 'Basic c2VjcmV0' } })
    expect((await whileRunning(['--verbose'], request)).out).toMatch(
      /^listening on \S+\nGET \/api\/atlas\/v2\/groups 401 \d+ ms\n$/,
    )
    expect((await whileRunning([], request)).out).toMatch(/^listening on \S+\n$/)
  },
  host: async () => {
    let status = 0
    await whileRunning(['--host', 'localhost'], async (url) => {
      status = await get(`http://localhost:${new URL(url).port}`)
    })
    expect(status).toBe(401)
  },
  port: async () => {
    const port = await freePort()
    const { out } = await whileRunning(['--port', String(port)], get)
    expect(out).toBe(`listening on http://127.0.0.1:${port}\n`)
  },
  'tls-cert': speaksTls,
  'tls-key': speaksTls,
}

/** Starts what a command line asks for, on a clock of its own. */
function started(args: readonly string[]): Rig {
  return rig(parseOptions(args, () => JSON.stringify({ failSnapshots: true })).atlas)
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(isObject(address) ? Number(address['port']) : 0))
    })
  })
}

function causeCode(error: unknown): unknown {
  return isObject(error) && isObject(error['cause']) ? error['cause']['code'] : error
}

describe('every flag', () => {
  it('is tried here', () => {
    expect([...Object.keys(ofTheApi), ...Object.keys(ofTheProgram)].toSorted()).toEqual(
      Object.keys(flags).toSorted(),
    )
  })

  it('is explained by --help', () => {
    for (const name of Object.keys(flags)) expect(help).toMatch(new RegExp(`--${name}(?![\\w-])`))
  })

  it.each(Object.entries<Row>(ofTheApi))('--%s does what it says', (name, row) => {
    const { value, beside = [], observe, shows } = row
    const flag = value === undefined ? [`--${name}`] : [`--${name}`, value]
    expect(observe(started([...beside, ...flag]))).toEqual(shows)
    expect(observe(started(beside))).not.toEqual(shows)
  })

  it.each(Object.entries(ofTheProgram))('--%s is seen of the program', async (_, trial) => {
    await trial()
  })
})
