import { describe, expect, it } from '@jest/globals'
import { readAddressRange } from '../../emulator/access.js'
import { demo, type Role, roles } from '../../emulator/config.js'
import {
  type Call,
  exchange,
  mint,
  minting,
  rig,
  send,
  snapshotsPath,
  taking,
  toRequest,
} from '../support/emulator-client.js'

const cluster = `/api/atlas/v2/groups/${demo.groupId}/clusters/demo`
const id = '0'.repeat(24)
const calls = {
  create: taking(),
  list: { target: snapshotsPath('demo') },
  'list-sharded': { target: `${snapshotsPath('demo')}/shardedClusters` },
  get: { target: `${snapshotsPath('demo')}/${id}` },
  'get-sharded': { target: `${snapshotsPath('demo')}/shardedCluster/${id}` },
  delete: { target: `${snapshotsPath('demo')}/${id}`, method: 'DELETE' },
  cluster: { target: cluster, accept: 'application/vnd.atlas.2024-08-05+json' },
  flex: {
    target: cluster.replace('/clusters/', '/flexClusters/'),
    accept: 'application/vnd.atlas.2024-11-13+json',
  },
  'flex-list': {
    target: snapshotsPath('demo').replace('/clusters/', '/flexClusters/'),
    accept: 'application/vnd.atlas.2024-11-13+json',
  },
  'flex-get': {
    target: `${snapshotsPath('demo').replace('/clusters/', '/flexClusters/')}/${id}`,
    accept: 'application/vnd.atlas.2024-11-13+json',
  },
} satisfies Readonly<Record<string, Call>>

const manages = ['create', 'list', 'list-sharded', 'get', 'get-sharded', 'delete', 'flex-list', 'flex-get']
const creates = manages.filter((name) => name !== 'delete')
const views = creates.filter((name) => name !== 'create')
const allowed: Readonly<Record<Role | 'none', readonly string[]>> = {
  GROUP_OWNER: [...manages, 'cluster', 'flex'],
  GROUP_BACKUP_MANAGER: manages,
  GROUP_BACKUP_CREATOR: creates,
  GROUP_READ_ONLY: [...views, 'cluster', 'flex'],
  none: [],
}

describe('a role', () => {
  it.each([...roles, 'none'] as const)('%s allows the same operations with API key and token', (role) => {
    const held = role === 'none' ? [] : [role]
    const machine = rig({
      keys: [{ ...demo, roles: held }],
      serviceAccounts: [{ ...demo, roles: held }],
    })
    const token = mint(machine.atlas)
    const opened = (codeOf: (call: Call) => unknown) =>
      Object.entries(calls)
        .filter(([, call]) => codeOf(call) !== 'USER_UNAUTHORIZED')
        .map(([name]) => name)
    const byKey = opened((call) => send(machine.atlas, call).response.headers['X-Error-Code'])
    const byToken = opened(
      (call) =>
        exchange(machine.atlas, { ...call, authorization: `Bearer ${token}` }).headers['x-error-code'],
    )
    expect(byKey.toSorted()).toEqual(allowed[role].toSorted())
    expect(byToken).toEqual(byKey)
  })

  it('that is missing leads to a 401 without a challenge', () => {
    const { response } = send(rig({ keys: [{ ...demo, roles: [] }] }).atlas, taking())
    expect(response.status).toBe(401)
    expect(response.headers).not.toHaveProperty('WWW-Authenticate')
  })

  it('can be combined with another one', () => {
    const held = ['GROUP_BACKUP_CREATOR', 'GROUP_READ_ONLY'] as const
    const { atlas } = rig({ keys: [{ ...demo, roles: held }] })
    expect([calls.create, calls.cluster].map((call) => send(atlas, call).response.status)).toEqual([200, 200])
  })
})

describe('the API access list', () => {
  const list = ['203.0.113.7', '198.51.100.0/24', '2001:db8::/32']

  it.each([
    ['203.0.113.7', 200],
    ['203.0.113.8', 403],
    ['198.51.100.200', 200],
    ['198.51.101.1', 403],
    ['2001:db8:1::1', 200],
    ['::1', 403],
  ])('responds to %s with %d', (remoteAddress, status) => {
    expect(send(rig({ accessList: list }).atlas, { ...calls.list, remoteAddress }).response.status).toBe(
      status,
    )
  })

  it('rejects an address that is not on it, even with valid credentials', () => {
    const { atlas } = rig({ accessList: list })
    const { response } = send(atlas, taking())
    expect(response).toMatchObject({
      status: 403,
      headers: { 'X-Error-Code': 'IP_ADDRESS_NOT_ON_ACCESS_LIST' },
    })
    expect(JSON.parse(response.body)).toMatchObject({ error: 403, parameters: ['127.0.0.1'] })
    expect(atlas.snapshots()).toEqual([])
    expect(atlas.requests.at(-1)).toMatchObject({ authorized: true, executed: false, status: 403 })
  })

  it('allows no address if it is required but empty', () => {
    const { atlas } = rig({ requireAccessList: true })
    const { response } = send(atlas, { ...calls.list, remoteAddress: '192.0.2.1' })
    expect(response).toMatchObject({ status: 403, headers: { 'X-Error-Code': 'ORG_REQUIRES_ACCESS_LIST' } })
    expect(JSON.parse(response.body)).toMatchObject({ parameters: ['192.0.2.1'] })
    expect(
      send(rig({ requireAccessList: true, accessList: ['127.0.0.0/8'] }).atlas, calls.list).response.status,
    ).toBe(200)
  })

  it('restricts the use of tokens, but not requests for them', () => {
    const { atlas } = rig({ accessList: list })
    expect(exchange(atlas, minting()).status).toBe(200)
    const authorization = `Bearer ${mint(atlas)}`
    expect(exchange(atlas, { ...calls.list, authorization })).toMatchObject({
      status: 403,
      body: { errorCode: 'IP_ADDRESS_NOT_ON_ACCESS_LIST' },
    })
  })

  it('applies after credentials are checked, but before the path', () => {
    const { atlas } = rig({ accessList: list })
    expect(atlas.handle(toRequest(calls.list)).response.status).toBe(401)
    expect(send(atlas, calls.list, { privateKey: 'wrong' }).response.status).toBe(401)
    expect(send(atlas, { target: '/api/atlas/v2/nothing' }).response.status).toBe(403)
  })

  it.each(['203.0.113', '203.0.113.7/33', '::1/129', '203.0.113.7/', 'host', '', '1.2.3.4/8/8', 7])(
    'rejects the entry %j',
    (entry) => {
      expect(() => readAddressRange(entry)).toThrow(JSON.stringify(entry))
    },
  )
})
