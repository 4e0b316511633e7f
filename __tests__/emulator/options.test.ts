import { describe, expect, it } from '@jest/globals'
import { type AtlasConfig, completeConfig, demo } from '../../emulator/config.js'
import { help } from '../../emulator/help.js'
import { UsageError } from '../../emulator/json-fields.js'
import { flags, parseOptions } from '../../emulator/options.js'

function options(args: readonly string[], files: Readonly<Record<string, unknown>> = {}) {
  return parseOptions(args, (path) => {
    if (!(path in files)) throw new Error('no such file')
    return typeof files[path] === 'string' ? String(files[path]) : JSON.stringify(files[path])
  })
}

/** Parses arguments that are separated by spaces. */
function configure(args: string, files?: Readonly<Record<string, unknown>>): AtlasConfig {
  return completeConfig(options(args.split(' '), files).atlas)
}

const { publicKey, privateKey, clientId, clientSecret } = demo
/** Flags that don't configure the emulated Atlas. */
const programFlags = ['help', 'verbose', 'host', 'port', 'tls-cert', 'tls-key', 'scenario']
const role = ['GROUP_READ_ONLY']
const limit = { capacity: 5, refillPerMinute: 6 }

/** Flags that configure the emulated Atlas, and what they set. */
const settings: readonly (readonly [args: string, sets: object])[] = [
  ['--group-id 5f1e2d3c4b5a69788796a5b5', { groupId: '5f1e2d3c4b5a69788796a5b5' }],
  ['--public-key a', { keys: [{ publicKey: 'a', privateKey }] }],
  ['--private-key b', { keys: [{ publicKey, privateKey: 'b' }] }],
  ['--client-id c', { serviceAccounts: [{ clientId: 'c', clientSecret }] }],
  ['--client-secret d', { serviceAccounts: [{ clientId, clientSecret: 'd' }] }],
  ['--role GROUP_READ_ONLY', { keys: [{ roles: role }], serviceAccounts: [{ roles: role }] }],
  ['--role none', { keys: [{ roles: [] }] }],
  ['--token-seconds 90', { tokenSeconds: 90 }],
  ['--token-rate-limit 5:6', { rateLimits: { token: limit, snapshots: { capacity: 1200 } } }],
  ['--rate-limit 5:6', { rateLimits: { snapshots: limit, token: { capacity: 50 } } }],
  ['--access-list ::1 --access-list 10.0.0.0/8', { accessList: ['::1', '10.0.0.0/8'] }],
  ['--require-access-list', { requireAccessList: true }],
  ['--cluster a', { clusters: [{ name: 'a', kind: 'replicaSet' }] }],
  ['--cluster a --cluster b:m0', { clusters: [{ name: 'a' }, { name: 'b', kind: 'm0' }] }],
  ['--seconds-to-in-progress 1', { secondsToInProgress: 1, secondsToCompleted: 159 }],
  ['--seconds-to-completed 100', { secondsToInProgress: 7, secondsToCompleted: 100 }],
  ['--seconds-to-completed 100 --speed 10', { secondsToInProgress: 0.7, secondsToCompleted: 10 }],
  ['--fail', { failSnapshots: true }],
  ['--older 3', { olderSnapshots: 3 }],
  ['--read-404-seconds 4', { read404Seconds: 4 }],
  ['--odd-status odd:1:2', { oddStatus: { word: 'odd', fromSeconds: 1, toSeconds: 2 } }],
  ['--members-in-plain-read', { plainReadHasMembers: true }],
  ['--plain-read-lead 20', { plainReadLeadSeconds: 20 }],
  ['--algorithm SHA-256 --algorithm MD5', { digest: { algorithms: ['SHA-256', 'MD5'], qop: ['auth'] } }],
  ['--qop auth,auth-int', { digest: { qop: ['auth', 'auth-int'] } }],
  ['--qop none', { digest: { qop: [] } }],
  ['--nonce-max-age 5', { digest: { nonceMaxAgeSeconds: 5 } }],
  ['--nonce-reuse stale', { digest: { nonceReuse: 'stale' } }],
  ['--opaque o', { digest: { opaque: 'o' } }],
  ['--joined', { digest: { joined: true } }],
  ['--list-lag 3', { list: { lagSeconds: 3 } }],
  ['--list-hides-unfinished', { list: { hidesUnfinished: true } }],
  ['--list-order shuffled', { list: { order: 'shuffled' } }],
  ['--list-shrinks 2', { list: { shrinks: 2 } }],
  ['--list-of-other-kind same', { list: { ofOtherKind: 'same' } }],
  ['--sharded-list-in-pages', { list: { shardedInPages: true } }],
  ['--fault create:reset', { faults: [{ on: 'create', effect: { kind: 'reset' } }] }],
]

describe('the command line', () => {
  it('requires no flags', () => {
    const { atlas, ...rest } = options([])
    expect(rest).toEqual({ help: false, verbose: false, host: '127.0.0.1', port: 0, tls: undefined })
    expect(completeConfig(atlas)).toEqual(completeConfig({}))
  })

  it('sets options of the program', () => {
    const given = options(['--help', '--verbose', '--host', '::1', '--port', '80'])
    expect(given).toMatchObject({ help: true, verbose: true, host: '::1', port: 80 })
  })

  it.each(settings)('accepts %s', (args, sets) => {
    expect(completeConfig({})).not.toMatchObject(sets)
    expect(configure(args)).toMatchObject(sets)
  })

  it('has a test for each flag, and help within 115 columns', () => {
    const tested = settings.flatMap(([args]) => [...args.matchAll(/--([a-z0-9-]+)/g)].map(([, name]) => name))
    const names = Object.keys(flags).sort()
    expect([...new Set([...tested, ...programFlags])].sort()).toEqual(names)
    const explained = [...help.matchAll(/--([a-z0-9-]+)/g)].map(([, name]) => name)
    expect([...new Set(explained)].sort()).toEqual(names)
    expect(help.split('\n').filter((line) => line.length > 115)).toEqual([])
  })

  it('requires both --tls-cert and --tls-key', () => {
    expect(() => options(['--tls-cert=cert.pem'])).toThrow(/--tls-cert.*--tls-key/)
    const read = parseOptions(['--tls-cert=c', '--tls-key=k'], (path) => `text of ${path}`)
    expect(read.tls).toEqual({ cert: 'text of c', key: 'text of k' })
  })

  it('reads a scenario, which flags override', () => {
    const scenario = {
      clusters: ['a:m0', { name: 'b' }],
      secondsToCompleted: 20,
      keys: [{ publicKey: 'a', privateKey: 'b', roles: [] }],
      serviceAccounts: [{ clientId: 'c', clientSecret: 'd', roles: ['GROUP_READ_ONLY'] }],
      tokenSeconds: 1.5,
      accessList: ['::1'],
      requireAccessList: true,
      rateLimits: { snapshots: '1:2', flex: { capacity: 3, refillPerMinute: 4 } },
      digest: { algorithms: ['MD5'], qop: [] },
      list: { lagSeconds: 5, order: 'oldest' },
      oddStatus: { word: 'odd' },
      faults: ['create:hang', { on: 'get', effect: { kind: 'drip' } }],
    }
    const given = configure('--scenario s.json --list-lag 1 --fault any:cut', { 's.json': scenario })
    const { keys, serviceAccounts, tokenSeconds, accessList, requireAccessList } = scenario
    expect(given).toMatchObject({
      ...{ keys, serviceAccounts, tokenSeconds, accessList, requireAccessList },
      clusters: [
        { name: 'a', kind: 'm0' },
        { name: 'b', kind: 'replicaSet' },
      ],
      secondsToCompleted: 20,
      rateLimits: { snapshots: { capacity: 1 }, flex: { refillPerMinute: 4 } },
      digest: { qop: [] },
      list: { lagSeconds: 1, order: 'oldest' },
      oddStatus: { word: 'odd', fromSeconds: 0 },
      faults: [{ effect: { kind: 'hang' } }, { effect: { kind: 'drip' } }, { effect: { kind: 'cut' } }],
    })
  })

  it.each([
    ['--nonsense', '--nonsense'],
    ['nonsense', 'nonsense'],
    ['--port', '--port'],
    ['--port 65536', '--port'],
    ['--port x', '--port'],
    ['--host 0.0.0.0', '--host'],
    ['--group-id X', '--group-id'],
    ['--cluster a:huge', 'replicaSet'],
    ['--cluster -a', '--cluster'],
    ['--cluster ä', 'ä'],
    ['--speed 0', '--speed'],
    ['--rate-limit 5', 'CAPACITY:REFILL_PER_MINUTE'],
    ['--algorithm SHA-1', '--algorithm'],
    ['--qop x', '--qop'],
    ['--nonce-reuse x', '--nonce-reuse'],
    ['--list-order x', '--list-order'],
    ['--list-of-other-kind x', '--list-of-other-kind'],
    ['--role x', '--role'],
    ['--token-seconds x', '--token-seconds'],
    ['--token-rate-limit x', 'CAPACITY:REFILL_PER_MINUTE'],
    ['--access-list x', '"x"'],
    ['--odd-status x', 'WORD:FROM_SECONDS:TO_SECONDS'],
    ['--fault x', 'x'],
    ['--scenario none.json', /none\.json.*no such file/],
    ['--scenario bad.json', /bad\.json.*unknown field x/],
    ['--scenario list.json', 'list.json'],
    ['--scenario text.json', 'text.json'],
    ['--scenario type.json', 'secondsToCompleted'],
  ])('rejects %s with a message that contains %s', (args, fact) => {
    const files = {
      'bad.json': { x: 1 },
      'list.json': [],
      'text.json': '{',
      'type.json': { secondsToCompleted: 'x' },
    }
    expect(() => configure(args, files)).toThrow(UsageError)
    expect(() => configure(args, files)).toThrow(fact)
  })
})
