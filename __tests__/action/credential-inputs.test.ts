import { describe, expect, it } from '@jest/globals'
import { collectSecrets, readCredentials } from '../../src/action/credential-inputs.js'
import { type InputName, InputReader } from '../../src/action/input-reader.js'
import type { Credentials } from '../../src/atlas/credentials.js'
import { catchProblems } from '../support/assertions.js'

type Given = Partial<Readonly<Record<InputName, string>>>

const key = { 'public-key': 'pub', 'private-key': 'priv' }
const account = { 'client-id': 'id', 'client-secret': 'secret' }
const keyVariables = { MONGODB_ATLAS_PUBLIC_API_KEY: 'envpub', MONGODB_ATLAS_PRIVATE_API_KEY: 'envpriv' }
/** As Atlas makes private keys. */
const UUID = '1f2e3d4c-5b6a-4978-8899-aabbccddeeff'
/** As Atlas makes the halves of a service account. */
const CLIENT_ID = 'mdb_sa_id_1f2e3d4c5b6a49788899aabb'
const CLIENT_SECRET = 'mdb_sa_sk_1f2e3d4c5b6a49788899aabbccddeeff01234567'
const accountVariables = { MONGODB_ATLAS_CLIENT_ID: 'envid', MONGODB_ATLAS_CLIENT_SECRET: 'envsecret' }

function read(
  given: Given,
  env: NodeJS.ProcessEnv = {},
): { credentials: () => Credentials; problems: string[] } {
  const get = (name: InputName) => given[name] ?? ''
  const reader = new InputReader(get)
  const credentials = readCredentials(get, env, reader)
  return { credentials, problems: catchProblems(() => reader.assertNoProblems()) }
}

const inputKey = { kind: 'apiKey', publicKey: 'pub', privateKey: 'priv' }
const envKey = { kind: 'apiKey', publicKey: 'envpub', privateKey: 'envpriv' }
const inputAccount = { kind: 'serviceAccount', clientId: 'id', clientSecret: 'secret' }
const envAccount = { kind: 'serviceAccount', clientId: 'envid', clientSecret: 'envsecret' }

describe('credentials', () => {
  it.each<[string, Given, NodeJS.ProcessEnv, object]>([
    ['an API key of the inputs', key, {}, inputKey],
    ['an API key of the environment', {}, keyVariables, envKey],
    ['the inputs before the environment', key, keyVariables, inputKey],
    ['an API key of the inputs before a service account of the environment', key, accountVariables, inputKey],
    ['a service account of the inputs', account, {}, inputAccount],
    ['a service account of the environment', {}, accountVariables, envAccount],
    [
      'a service account of the inputs before that of the environment',
      account,
      accountVariables,
      inputAccount,
    ],
    [
      'a service account of the inputs before an API key of the environment',
      account,
      keyVariables,
      inputAccount,
    ],
    [
      'the environment without the blanks around it',
      {},
      { MONGODB_ATLAS_PUBLIC_API_KEY: ' envpub\n', MONGODB_ATLAS_PRIVATE_API_KEY: '\tenvpriv ' },
      envKey,
    ],
  ])('are %s', (_, given, env, expected) => {
    const { credentials, problems } = read(given, env)
    expect(problems).toEqual([])
    expect(credentials()).toEqual(expected)
  })

  it.each([UUID, UUID.toUpperCase()])('have no private key in place of the public one: %s', (publicKey) => {
    const { credentials, problems } = read({ 'public-key': publicKey, 'private-key': 'abcdefgh' })
    expect(problems).toEqual([
      'public-key: public-key looks like a private key: the two halves seem to be swapped.',
    ])
    expect(credentials).toThrow('used though they are bad')
  })

  it('have none in the environment either', () => {
    const env = { MONGODB_ATLAS_PUBLIC_API_KEY: UUID, MONGODB_ATLAS_PRIVATE_API_KEY: 'abcdefgh' }
    expect(read({}, env).problems).toEqual([
      'MONGODB_ATLAS_PUBLIC_API_KEY: MONGODB_ATLAS_PUBLIC_API_KEY looks like a private key: the two halves seem to be swapped.',
    ])
  })

  it.each([`${UUID}0`, UUID.slice(1), UUID.replaceAll('-', ''), `x${UUID.slice(1)}`])(
    'may have a public key of another shape: %s',
    (publicKey) => {
      expect(read({ 'public-key': publicKey, 'private-key': UUID }).problems).toEqual([])
    },
  )

  it.each([CLIENT_SECRET, CLIENT_SECRET.toUpperCase()])(
    'have no client secret in place of the id: %s',
    (clientId) => {
      const { credentials, problems } = read({ 'client-id': clientId, 'client-secret': CLIENT_ID })
      expect(problems).toEqual([
        'client-id: client-id looks like a client secret: the two halves seem to be swapped.',
      ])
      expect(credentials).toThrow('used though they are bad')
      const env = { MONGODB_ATLAS_CLIENT_ID: clientId, MONGODB_ATLAS_CLIENT_SECRET: CLIENT_ID }
      expect(read({}, env).problems).toEqual([
        'MONGODB_ATLAS_CLIENT_ID: MONGODB_ATLAS_CLIENT_ID looks like a client secret: the two halves seem to be swapped.',
      ])
    },
  )

  it('have no secret of the other kind in place of a public half', () => {
    expect(read({ 'public-key': CLIENT_SECRET, 'private-key': 'abcdefgh' }).problems).toEqual([
      'public-key: public-key looks like a client secret, which belongs in client-secret.',
    ])
    expect(read({ 'client-id': UUID, 'client-secret': CLIENT_ID }).problems).toEqual([
      'client-id: client-id looks like a private key, which belongs in private-key.',
    ])
    const env = { MONGODB_ATLAS_PUBLIC_API_KEY: CLIENT_SECRET, MONGODB_ATLAS_PRIVATE_API_KEY: 'abcdefgh' }
    expect(read({}, env).problems).toEqual([
      'MONGODB_ATLAS_PUBLIC_API_KEY: MONGODB_ATLAS_PUBLIC_API_KEY looks like a client secret, which belongs in MONGODB_ATLAS_CLIENT_SECRET.',
    ])
    const other = { MONGODB_ATLAS_CLIENT_ID: UUID, MONGODB_ATLAS_CLIENT_SECRET: CLIENT_ID }
    expect(read({}, other).problems).toEqual([
      'MONGODB_ATLAS_CLIENT_ID: MONGODB_ATLAS_CLIENT_ID looks like a private key, which belongs in MONGODB_ATLAS_PRIVATE_API_KEY.',
    ])
  })

  it('may be a client id of another shape, and a secret of any', () => {
    for (const clientId of [CLIENT_ID, `x${CLIENT_SECRET}`, 'ü'])
      expect(read({ 'client-id': clientId, 'client-secret': 'a:b c' }).problems).toEqual([])
  })

  it('have no colon in a client id, since Basic authentication would cut it there', () => {
    const { credentials, problems } = read({ 'client-id': 'mdb_sa_id:1', 'client-secret': 'secret' })
    expect(problems).toEqual(['client-id: client-id must not contain a colon.'])
    expect(credentials).toThrow('used though they are bad')
  })

  it.each<[string, Given, NodeJS.ProcessEnv]>([
    ['nowhere', {}, {}],
    [
      'blank in the environment',
      {},
      { MONGODB_ATLAS_PUBLIC_API_KEY: ' ', MONGODB_ATLAS_PRIVATE_API_KEY: '' },
    ],
  ])('are missing where they are %s, and forks and Dependabot are named', (_, given, env) => {
    const { credentials, problems } = read(given, env)
    expect(problems).toEqual([
      expect.stringMatching(/^credentials: There are no credentials: .*fork.*Dependabot/),
    ])
    expect(credentials).toThrow('used though they are bad')
  })

  it.each<[string, Given, NodeJS.ProcessEnv, string, string]>([
    ['the private key is missing', { 'public-key': 'pub' }, {}, 'private-key', 'public-key'],
    ['the public key is missing', { 'private-key': 'priv' }, {}, 'public-key', 'private-key'],
    ['the client secret is missing', { 'client-id': 'id' }, {}, 'client-secret', 'client-id'],
    ['the client id is missing', { 'client-secret': 'secret' }, {}, 'client-id', 'client-secret'],
    [
      'one half of the inputs switches a whole pair of the environment off',
      { 'public-key': 'pub' },
      keyVariables,
      'private-key',
      'public-key',
    ],
    [
      'the environment has one half',
      {},
      { MONGODB_ATLAS_PUBLIC_API_KEY: 'envpub' },
      'MONGODB_ATLAS_PRIVATE_API_KEY',
      'MONGODB_ATLAS_PUBLIC_API_KEY',
    ],
    [
      'the environment has the other half',
      {},
      { MONGODB_ATLAS_CLIENT_SECRET: 'envsecret' },
      'MONGODB_ATLAS_CLIENT_ID',
      'MONGODB_ATLAS_CLIENT_SECRET',
    ],
  ])('are half a pair where %s', (_, given, env, missing, there) => {
    const hint = /private|secret/i.test(missing)
      ? ' A run from a fork, or of Dependabot, gets no secrets.'
      : ''
    expect(read(given, env).problems).toEqual([
      `${missing}: ${missing} is empty, but ${there} is set: a pair comes whole from one place.${hint}`,
    ])
  })

  it.each<[string, Given, NodeJS.ProcessEnv, string]>([
    ['both pairs', { ...key, ...account }, {}, 'public-key, private-key, client-id, client-secret'],
    ['halves of both', { 'public-key': 'pub', 'client-secret': 'secret' }, {}, 'public-key, client-secret'],
    [
      'both pairs of the environment',
      {},
      { ...keyVariables, ...accountVariables },
      'MONGODB_ATLAS_PUBLIC_API_KEY, MONGODB_ATLAS_PRIVATE_API_KEY, MONGODB_ATLAS_CLIENT_ID, MONGODB_ATLAS_CLIENT_SECRET',
    ],
  ])('are of two kinds in one place: %s', (_, given, env, names) => {
    expect(read(given, env).problems).toEqual([
      `${names}: There are two kinds of credentials (${names}): give an API key or a service account, not both.`,
    ])
  })

  it.each(['\n', '\r', '\t', '\0', '\u0085', '\u007f'])(
    'are one line without control characters: %j',
    (control) => {
      const { credentials, problems } = read({
        'public-key': `p${control}ub`,
        'private-key': `5ec${control}2e7`,
      })
      expect(problems).toEqual([
        'public-key: public-key has to be one line without control characters.',
        'private-key: private-key has to be one line without control characters.',
      ])
      expect(credentials).toThrow('used though they are bad')
      expect(read({ 'client-id': 'id', 'client-secret': `5ec${control}2e7` }).problems).toEqual([
        'client-secret: client-secret has to be one line without control characters.',
      ])
    },
  )

  it('may be of any other character', () => {
    expect(read({ 'public-key': 'ü', 'private-key': 'p"\\: €' }).problems).toEqual([])
  })
})

describe('the secrets', () => {
  it.each<[InputName, string, string]>([
    ['public-key', 'MONGODB_ATLAS_PUBLIC_API_KEY', CLIENT_SECRET],
    ['public-key', 'MONGODB_ATLAS_PUBLIC_API_KEY', UUID],
    ['client-id', 'MONGODB_ATLAS_CLIENT_ID', CLIENT_SECRET],
    ['client-id', 'MONGODB_ATLAS_CLIENT_ID', UUID],
  ])('are whatever looks like one in place of a public half, too: %s, %s: %s', (input, variable, secret) => {
    const given: Given = { ...key, ...account, [input]: secret }
    expect(collectSecrets((name) => given[name] ?? '', {})).toEqual(['priv', 'secret', secret])
    expect(collectSecrets(() => '', { [variable]: ` ${secret}\n` })).toEqual([secret])
  })

  it('are the secret halves of all places, the token and the password of a proxy, without blanks around them', () => {
    const inputs: Given = { ...key, ...account, 'github-token': 'token' }
    const env = {
      ...keyVariables,
      ...accountVariables,
      MONGODB_ATLAS_PRIVATE_API_KEY: ' envpriv\n',
      https_proxy: 'http://ci:p%40ss@proxy.example:3128',
      OTHER: 'x',
    }
    expect(collectSecrets((name) => inputs[name] ?? '', env)).toEqual([
      'priv',
      'secret',
      'token',
      'envpriv',
      'envsecret',
      'p%40ss',
      'p@ss',
    ])
  })

  it('are none where nothing is set, so that nothing empty is masked', () => {
    expect(collectSecrets(() => '', { MONGODB_ATLAS_PRIVATE_API_KEY: '  ' })).toEqual([])
  })
})
