import { describe, expect, it } from '@jest/globals'
import { collectSecrets, readCredentials } from '../../src/action/credential-inputs.js'
import { type InputName, type InputProblem, InputReader } from '../../src/action/input-reader.js'
import type { Credentials } from '../../src/atlas/credentials.js'
import { catchProblems, problemWith } from '../support/assertions.js'
import { mentioning } from '../support/played.js'

type Given = Partial<Readonly<Record<InputName, string>>>

const PUBLIC_KEY = 'MONGODB_ATLAS_PUBLIC_API_KEY'
const PRIVATE_KEY = 'MONGODB_ATLAS_PRIVATE_API_KEY'
const CLIENT_ID = 'MONGODB_ATLAS_CLIENT_ID'
const CLIENT_SECRET = 'MONGODB_ATLAS_CLIENT_SECRET'

const key = { 'public-key': 'pub', 'private-key': 'priv' }
const account = { 'client-id': 'id', 'client-secret': 'secret' }
const keyVariables = { [PUBLIC_KEY]: 'envpub', [PRIVATE_KEY]: 'envpriv' }
const accountVariables = { [CLIENT_ID]: 'envid', [CLIENT_SECRET]: 'envsecret' }

/** A private key in the form that Atlas gives it. */
const UUID = '1f2e3d4c-5b6a-4978-8899-aabbccddeeff'
/** The halves of a service account in the form that Atlas gives them. */
const SA_ID = 'mdb_sa_id_1f2e3d4c5b6a49788899aabb'
const SA_SECRET = 'mdb_sa_sk_1f2e3d4c5b6a49788899aabbccddeeff01234567'

function read(
  given: Given,
  env: NodeJS.ProcessEnv = {},
): { credentials: () => Credentials; problems: readonly InputProblem[] } {
  const get = (name: InputName) => given[name] ?? ''
  const reader = new InputReader(get)
  const credentials = readCredentials(get, env, reader)
  return { credentials, problems: catchProblems(() => reader.assertNoProblems()) }
}

/** The problems of credentials that are not to be used. */
function problems(given: Given, env: NodeJS.ProcessEnv = {}): readonly InputProblem[] {
  const { credentials, problems } = read(given, env)
  expect(credentials).toThrow()
  return problems
}

const inputKey = { kind: 'apiKey', publicKey: 'pub', privateKey: 'priv' }
const envKey = { kind: 'apiKey', publicKey: 'envpub', privateKey: 'envpriv' }
const inputAccount = { kind: 'serviceAccount', clientId: 'id', clientSecret: 'secret' }
const envAccount = { kind: 'serviceAccount', clientId: 'envid', clientSecret: 'envsecret' }
const blanks = { [PUBLIC_KEY]: ' envpub\n', [PRIVATE_KEY]: '\tenvpriv ' }

describe('credentials', () => {
  it.each<[string, Given, NodeJS.ProcessEnv, object]>([
    ['an API key of the inputs', key, {}, inputKey],
    ['an API key of the environment', {}, keyVariables, envKey],
    ['the inputs before the environment', key, keyVariables, inputKey],
    ['a key of the inputs before an account of the environment', key, accountVariables, inputKey],
    ['a service account of the inputs', account, {}, inputAccount],
    ['a service account of the environment', {}, accountVariables, envAccount],
    ['an account of the inputs before one of the environment', account, accountVariables, inputAccount],
    ['an account of the inputs before a key of the environment', account, keyVariables, inputAccount],
    ['the environment without the blanks around it', {}, blanks, envKey],
    [
      'any character but control characters',
      { 'public-key': 'ü', 'private-key': 'p"\\: €' },
      {},
      { ...inputKey, publicKey: 'ü', privateKey: 'p"\\: €' },
    ],
  ])('are %s', (_, given, env, expected) => {
    const { credentials, problems } = read(given, env)
    expect(problems).toEqual([])
    expect(credentials()).toEqual(expected)
  })

  // The second value is where the secret belongs.
  it.each<[string, string, Given, NodeJS.ProcessEnv]>([
    ['public-key', '', { 'public-key': UUID, 'private-key': 'abcdefgh' }, {}],
    ['public-key', '', { 'public-key': UUID.toUpperCase(), 'private-key': 'abcdefgh' }, {}],
    [PUBLIC_KEY, '', {}, { [PUBLIC_KEY]: UUID, [PRIVATE_KEY]: 'abcdefgh' }],
    ['client-id', '', { 'client-id': SA_SECRET, 'client-secret': SA_ID }, {}],
    ['client-id', '', { 'client-id': SA_SECRET.toUpperCase(), 'client-secret': SA_ID }, {}],
    [CLIENT_ID, '', {}, { [CLIENT_ID]: SA_SECRET, [CLIENT_SECRET]: SA_ID }],
    ['public-key', 'client-secret', { 'public-key': SA_SECRET, 'private-key': 'abcdefgh' }, {}],
    ['client-id', 'private-key', { 'client-id': UUID, 'client-secret': SA_ID }, {}],
    [PUBLIC_KEY, CLIENT_SECRET, {}, { [PUBLIC_KEY]: SA_SECRET, [PRIVATE_KEY]: 'abcdefgh' }],
    [CLIENT_ID, PRIVATE_KEY, {}, { [CLIENT_ID]: UUID, [CLIENT_SECRET]: SA_ID }],
  ])('have no secret in place of %s', (name, home, given, env) => {
    const found = problems(given, env)
    expect(found).toEqual([problemWith(name, home)])
    expect(JSON.stringify(found)).not.toMatch(/1f2e3d4c/i)
  })

  it.each<Given>([
    ...[`${UUID}0`, UUID.slice(1), UUID.replaceAll('-', ''), `x${UUID.slice(1)}`].map((publicKey) => ({
      'public-key': publicKey,
      'private-key': UUID,
    })),
    ...[SA_ID, `x${SA_SECRET}`, 'ü'].map((id) => ({ 'client-id': id, 'client-secret': 'a:b c' })),
  ])('can have a public half of another form: %j', (given) => {
    expect(read(given).problems).toEqual([])
  })

  it('have no colon in a client ID, because Basic authentication would end the ID there', () => {
    expect(problems({ 'client-id': 'mdb_sa_id:1', 'client-secret': 'secret' })).toEqual([
      problemWith('client-id'),
    ])
  })

  it.each<[string, NodeJS.ProcessEnv]>([
    ['not set', {}],
    ['blank in the environment', { [PUBLIC_KEY]: ' ', [PRIVATE_KEY]: '' }],
  ])('are missing if they are %s', (_, env) => {
    const names = ['public-key', 'private-key', 'client-id', 'client-secret']
    expect(problems({}, env)).toEqual([
      { inputs: 'credentials', message: mentioning(...names, 'Dependabot') },
    ])
  })

  it.each<[missing: string, there: string, Given, NodeJS.ProcessEnv]>([
    ['private-key', 'public-key', { 'public-key': 'pub' }, {}],
    ['public-key', 'private-key', { 'private-key': 'priv' }, {}],
    ['client-secret', 'client-id', { 'client-id': 'id' }, {}],
    ['client-id', 'client-secret', { 'client-secret': 'secret' }, {}],
    // One half as an input turns a whole pair of the environment off.
    ['private-key', 'public-key', { 'public-key': 'pub' }, keyVariables],
    [PRIVATE_KEY, PUBLIC_KEY, {}, { [PUBLIC_KEY]: 'envpub' }],
    [CLIENT_ID, CLIENT_SECRET, {}, { [CLIENT_SECRET]: 'envsecret' }],
  ])('lack %s if only %s is set', (missing, there, given, env) => {
    const found = problems(given, env)
    expect(found).toEqual([problemWith(missing, there)])
    // A run from a fork lacks secrets, but not variables.
    expect(JSON.stringify(found).includes('Dependabot')).toBe(/private|secret/i.test(missing))
  })

  it.each<[string, Given, NodeJS.ProcessEnv]>([
    ['public-key, private-key, client-id, client-secret', { ...key, ...account }, {}],
    ['public-key, client-secret', { 'public-key': 'pub', 'client-secret': 'secret' }, {}],
    [
      [PUBLIC_KEY, PRIVATE_KEY, CLIENT_ID, CLIENT_SECRET].join(', '),
      {},
      { ...keyVariables, ...accountVariables },
    ],
  ])('are of one kind: %s', (names, given, env) => {
    expect(problems(given, env)).toEqual([problemWith(names)])
  })

  it.each(['\n', '\r', '\t', '\0', '\u0085', '\u007f'])('have no control character: %j', (control) => {
    const secret = `5ec${control}2e7`
    const found = [
      ...problems({ 'public-key': `p${control}ub`, 'private-key': secret }),
      ...problems({ 'client-id': 'id', 'client-secret': secret }),
    ]
    expect(found).toEqual(['public-key', 'private-key', 'client-secret'].map((name) => problemWith(name)))
    expect(JSON.stringify(found)).not.toMatch(/5ec|2e7/)
  })
})

describe('the secrets', () => {
  it.each<[InputName, string]>([
    ['public-key', PUBLIC_KEY],
    ['client-id', CLIENT_ID],
  ])('include a secret in place of %s or %s', (input, variable) => {
    for (const secret of [SA_SECRET, UUID]) {
      const given: Given = { ...key, ...account, [input]: secret }
      expect(collectSecrets((name) => given[name] ?? '', {})).toEqual(['priv', 'secret', secret])
      expect(collectSecrets(() => '', { [variable]: ` ${secret}\n` })).toEqual([secret])
    }
  })

  it('are the secret halves of all sources, the token, and the password of a proxy, without blanks', () => {
    const inputs: Given = { ...key, ...account, 'github-token': 'token' }
    const env = {
      ...keyVariables,
      ...accountVariables,
      [PRIVATE_KEY]: ' envpriv\n',
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
      Buffer.from('ci:p@ss').toString('base64'),
    ])
  })

  it('do not include an empty value', () => {
    expect(collectSecrets(() => '', { [PRIVATE_KEY]: '  ' })).toEqual([])
  })
})
