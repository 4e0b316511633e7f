import { describe, expect, it } from '@jest/globals'
import { completeConfig } from '../../emulator/config.js'
import { help } from '../../emulator/help.js'
import { parseOptions } from '../../emulator/options.js'

function options(args: readonly string[], files: Readonly<Record<string, unknown>> = {}) {
  return parseOptions(args, (path) => {
    if (!(path in files)) throw new Error('no such file')
    return typeof files[path] === 'string' ? String(files[path]) : JSON.stringify(files[path])
  })
}

describe('the command line', () => {
  it('needs no flags', () => {
    const { atlas, ...rest } = options([])
    expect(rest).toEqual({ help: false, verbose: false, host: '127.0.0.1', port: 0 })
    expect(completeConfig(atlas)).toEqual(completeConfig({}))
  })

  it('sets what the emulator is', () => {
    const line =
      '--port 80 --host ::1 --verbose --group-id 5f1e2d3c4b5a69788796a5b5 --public-key a --private-key b --client-id c --client-secret d --token-seconds 90 --token-rate-limit 7:8 --role GROUP_READ_ONLY ' +
      '--cluster a --cluster b:sharded --seconds-to-completed 100 --speed 10 --fail --older 3 --rate-limit 5:6 ' +
      '--algorithm SHA-256 --algorithm MD5 --qop auth,auth-int --nonce-max-age 5 --nonce-reuse stale --opaque o ' +
      '--joined --list-lag 3 --list-hides-unfinished --list-order shuffled --list-shrinks 2 --list-of-other-kind same --sharded-list-in-pages ' +
      '--read-404-seconds 4 --odd-status odd:1:2 --members-in-plain-read --fault create:reset'
    const { atlas, ...rest } = options(line.split(' '))
    expect(rest).toEqual({ help: false, verbose: true, host: '::1', port: 80 })
    expect(completeConfig(atlas)).toMatchObject({
      groupId: '5f1e2d3c4b5a69788796a5b5',
      keys: [{ publicKey: 'a', privateKey: 'b', roles: ['GROUP_READ_ONLY'] }],
      serviceAccounts: [{ clientId: 'c', clientSecret: 'd', roles: ['GROUP_READ_ONLY'] }],
      tokenSeconds: 90,
      clusters: [
        { name: 'a', kind: 'replicaSet' },
        { name: 'b', kind: 'sharded' },
      ],
      secondsToInProgress: 0.7,
      secondsToCompleted: 10,
      failSnapshots: true,
      olderSnapshots: 3,
      rateLimits: {
        snapshots: { capacity: 5, refillPerMinute: 6 },
        clusters: { capacity: 10000 },
        token: { capacity: 7, refillPerMinute: 8 },
      },
      digest: {
        algorithms: ['SHA-256', 'MD5'],
        qop: ['auth', 'auth-int'],
        nonceMaxAgeSeconds: 5,
        nonceReuse: 'stale',
        opaque: 'o',
        joined: true,
      },
      list: {
        lagSeconds: 3,
        hidesUnfinished: true,
        order: 'shuffled',
        shrinks: 2,
        ofOtherKind: 'same',
        shardedInPages: true,
      },
      read404Seconds: 4,
      oddStatus: { word: 'odd', fromSeconds: 1, toSeconds: 2 },
      plainReadHasMembers: true,
      faults: [{ on: 'create', effect: { kind: 'reset' } }],
    })
  })

  it('is explained by flags that exist, within its width', () => {
    const flags = [...help.matchAll(/--([a-z0-9-]+)/g)].map(([, name = '']) => name)
    for (const name of new Set(flags)) expect(() => options([`--${name}=x`])).not.toThrow('Unknown option')
    expect(help.split('\n').filter((line) => line.length > 115)).toEqual([])
  })

  it('reads the identity for TLS, whole or not at all', () => {
    expect(() => options(['--tls-cert=cert.pem'])).toThrow('--tls-cert and --tls-key go together')
    const read = parseOptions(['--tls-cert=c', '--tls-key=k'], (path) => `text of ${path}`)
    expect(read.tls).toEqual({ cert: 'text of c', key: 'text of k' })
    expect(options([]).tls).toBeUndefined()
  })

  it('reads a scenario, over which flags win', () => {
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
    const { atlas } = options(['--scenario', 's.json', '--list-lag', '1', '--fault', 'any:cut'], {
      's.json': scenario,
    })
    expect(completeConfig(atlas)).toMatchObject({
      clusters: [
        { name: 'a', kind: 'm0' },
        { name: 'b', kind: 'replicaSet' },
      ],
      secondsToCompleted: 20,
      serviceAccounts: [{ clientId: 'c', clientSecret: 'd', roles: ['GROUP_READ_ONLY'] }],
      tokenSeconds: 1.5,
      accessList: ['::1'],
      requireAccessList: true,
      rateLimits: { snapshots: { capacity: 1 }, flex: { refillPerMinute: 4 } },
      digest: { qop: [] },
      list: { lagSeconds: 1, order: 'oldest' },
      oddStatus: { word: 'odd', fromSeconds: 0 },
      faults: [{ effect: { kind: 'hang' } }, { effect: { kind: 'drip' } }, { effect: { kind: 'cut' } }],
    })
  })

  it.each([
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['nonsense'], 'nonsense'],
    [['--port'], '--port'],
    [['--port', '65536'], '--port must be 0 to 65535'],
    [['--port', 'x'], '--port must be a number'],
    [['--host', '0.0.0.0'], '--host must be a loopback address'],
    [['--group-id', 'X'], '--group-id must be 24 hex digits'],
    [['--cluster', 'a:huge'], 'kind of a cluster must be one of replicaSet,'],
    [['--cluster', '-a'], '--cluster'],
    [['--cluster', 'a b'], 'is no name of a cluster'],
    [['--speed', '0'], '--speed must be above 0'],
    [['--rate-limit', '5'], 'is not CAPACITY:REFILL_PER_MINUTE'],
    [['--algorithm', 'SHA-1'], '--algorithm must be one of MD5,'],
    [['--qop', 'x'], '--qop must be one of auth, auth-int'],
    [['--nonce-reuse', 'x'], '--nonce-reuse must be one of'],
    [['--list-order', 'x'], '--list-order must be one of'],
    [['--list-of-other-kind', 'x'], '--list-of-other-kind must be one of'],
    [['--role', 'x'], '--role must be one of GROUP_OWNER,'],
    [['--token-seconds', 'x'], '--token-seconds must be a number'],
    [['--token-rate-limit', 'x'], 'the rate limit x is not CAPACITY:REFILL_PER_MINUTE'],
    [['--access-list', 'x'], '"x" is no address for an access list'],
    [['--odd-status', 'x'], '--odd-status must be WORD:FROM_SECONDS:TO_SECONDS'],
    [['--fault', 'x'], 'the fault x is not of the form'],
    [['--scenario', 'none.json'], '--scenario none.json: no such file'],
    [['--scenario', 'bad.json'], '--scenario bad.json: the scenario has an unknown field x'],
    [['--scenario', 'list.json'], 'the scenario must be a JSON object'],
    [['--scenario', 'text.json'], '--scenario text.json: '],
    [
      ['--scenario', 'type.json'],
      'secondsToCompleted of the scenario must be a number of 0 or more, not "x"',
    ],
  ])('refuses %j with a reason', (args, reason) => {
    const files = {
      'bad.json': { x: 1 },
      'list.json': [],
      'text.json': '{',
      'type.json': { secondsToCompleted: 'x' },
    }
    expect(() => options(args, files)).toThrow(reason)
  })
})
